"""No BSN leaves the archive: not into tables, logs, events, checks, releases or what the command prints."""

from __future__ import annotations

from pathlib import Path

from .canaries import MARKER
from .conftest import Told
from .homes import rows


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


def test_no_bsn_is_anywhere_but_in_the_archive(searched: Told) -> None:
    assert [place for place in searched.places if not place.endswith(MARKER)] == []


def test_no_bsn_is_printed(searched: Told) -> None:
    assert [bsn for bsn in searched.canaries if bsn in searched.printed] == []
