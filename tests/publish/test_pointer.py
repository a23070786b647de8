"""The pointer moves by compare-and-swap, and reading follows it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish import build_folder
from dagster_project.publish.pointer import Release, current_id, current_release, move_pointer, publish_lock, releases
from dagster_project.publish.release import publish

from .made import request


def test_nothing_published(tmp_path: Path) -> None:
    assert current_id(tmp_path) is None and current_release(tmp_path) is None and releases(tmp_path) == ()


def test_a_run_that_was_overtaken_publishes_nothing(tmp_path: Path, warehouse: Path, first: Release) -> None:
    with pytest.raises(
        ZorgmartError, match=f"another run published {first.release_id} while this one worked from no release"
    ):
        publish(request(tmp_path, warehouse, "2026-03-02-00000002"))
    assert releases(tmp_path) == (first,) and current_release(tmp_path) == first


def test_overtaken_at_the_last_moment(
    tmp_path: Path, warehouse: Path, first: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = publish(request(tmp_path, warehouse, "2026-03-03-00000003", expected_current=first.release_id))
    with publish_lock(tmp_path / "published"):
        move_pointer(tmp_path, first.release_id, other.release_id)
    seal = build_folder.seal

    def overtaken(folder: Path) -> None:
        seal(folder)
        with publish_lock(tmp_path / "published"):
            move_pointer(tmp_path, other.release_id, first.release_id)

    monkeypatch.setattr(build_folder, "seal", overtaken)
    with pytest.raises(ZorgmartError, match=r"2026-03-02-00000002 is not published"):
        publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
    assert current_release(tmp_path) == other and releases(tmp_path) == (first, other)


def test_all_releases_are_kept_and_a_held_one_stays(tmp_path: Path, warehouse: Path, first: Release) -> None:
    held = current_release(tmp_path)
    second = publish(request(tmp_path, warehouse, "2026-03-02-00000002", expected_current=first.release_id))
    assert held == first and held.manifest()["release_id"] == first.release_id
    assert current_release(tmp_path) == second and releases(tmp_path) == (first, second)
    assert (tmp_path / "published/current").is_symlink() and (tmp_path / "published/current/manifest.json").is_file()


def test_a_pointer_to_nothing_is_told_and_mended(tmp_path: Path, warehouse: Path, first: Release) -> None:
    first.path.rename(tmp_path / "lost")
    with pytest.raises(ZorgmartError, match=r"which is gone; run `zorgmart run`"):
        current_release(tmp_path)
    assert publish(request(tmp_path, warehouse, expected_current=first.release_id)) == current_release(tmp_path)
