"""A release that is made again comes out with the Parquet that it had, or not at all; `current` stays where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish.manifest import is_whole
from dagster_project.publish.pointer import current_id, releases
from dagster_project.publish.release import publish

from .made import make_manifest, make_warehouse, request

FIRST, SECOND = "2026-03-01-00000001", "2026-03-01-00000002"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path, dict[str, str]]:
    """A home with two releases of one date, their warehouse, and the Parquet of the first."""
    warehouse = make_warehouse(tmp_path)
    make_manifest(tmp_path, warehouse)
    first = publish(request(tmp_path, warehouse, FIRST))
    publish(request(tmp_path, warehouse, SECOND, expected_current=FIRST))
    files = first.manifest()["files"].items()
    return tmp_path, warehouse, {name: told["sha256"] for name, told in files if name.endswith(".parquet")}


def test_it_takes_the_place_of_one_that_is_damaged(made: tuple) -> None:
    home, warehouse, parquet = made
    (home / "published" / FIRST / "manifest.json").unlink()
    again = publish(request(home, warehouse, FIRST, expected_current=SECOND, same_parquet=parquet))
    assert is_whole(again.path) and current_id(home) == SECOND


def test_other_parquet_is_not_published(made: tuple) -> None:
    home, warehouse, parquet = made
    before = (home / "published" / FIRST / "manifest.json").read_bytes()
    other = parquet | {"parquet/finance.budget.parquet": "ab" * 32}
    with pytest.raises(ZorgmartError, match=r"can't be made again: 1 of its \d+ Parquet files differ"):
        publish(request(home, warehouse, FIRST, expected_current=SECOND, same_parquet=other))
    assert (home / "published" / FIRST / "manifest.json").read_bytes() == before
    assert len(releases(home)) == 2 and not list((home / "published").glob(".building-*"))


@pytest.mark.parametrize(("make_current", "named"), [(False, SECOND), (True, FIRST)])
def test_what_was_known_earlier_stands_beside_the_current_release(made: tuple, make_current: bool, named: str) -> None:
    home, warehouse, _ = made
    publish(request(home, warehouse, FIRST, expected_current=SECOND, beside=True, make_current=make_current))
    assert current_id(home) == named
