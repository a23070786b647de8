"""A run decides once what it makes: one look at the landing folder, one plan that every step is handed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from oracle import tiny

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger, ingest, landing, receive
from dagster_project.run.plan import Asked, Known, decide, plan_run, read_plan, require_past

from .homes import KEY, Home

NOW = datetime(2026, 3, 1, 2, 0, 0, 7, tzinfo=UTC)
RECEIVED = datetime(2026, 2, 28, 22, 30, tzinfo=UTC)
VERSIONS = pl.DataFrame(
    {
        "feed": "payments", "delivery_date": [date(2026, 2, 27), date(2026, 2, 28)], "file": "a.csv", "version": 1,
        "sha256": ["ab", "cd"], "bytes": 1, "status": "accepted", "received_at": [None, RECEIVED],
        "door_version": "door", "in_force": True,
    },
    schema_overrides={"received_at": pl.Datetime("us", "UTC")},
)  # fmt: skip
KNOWN = Known(VERSIONS, {}, (), RECEIVED)


def decided(asked: Asked = Asked(), known: Known = KNOWN, now: datetime = NOW):  # noqa: B008
    return decide(asked, known, now=now, code_version="code", key="key", current=None)


def test_one_night_looks_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command, the door, the plan, the check of freshness and the release open the ledger, each once."""
    home = Home.at(tmp_path / "home", tiny.write_tiny(tmp_path / "landing"), KEY)
    looked, opened, entries, init = [], [], landing._entries, Ledger.__init__

    def count_looks(top: Path, folder: Path, result: landing.Scan) -> list:
        looked.extend([folder] if folder == top else [])
        return entries(top, folder, result)

    def count_openings(self: Ledger, path: Path, **options: bool) -> None:
        opened.append(path)
        init(self, path, **options)

    monkeypatch.setattr(landing, "_entries", count_looks)
    monkeypatch.setattr(Ledger, "__init__", count_openings)
    release = home.made(home.night())
    assert (len(looked), len(opened)) == (1, 5)
    plan, told = read_plan(home.path), release.manifest()
    assert told["release_id"] == plan.release_id and told["deliveries"] == plan.deliveries
    assert told["known_on"] == plan.known_on.isoformat()


def test_a_plan_follows_from_what_is_asked_and_known() -> None:
    plan = decided()
    assert (plan.as_of, plan.known_on, plan.started_at) == (date(2026, 2, 28), NOW, NOW.replace(microsecond=0))
    later = replace(KNOWN, versions=VERSIONS.with_columns(received_at=pl.lit(RECEIVED)), not_read=())
    assert decided(Asked(known_on=RECEIVED), later).release_id == plan.release_id, "receipt does not name a release"
    assert decided(Asked(as_of=date(2026, 3, 4))).release_id == f"2026-03-04{plan.release_id[10:]}"


def test_a_clock_that_was_set_back_makes_nothing_unknown() -> None:
    plan = decided(now=RECEIVED - timedelta(days=300))
    assert plan.known_on == RECEIVED


def test_a_plan_is_read_as_it_was_saved(tmp_path: Path) -> None:
    plan = decided()
    plan.save(tmp_path)
    assert read_plan(tmp_path) == plan


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked(), "Nothing was delivered in the landing folder"),
        (Asked(as_of=date(2020, 1, 1)), "Nothing was delivered up to 2020-01-01; take a later date"),
        (Asked(known_on=RECEIVED), "had been received by 2026-02-28T22:30:00"),
    ],
)
def test_nothing_is_no_plan(asked: Asked, told: str) -> None:
    with pytest.raises(ZorgmartError, match=told):
        decided(asked, replace(KNOWN, versions=VERSIONS.clear()))


def test_what_is_known_at_an_instant_to_come_is_refused() -> None:
    with pytest.raises(ZorgmartError, match="is in the future, so nobody knows yet"):
        require_past(Asked(known_on=datetime(2999, 1, 1, tzinfo=UTC)))


class Back(datetime):
    """A clock that was set back."""

    @classmethod
    def now(cls, tz=None):
        return super().now(tz) - timedelta(days=400)


def test_a_backfill_beside_a_run_is_not_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is received after the plan, even under a clock that was set back, is later than what the plan knows."""
    home = Home.at(tmp_path / "home", tiny.write_tiny(tmp_path / "landing", **tiny.hand_worked()), KEY)
    until = Asked().until
    ingest(home.landing, home.path, KEY, as_of=until)
    plan, _ = plan_run(home.path, Asked(), KEY)
    first = next(home.landing.glob("declarations/*/*.csv"))
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:-1]))
    with monkeypatch.context() as patch:
        patch.setattr(receive, "datetime", Back)
        ingest(home.landing, home.path, KEY, as_of=until, dates=[date.fromisoformat(first.parent.name)], force=True)
    again, _ = plan_run(home.path, Asked(plan.as_of, plan.known_on), KEY)
    assert again.deliveries == plan.deliveries and again.release_id == plan.release_id
    assert plan_run(home.path, Asked(), KEY)[0].release_id != plan.release_id
