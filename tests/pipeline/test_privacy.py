"""No BSN leaves the archive: not into tables, logs, events, checks, releases or what the command prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.sample import write_sample

from .canaries import MARKER, places_of, write_canaries
from .homes import Home, rows

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Told:
    """A home that `zorgmart run` filled, the BSNs delivered to it, where they or the marker stand, what was printed."""

    home: Home
    canaries: list[str]
    places: list[str]
    code: int
    printed: str


@pytest.fixture(scope="module")
def told(parsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("private")
    landing = folder / "landing"
    write_sample(landing, scale=0.0005, days=14, until=DAY)
    canaries = write_canaries(landing, DAY, *_delivered(landing))
    home = Home.at(folder / "home", landing, parsed)
    with home.start() as process:
        out, err = process.communicate(timeout=300)
    return Told(home, canaries, places_of([MARKER, *canaries], home.path), process.returncode, out + err)


def _delivered(landing: Path) -> tuple[str, str, str]:
    """Insurer, provider and code of a declaration of the sample."""
    path = next(landing.glob("declarations/*/declarations-2*.csv"))
    with duckdb.connect() as connection:
        return connection.execute(
            "select insurer_uzovi, provider_agb, performance_code from read_csv(?, all_varchar = true) limit 1",
            [str(path)],
        ).fetchone()


def test_the_command_publishes_and_says_so(told: Told) -> None:
    assert told.code == 0, told.printed
    assert f"Release {told.home.release.release_id} stands in" in told.printed
    assert "Traceback" not in told.printed


def test_the_canaries_were_read(told: Told) -> None:
    status = dict(
        rows(told.home.release.database, "select file, status from integrity.delivery where file like '%canary%'")
    )
    assert len(status) == 10 and sum(of == "rejected" for of in status.values()) >= 7, status
    (accepted, quarantined) = rows(
        told.home.release.database,
        "select accepted, quarantined from integrity.delivery where file like '%canary-rows.csv'",
    )[0]
    assert accepted >= 2 and quarantined >= 25


def test_the_search_sees_what_is_there(told: Told) -> None:
    """A word of an accepted row is found in the store, the warehouse and the release."""
    suffixes = {Path(place.removesuffix(f": {MARKER}")).suffix for place in told.places if place.endswith(MARKER)}
    assert {".parquet", ".duckdb"} <= suffixes


def test_no_bsn_is_anywhere_but_in_the_archive(told: Told) -> None:
    assert [place for place in told.places if not place.endswith(MARKER)] == []


def test_no_bsn_is_printed(told: Told) -> None:
    assert [bsn for bsn in told.canaries if bsn in told.printed] == []
