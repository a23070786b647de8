"""Any earlier release can be made again, byte for byte, also after a file was replaced; or it is said why not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from oracle import tiny

from dagster_project.definitions import defs
from dagster_project.defs.resources import Warehouse
from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger
from dagster_project.ingest.ledger_releases import Published, kept
from dagster_project.publish.pointer import release_named
from dagster_project.recovery.rebuild import rebuild_ledger
from dagster_project.run import remake as remaking
from dagster_project.run.nightly import run_night
from dagster_project.run.plan import Asked
from dagster_project.settings import export

from .conftest import Command
from .homes import KEY, Home, environment, parquet_files


@dataclass(frozen=True)
class Replaced:
    """A home after two nights, the second after a file was replaced; the first release is gone from `published`."""

    home: Home
    first: str
    known_on: str
    parquet: dict[str, bytes]
    checks: set[str]
    second: str


def _declared(landing: Path) -> Path:
    return landing / "declarations" / str(tiny.DELIVERED) / "a.csv"


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Replaced:
    folder = tmp_path_factory.mktemp("replaced")
    home = Home.at(folder / "home", tiny.write_tiny(folder / "landing", **tiny.hand_worked()), KEY)
    first = home.made(home.night())
    parquet, told = parquet_files(first), first.manifest()
    file = _declared(home.landing)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-3]))
    second = home.night().release_id
    shutil.rmtree(first.path)
    assert first.release_id != second == home.release.release_id
    return Replaced(home, first.release_id, told["known_on"], parquet, _names(told), second)


def _names(told: dict) -> set[str]:
    return {check["name"] for check in told["checks"]}


def test_the_second_night_asks_all_that_the_first_did(replaced: Replaced) -> None:
    """Seeds and views stand; what reads them and what is built anew is asked all the same."""
    assert _names(replaced.home.release.manifest()) == replaced.checks
    assert any(name.endswith("findings_have_both_sides") for name in replaced.checks)


@pytest.fixture
def home(replaced: Replaced, tmp_path: Path) -> Home:
    return replaced.home.copied(tmp_path / "home")


def kept_releases(ledger: Ledger) -> dict[str, Published | None]:
    return {release_id: kept(ledger, release_id) for release_id in ledger.kept_releases()}


def _path(home: Home, release_id: str) -> Path:
    return home.path / "published" / release_id


def test_what_was_known_then_gives_the_release_of_then(replaced: Replaced, home: Home, zorgmart: Command) -> None:
    """The landing folder may be gone: what was known lies in the archive and the store."""
    asked = ("--as-of", replaced.first[:10], "--known-on", replaced.known_on)
    variables = home.variables | {"ZORGMART_LANDING": str(home.path / "nowhere")}
    code, printed, err = zorgmart("run", *asked, **variables)
    assert code == 0, err
    assert f"Release {replaced.first} is made" in printed and "which knows other deliveries" in printed
    assert home.release.release_id == replaced.second
    assert parquet_files(release_named(home.path, replaced.first)) == replaced.parquet


def test_a_release_that_is_gone_is_made_again(replaced: Replaced, home: Home, zorgmart: Command) -> None:
    """After its store files were lost too, of which the archive has the bytes."""
    for file in (home.path / "store").glob("declarations/*"):
        file.unlink()
    code, printed, err = zorgmart("remake", replaced.first, **home.variables)
    assert code == 0, err
    assert f"all {len(replaced.parquet)} Parquet files byte for byte" in printed
    assert f"`current` names {replaced.second}" in printed and home.release.release_id == replaced.second
    assert parquet_files(release_named(home.path, replaced.first)) == replaced.parquet


def _refused(zorgmart: Command, home: Home, release_id: str) -> str:
    code, printed, err = zorgmart("remake", release_id, **home.variables)
    assert code == 1 and "Traceback" not in printed + err, err
    assert home.release.release_id != release_id and not _path(home, release_id).exists()
    return err


def test_an_archive_that_lost_a_file_is_told(replaced: Replaced, home: Home, zorgmart: Command) -> None:
    with Ledger(home.path) as ledger:
        first = next(version for version in ledger.all_versions() if version.feed == "declarations")
    (home.path / "archive" / first.sha256[:2] / first.sha256).unlink()
    told = _refused(zorgmart, home, replaced.first)
    assert f"the archive lacks 1 of its deliveries whole (the first is declarations/{tiny.DELIVERED}/a.csv" in told


def test_other_code_is_told(replaced: Replaced, home: Home, zorgmart: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    made_by = remaking.made_by
    other = {"package duckdb": "0.0.1", "code that publishes": "x", "contract of payments": "y"}
    monkeypatch.setattr(remaking, "made_by", lambda *asked: made_by(*asked) | other)
    told = _refused(zorgmart, home, replaced.first)
    assert " and is 0.0.1; the code that publishes differs; the contract of payments differs. Nothing was made." in told


def test_a_ledger_that_knows_other_deliveries_is_told(replaced: Replaced, home: Home, zorgmart: Command) -> None:
    with Ledger(home.path) as ledger:
        ledger._connection.execute(
            "update version set received_at = ? where feed = 'payments'", ["2999-01-01T00:00:00.000000+00:00"]
        )
    assert "the ledger now knows other deliveries for it" in _refused(zorgmart, home, replaced.first)


@contextmanager
def weekly(home: Home) -> Iterator[Asked]:
    """What the schedule asks Dagster for, as a run has it."""
    with environment(home.path, **home.variables):
        export(home.settings)
        with dg.DagsterInstance.get() as instance:
            tick = defs().get_schedule_def("weekly_comparison").evaluate_tick(dg.build_schedule_context(instance))
        (request,) = tick.run_requests
        asked = Warehouse(**request.run_config["resources"]["warehouse"]["config"]).asked
        assert asked.full_refresh and asked.remakes == home.release.release_id
        yield asked


def test_a_release_is_compared_every_week_with_one_that_is_built_from_nothing(home: Home) -> None:
    with weekly(home) as asked:
        run_night(home.settings, asked)
    with duckdb.connect(home.warehouse) as warehouse:
        warehouse.execute("update intermediate.int_declarations_validated set episode_id = 'other'")
    (home.landing / "declarations" / "2026-02-02").mkdir()
    rows = _declared(home.landing).read_text().splitlines(keepends=True)
    (home.landing / "declarations" / "2026-02-02" / "b.csv").write_text(rows[0] + rows[-1].replace("d", "x", 1))
    home.night()
    with weekly(home) as asked, pytest.raises(ZorgmartError, match=r"finance\.declaration"):
        run_night(home.settings, asked)


def test_a_release_that_never_was_is_told(replaced: Replaced, home: Home, zorgmart: Command) -> None:
    told = _refused(zorgmart, home, "2026-01-31-00000000")
    assert "was ever published in" in told and replaced.first in told and replaced.second in told


def test_a_ledger_that_is_made_again_keeps_what_it_knew_of_releases(replaced: Replaced, home: Home) -> None:
    with Ledger(home.path) as ledger:
        before = kept_releases(ledger)
    assert before.keys() == {replaced.first, replaced.second}
    rebuild_ledger(home.path, KEY)
    with Ledger(home.path) as ledger:
        assert kept_releases(ledger) == before
        versions = ledger.versions(date(2999, 1, 1), datetime.fromisoformat(replaced.known_on))
        assert versions.filter(feed="declarations")["version"].to_list() == [1]
        assert ledger.last_instant() >= datetime.fromisoformat(home.release.manifest()["known_on"])


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2999-01-01T00:00:00+00:00"])
def test_an_instant_in_another_form_or_to_come(zorgmart: Command, text: str, replaced: Replaced) -> None:
    code, _, err = zorgmart("run", "--known-on", text, **replaced.home.variables)
    assert code == 1 and (f"{text!r} is no instant such as" in err or "is in the future" in err)


def test_an_instant_without_offset_is_dutch_time() -> None:
    from dagster_project.cli.runs import _instant

    assert _instant("2026-07-01T02:00:00") == datetime(2026, 7, 1, tzinfo=UTC)
    assert _instant("2026-07-01T02:00:00+00:00") == datetime(2026, 7, 1, 2, tzinfo=UTC)
