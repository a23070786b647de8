"""No BSN leaves the archive: not into tables, logs, events, checks, releases or what the command prints."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from oracle import tiny

from dagster_project.feeds import FEEDS

from .canaries import MARKER
from .conftest import Told
from .homes import rows
from .leaks import bsns_in, leaked


def test_the_command_publishes_and_says_so(searched: Told) -> None:
    assert searched.code == 0, searched.printed
    assert f"Release {searched.home.release.release_id} stands in" in searched.printed
    assert "Traceback" not in searched.printed


def test_the_canaries_were_read(searched: Told) -> None:
    status = dict(
        rows(searched.home.release.database, "select file, status from integrity.delivery where file like '%canary%'")
    )
    assert len(status) == 13 and sum(of == "rejected" for of in status.values()) >= 7, status
    (accepted, quarantined) = rows(
        searched.home.release.database,
        "select accepted, quarantined from integrity.delivery where file like '%canary-rows.csv'",
    )[0]
    assert accepted >= 2 and quarantined >= 25
    further = rows(
        searched.home.release.database,
        """
        select feed, accepted, quarantined
        from integrity.delivery
        where file similar to '.*canary-(contacts|legal_indications|exceptions).csv'
        order by feed
        """,
    )
    assert further == [("contacts", 2, 7), ("exceptions", 2, 7), ("legal_indications", 2, 6)]


def test_the_search_sees_what_is_there(searched: Told) -> None:
    """A word of an accepted row is found in the store, the warehouse and the release."""
    suffixes = {Path(place.removesuffix(f": {MARKER}")).suffix for place in searched.places if place.endswith(MARKER)}
    assert {".parquet", ".duckdb"} <= suffixes


def test_a_slice_that_is_made_every_night_was_searched_too(searched: Told) -> None:
    made = sorted((searched.home.path / "slices").glob("*/*"))
    assert [file.name for file in made] == [f"{tiny.INSURERS[0]}.duckdb"]


def test_no_bsn_is_anywhere_but_in_the_archive(searched: Told) -> None:
    assert [place for place in searched.places if not place.endswith(MARKER)] == []


def test_no_bsn_is_printed(searched: Told) -> None:
    assert [bsn for bsn in searched.canaries if bsn in searched.printed] == []


def test_a_hundred_bsns_in_all_places_were_read_and_none_was_accepted(searched: Told) -> None:
    assert len(searched.leaks) == len(set(searched.leaks)) >= 100
    ((files, accepted, quarantined),) = rows(
        searched.home.release.database,
        """
        select count(*), sum(accepted), sum(quarantined)
        from integrity.delivery
        where file like '%leak-%' and status = 'accepted'
        """,
    )
    assert (files, accepted, quarantined) == (2 * len(FEEDS), 0, searched.leak_rows)


def test_none_of_them_is_anywhere_but_in_the_archive(searched: Told) -> None:
    assert searched.leaked == []


def test_none_of_them_is_printed(searched: Told) -> None:
    assert bsns_in(searched.printed, {bsn: bsn for bsn in searched.leaks}) == set()


def test_the_search_for_them_finds_every_spelling(tmp_path: Path) -> None:
    """In bytes, in a packed table, in a name."""
    bsn = "345678904"
    spelled = (bsn, "3456.78.904", "345-678-904", "34 56 78 904", "345\u00a0678\u00a0904", "\uff13\uff14\uff15678904")
    for number, text in enumerate(spelled):
        pl.DataFrame({"said": [f"of {text} in words"] * 3}).write_parquet(tmp_path / f"{number}.parquet")
        (tmp_path / f"{number}.log").write_text(f"read {text}\n", encoding="utf-8")
    (tmp_path / f"d-{bsn}.txt").touch()
    assert len(leaked([bsn], tmp_path)) == 2 * len(spelled) + 1
    assert leaked(["345678912"], tmp_path) == []
