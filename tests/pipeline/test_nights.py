"""The same deliveries give the same release: night by night or at once, or an earlier one made again.

Meanwhile files are half uploaded, grow, and come again with other bytes, and a reader holds an old release.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.cli.summary import summary_lines
from dagster_project.errors import ZorgmartError

from .conftest import Night, Sample
from .homes import Home, environment, rows

FIRST, SECOND = date(2026, 2, 1), date(2026, 2, 14)
LATE, GROWING, CHANGED = "2026-02-03", "2026-02-06", "2026-02-08"
GROW = "import itertools, sys, time\nwith open(sys.argv[1], 'ab', buffering=0) as file:\n"
GROW += "    for _ in itertools.count():\n        file.write(b'1')\n        time.sleep(0.0005)\n"
OF_FILE = "select count(*) from finance.declaration where delivery_file like '{}/%'"


@dataclass(frozen=True)
class Nights:
    """A home after three nights: each one's release, and what a reader of the first saw at the end."""

    first: Night
    second: Night
    last: Night
    held: list[tuple]


def _declared(landing: Path, day: str) -> Path:
    return next(path for path in sorted((landing / "declarations" / day).iterdir()) if path.name.startswith("declar"))


@contextmanager
def _growing(path: Path) -> Iterator[None]:
    """The file grows, byte by byte, until its delivery is complete at the end."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with subprocess.Popen([sys.executable, "-c", GROW, str(path)]) as writer:
        try:
            yield
        finally:
            writer.kill()
    _replace(path, whole)


def _replace(path: Path, content: bytes) -> None:
    """Delivers as a careful sender does: under another name first."""
    half = path.with_name(f"{path.name}.part")
    half.write_bytes(content)
    half.replace(path)


def _csv_date(landing: Path, after: str) -> str:
    """A delivery date from `after` on whose declarations are plain CSV."""
    days = sorted(day.name for day in (landing / "declarations").iterdir() if day.name >= after)
    return next(day for day in days if _declared(landing, day).suffix == ".csv")


@pytest.fixture(scope="module")
def nights(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("nights")
    landing = Path(shutil.copytree(sample.landing, folder / "landing"))
    home = Home.at(folder / "home", landing)
    late = _declared(landing, LATE)
    changed = _declared(landing, _csv_date(landing, CHANGED))
    half = late.with_name(f"{late.name}.part")
    whole = changed.read_bytes()
    first = Night.over(home, FIRST)
    with duckdb.connect(str(home.release.database), read_only=True) as reader:
        late.rename(half)
        _replace(changed, b"".join(whole.splitlines(keepends=True)[:-5]))
        with _growing(_declared(landing, GROWING)):
            second = Night.over(home, SECOND)
        half.rename(late)
        _replace(changed, whole)
        last = Night.over(home)
        held = reader.execute("select release_id from audit.release").fetchall()
    return Nights(first, second, last, held)


@pytest.fixture(scope="module")
def first_again(nights: Nights) -> Night:
    """The first date asked for after all, without the warehouse and without the release that it had."""
    home = nights.last.home
    home.warehouse.unlink()
    shutil.move(home.path / "published" / nights.first.release_id, home.path / "moved-away")
    return Night.over(home, FIRST)


def _differing(one: Night, other: Night) -> set[str]:
    assert one.parquet.keys() == other.parquet.keys()
    return {name for name in one.parquet if one.parquet[name] != other.parquet[name]}


def test_night_by_night_gives_what_all_at_once_gives(sample_night: Night, nights: Nights) -> None:
    """All but what tells of the replaced version, which a fresh home cannot know: the ledger and the release's name."""
    named = {"integrity.delivery", "audit.release", "integrity.double_funding_finding"}
    assert "integrity.delivery" in _differing(sample_night, nights.last)
    assert _differing(sample_night, nights.last) <= named
    ledger = _table(nights.last, "integrity.delivery")
    current, replaced = ledger.filter(pl.col("status") != "replaced"), ledger.filter(pl.col("status") == "replaced")
    unnumbered, name = pl.exclude("version"), ["feed", "delivery_date", "file"]
    assert current.select(unnumbered).equals(_table(sample_night, "integrity.delivery").select(unnumbered))
    numbered = current.filter(pl.col("version") > 1)
    assert numbered.select(name).equals(replaced.select(name).unique().sort(name)) and numbered.height > 0
    without_name = pl.exclude("first_seen_release")
    finding = "integrity.double_funding_finding"
    assert _table(nights.last, finding).select(without_name).equals(_table(sample_night, finding).select(without_name))


def _table(night: Night, name: str) -> pl.DataFrame:
    return pl.read_parquet(night.parquet[name])


def test_the_replaced_version_stays_traceable(nights: Nights) -> None:
    replaced = _table(nights.last, "integrity.delivery").filter(status="replaced")
    names = {row["file"].rsplit("/", 1)[-1] for row in replaced.iter_rows(named=True)}
    landing = nights.last.home.landing
    assert _declared(landing, _csv_date(landing, CHANGED)).name in names
    assert names <= {_declared(landing, day).name for day in (_csv_date(landing, CHANGED), GROWING)}


@pytest.mark.parametrize("day", [LATE, GROWING])
def test_a_file_that_is_not_complete_waits(nights: Nights, day: str) -> None:
    published = nights.second.home.path / "published"
    before = rows(published / nights.second.release_id / "zorgmart.duckdb", OF_FILE.format(day))
    after = rows(published / nights.last.release_id / "zorgmart.duckdb", OF_FILE.format(day))
    assert before == [(0,)] and after[0][0] > 0


def test_a_reader_keeps_the_release_that_it_opened(nights: Nights) -> None:
    assert nights.held == [(nights.first.release_id,)]
    assert len({nights.first.release_id, nights.second.release_id, nights.last.release_id}) == 3


def test_a_finding_names_the_release_that_first_showed_it(sample_night: Night, nights: Nights) -> None:
    """What the first night showed keeps its release, and what is new since then has a later one."""
    early, late = (
        dict(_table(night, "integrity.double_funding_finding").select("finding_id", "first_seen_release").iter_rows())
        for night in (nights.first, sample_night)
    )
    assert early and late.keys() - early.keys()
    assert nights.first.release_id in early.values()
    assert {name: late[name] for name in early.keys() & late.keys()} == {
        name: early[name] for name in early.keys() & late.keys()
    }
    assert all(late[name][:10] > str(FIRST) for name in late.keys() - early.keys())


def test_an_earlier_release_can_be_made_again(nights: Nights, first_again: Night) -> None:
    """From the ledger and what the door kept: the warehouse is a cache."""
    assert first_again.release_id == nights.first.release_id
    assert _differing(first_again, nights.first) == set()


def test_an_earlier_date_leaves_readers_what_they_have(nights: Nights, first_again: Night) -> None:
    """Until somebody asks for it, which is said; the next night goes forward again."""
    home = nights.last.home
    assert home.release.release_id == nights.last.release_id
    assert not any("went back" in warning for warning in first_again.warnings)
    with environment(home.path, **home.variables):
        lines = summary_lines(home.settings, first_again.release_id)
    assert lines[0].startswith(f"Release {nights.first.release_id} is made, in ")
    assert lines[1].startswith(f"`current` still names {nights.last.release_id}, which is of a later date")
    delivered = f"{len(_table(first_again, 'integrity.delivery')):,} files"
    assert delivered in "".join(lines) and delivered != f"{len(_table(nights.last, 'integrity.delivery')):,} files"


def test_an_earlier_date_becomes_current_when_asked(nights: Nights, first_again: Night) -> None:
    home = nights.last.home
    back = home.night(FIRST, make_current=True)
    assert home.release.release_id == back.release_id == nights.first.release_id
    assert f"`current` went back from {nights.last.release_id} to {nights.first.release_id}" in back.warnings[0]
    assert home.night().release_id == home.release.release_id == nights.last.release_id


def test_a_date_to_come_is_refused(nights: Nights) -> None:
    """Its release would keep every night until then from becoming current."""
    with pytest.raises(ZorgmartError, match=r"The date 2999-01-01 is in the future, and every night"):
        nights.last.home.night(date(2999, 1, 1))
