"""What the ledger says of versions: their number, when they were received, and a ledger of 0.4.0 that goes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger, receive
from dagster_project.ingest.ledger_schema import STEPS
from dagster_project.transform.release_id import release_nights

from .made import AS_OF, Home, csv_bytes, lines, row

ONE, TWO, THREE = (csv_bytes([row("payments", amount_cents=cents)]) for cents in ("100", "200", "300"))


def received(home: Home, *contents: bytes) -> None:
    for content in contents:
        home.deliver("payments", content)
        home.ingest()


def test_every_received_version_has_its_number(home: Home) -> None:
    received(home, ONE, TWO, ONE)
    home.deliver("payments", ONE, "b.csv")
    home.ingest()
    versions = home.versions().select("file", "version", "amount_cents", "status")
    assert versions.rows() == [
        ("a.csv", 1, 100, "replaced"), ("a.csv", 2, 200, "replaced"), ("a.csv", 3, 100, "accepted"),
        ("b.csv", 1, 100, "accepted"),
    ]  # fmt: skip


def test_the_ledger_knows_when_each_version_was_received(home: Home) -> None:
    began = datetime.now(UTC)
    received(home, ONE, TWO)
    first, second = home.versions()["received_at"].to_list()
    assert began <= first < second <= datetime.now(UTC)


def test_judging_again_leaves_the_instant(home: Home) -> None:
    received(home, ONE, TWO)
    before = home.versions()["received_at"].to_list()
    home.ingest(force=True)
    assert home.versions()["received_at"].to_list() == before


def test_a_clock_that_is_set_back_keeps_the_order(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    received(home, ONE)

    class Back(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) - timedelta(days=400)

    monkeypatch.setattr(receive, "datetime", Back)
    received(home, TWO)
    first, second = home.versions()["received_at"].to_list()
    assert first < second


def test_what_was_known_at_an_instant(home: Home) -> None:
    received(home, ONE, TWO, THREE)
    instants = home.versions()["received_at"].to_list()
    with Ledger(home.home) as ledger:
        known = ledger.versions(AS_OF, instants[1])
        none = ledger.versions(AS_OF, instants[0] - timedelta(microseconds=1))
    assert known.select("version", "status").rows() == [(1, "replaced"), (2, "accepted")]
    assert none.is_empty()


def test_bytes_that_were_withdrawn_and_come_back_are_known_by_their_instants(home: Home) -> None:
    """Judged again at each instant, from the archive alone, the version of then has its rows."""
    received(home, ONE, lines("payments"), ONE)
    for version, instant in home.versions().select("version", "received_at").iter_rows():
        shutil.rmtree(home.home / "store", ignore_errors=True)
        home.ingest(known_on=instant)
        with Ledger(home.home) as ledger:
            known = ledger.versions(AS_OF, instant).filter("in_force")
        (told,) = known.select("version", "amount_cents", "received_at").rows()
        assert told == (version, 0 if version == 2 else 100, instant)
        stored = known["store_file"].item()
        assert stored is None if version == 2 else (home.home / stored).exists()


def test_what_lies_in_the_landing_folder_waits_while_an_earlier_instant_is_asked(home: Home) -> None:
    received(home, ONE)
    home.deliver("payments", TWO)
    home.ingest(known_on=home.versions()["received_at"].item())
    assert home.versions().height == 1
    home.ingest()
    assert home.versions().height == 2


def ids(home: Home) -> set[str]:
    return set(release_nights(home.versions(), "code", "key").values())


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ((ONE,), (ONE, TWO, ONE), False),
        ((ONE, TWO, THREE), (TWO, ONE, THREE), False),
        ((ONE, TWO), (ONE, TWO, ONE, TWO), False),
        ((ONE, TWO, ONE), (ONE, TWO, ONE), True),
    ],
)
def test_a_release_is_named_by_its_versions_and_their_order(
    tmp_path: Path, one: tuple[bytes], other: tuple[bytes], is_same: bool
) -> None:
    homes = Home(tmp_path / "one"), Home(tmp_path / "other")
    received(homes[0], *one)
    received(homes[1], *other)
    assert (ids(homes[0]) == ids(homes[1])) is is_same


def as_of_0_4_0(home: Home) -> None:
    """The tables and rows as version 0.4.0 left them."""
    with closing(sqlite3.connect(home.home / "ledger.sqlite")) as connection:
        connection.executescript(
            "alter table version drop column received_at; drop table passed_over; drop table release;"
            " pragma user_version = 0"
        )
    (home.home / "archive" / "received.jsonl").unlink()


def test_a_ledger_of_0_4_0_goes_on(home: Home) -> None:
    received(home, ONE)
    as_of_0_4_0(home)
    received(home, TWO)
    versions = home.versions()
    assert versions["received_at"].is_null().to_list() == [True, False]
    assert versions.select("version", "status", "amount_cents").rows() == [(1, "replaced", 100), (2, "accepted", 200)]
    with Ledger(home.home) as ledger:
        known = ledger.versions(AS_OF, datetime(2000, 1, 1, tzinfo=UTC))
    assert known["version"].to_list() == [1], "what was received by 0.4.0 was received before every known instant"


def test_a_migration_is_whole_or_not_at_all(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    received(home, ONE)
    as_of_0_4_0(home)
    before = tables(home)
    broken = (*STEPS[:-1], (*STEPS[-1], "create table nonsense ("))
    with monkeypatch.context() as patch:
        patch.setattr("dagster_project.ingest.ledger_schema.STEPS", broken)
        with pytest.raises(ZorgmartError):
            Ledger(home.home)
    assert tables(home) == before
    assert home.versions().height == 1


def tables(home: Home) -> list[tuple]:
    with closing(sqlite3.connect(home.home / "ledger.sqlite")) as connection:
        return connection.execute("select name, sql from sqlite_master order by name").fetchall()


def test_a_ledger_of_a_later_version_is_left_alone(home: Home) -> None:
    received(home, ONE)
    with closing(sqlite3.connect(home.home / "ledger.sqlite")) as connection:
        connection.execute(f"pragma user_version = {len(STEPS) + 1}")
    before = tables(home)
    with pytest.raises(ZorgmartError, match="later version"):
        Ledger(home.home)
    assert tables(home) == before


def test_reading_changes_nothing(home: Home) -> None:
    received(home, ONE)
    as_of_0_4_0(home)
    before = tables(home)
    with Ledger(home.home, read_only=True) as ledger:
        assert [version.received_at for version in ledger.all_versions()] == [None]
        with pytest.raises(sqlite3.OperationalError):
            ledger.touch(1, "x")
    assert tables(home) == before
    assert pl.DataFrame(before).height > 0
