"""Who may read a release: its owner alone, or a group too, but never the slices of insurers."""

from __future__ import annotations

import grp
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dagster_project import openness
from dagster_project.errors import ZorgmartError
from dagster_project.publish.pointer import current_release
from dagster_project.publish.release import publish
from dagster_project.settings import Settings, read_settings

from .made import request, slice_file

GROUP, OTHER = 54321, 54322
READ = """
import os, sys
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(54320)
for line in sys.stdin:
    try:
        with open(line.rstrip("\\n"), "rb") as file:
            file.read(1)
        print(line, end="")
    except PermissionError:
        pass
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as other accounts")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def reached(tmp_path: Path) -> Iterator[Path]:
    """A home in a folder that every account gets to, as under /srv."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/tmp") and folder.stat().st_uid == os.geteuid() and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    yield home


def _read_by(group: int, home: Path) -> set[str]:
    """The files of a home that an account of this group can read, relative to the home."""
    files = [str(path) for path in home.rglob("*") if path.is_file()]
    told = subprocess.run(
        [sys.executable, "-c", READ, str(group)],
        input="\n".join(files) + "\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {str(Path(line).relative_to(home)) for line in told.stdout.splitlines()}


def _settings(home: Path, group: str | None = None) -> Settings:
    return read_settings(home=home).model_copy(update={"readers_group": group})


@only_root
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_group_reads_the_release_and_not_the_slices(reached: Path, warehouse: Path, mask: int) -> None:
    with umask(mask):
        release = publish(request(reached, warehouse, readers=GROUP))
        slice_file(release, "0101")
    read, name = _read_by(GROUP, reached), f"published/{release.release_id}"
    assert {f"{name}/zorgmart.duckdb", f"{name}/manifest.json", f"{name}/parquet/finance.budget.parquet"} <= read
    assert f"{name}/findings/00000001.csv" in read and not any("slices" in path for path in read)
    files = {str(path.relative_to(reached)) for path in release.path.rglob("*") if path.is_file()}
    assert files - read == set()
    assert _read_by(OTHER, reached) == set()


@only_root
def test_a_group_named_later_reads_what_was_made_before(reached: Path, warehouse: Path) -> None:
    with umask(0o077):
        first = publish(request(reached, warehouse))
        assert _read_by(GROUP, reached) == set()
        second = publish(
            request(reached, warehouse, "2026-03-02-00000002", expected_current=first.release_id, readers=GROUP)
        )
        slice_file(second, "0101")
    read = _read_by(GROUP, reached)
    assert {f"published/{release.release_id}/zorgmart.duckdb" for release in (first, second)} <= read
    assert current_release(reached) == second and not any("slices" in path for path in read)


@only_root
def test_what_others_can_read_is_told_with_the_command_that_closes_it(reached: Path, warehouse: Path) -> None:
    """As after a version that left the umask as it was; the command is run as it stands."""
    with umask(0o022):
        publish(request(reached, warehouse))
        (reached / "store").mkdir()
        (reached / "store" / "a b.parquet").write_text("x")
    (reached / "ledger.sqlite").touch(mode=0o600)
    assert openness.openness(_settings(reached)) is None, "nobody gets in"
    reached.chmod(0o755)
    assert "store/a b.parquet" in _read_by(OTHER, reached)
    told = openness.openness(_settings(reached))
    assert told.startswith(f"{reached / 'published'} and 1 more in this home are open to other accounts")
    assert "ledger" not in told
    subprocess.run(told.split("close them: ")[1], shell=True, check=True)
    assert openness.openness(_settings(reached)) is None and _read_by(OTHER, reached) == set()


def test_a_home_that_others_can_write_is_told(reached: Path) -> None:
    reached.chmod(0o777)
    told = openness.openness(_settings(reached))
    assert "can be written by other accounts" in told
    subprocess.run(told.split("close it: ")[1], shell=True, check=True)
    assert openness.openness(_settings(reached)) is None and stat.S_IMODE(reached.stat().st_mode) == 0o755


@only_root
def test_what_the_group_may_read_is_no_leak_and_what_it_may_not_is(reached: Path, warehouse: Path) -> None:
    name = next(entry.gr_name for entry in grp.getgrall() if entry.gr_gid not in (0, os.getegid()))
    group = grp.getgrnam(name).gr_gid
    with umask(0o077):
        release = publish(request(reached, warehouse, readers=group))
        slices = slice_file(release, "0101").parent
    assert openness.openness(_settings(reached, name)) is None
    assert openness.openness(_settings(reached)).startswith(str(reached / "published")), "no setting names the group"
    for folder in (slices, slices.parent):
        os.chown(folder, -1, group)
        folder.chmod(0o750)
    assert openness.openness(_settings(reached, name)).startswith(str(reached / "slices"))


def test_a_group_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        ZorgmartError, match=r"ZORGMART_READERS_GROUP names 'no-such-group', and there is no such group"
    ):
        openness.readers_group(_settings(tmp_path, "no-such-group"))
    assert openness.readers_group(_settings(tmp_path)) is None
