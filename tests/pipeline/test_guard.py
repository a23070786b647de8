"""The guard keeps a release back, through the command and with its exit code; nothing moves, and all stays readable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.defs import transform
from dagster_project.publish.reader import query

from .conftest import Command, Night
from .homes import environment

TAMPERED = {
    "parts_sum_to_difference": "update finance.insurer_allocation set part_eur = part_eur + 0.01"
    " where rowid = (select max(rowid) from finance.insurer_allocation where part_eur <> 0)",
    "disputed_out_of_revenue": "update finance.budget_realisation set revenue_eur = revenue_eur + 0.01"
    " where rowid = (select max(rowid) from finance.budget_realisation where disputed_eur > 0)",
}


@pytest.fixture
def tampered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Between the build and the checks each of two tables gets a cent too much."""
    build: Callable = transform.build

    def with_a_fault(settings, *words, **options):
        results = build(settings, *words, **options)
        with duckdb.connect(settings.warehouse) as connection:
            for statement in TAMPERED.values():
                assert connection.execute(statement).fetchone() == (1,)
        return results

    monkeypatch.setattr(transform, "build", with_a_fault)
    yield


def test_a_cent_too_much_keeps_the_release_back(sample_night: Night, tampered: None, zorgmart: Command) -> None:
    home = sample_night.home
    before = home.release
    files = sorted(path.name for path in (home.path / "published").iterdir())
    asked = date.fromisoformat(sample_night.release_id[:10]) - timedelta(days=1)
    code, out, err = zorgmart("run", "--as-of", asked, **home.variables)
    assert code == 2
    assert "the guard held the release back; the last one stands" in err
    assert "Traceback" not in err + out
    for name in TAMPERED:
        assert sum(name in line for line in err.splitlines()) == 1
    assert home.release == before
    assert sorted(path.name for path in (home.path / "published").iterdir()) == files
    assert query(home.path, "select release_id from audit.release").to_pylist() == [{"release_id": before.release_id}]


def test_the_reasons_are_in_the_checks_of_the_run(sample_night: Night) -> None:
    """In Dagster too, where the release of that run was never made."""
    home = sample_night.home
    with environment(home.path, **home.variables, DAGSTER_HOME=str(home.settings.dagster_home),
                     ZORGMART_EVENT_LOG=str(home.settings.dagster_home / "history" / "runs")), \
            dg.DagsterInstance.get() as instance:  # fmt: skip
        last = instance.get_run_records(limit=1)[0].dagster_run
        events = [record.event_log_entry.dagster_event for record in instance.get_records_for_run(last.run_id).records]
    failed = {
        event.asset_check_evaluation_data.check_name.rsplit("__", 1)[-1]
        for event in events
        if event and event.event_type_value == "ASSET_CHECK_EVALUATION"
        and not event.asset_check_evaluation_data.passed
        and event.asset_check_evaluation_data.severity == dg.AssetCheckSeverity.ERROR
    }  # fmt: skip
    made = {event.asset_key.to_user_string() for event in events if event and event.is_step_materialization}
    assert last.status == dg.DagsterRunStatus.FAILURE
    assert TAMPERED.keys() <= failed
    assert "finance/settlement" in made and "published/release" not in made


def test_nothing_of_the_run_before_is_lost(sample_night: Night) -> None:
    folder = Path(sample_night.home.release.path)
    assert folder.is_dir() and (folder / "manifest.json").is_file()


@pytest.fixture
def declared_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """dbt's test finds a line that was declared twice."""
    build: Callable = transform.build
    found = "select provider_agb, declaration_id from finance.declaration order by all limit 1"

    def with_a_fault(settings, *words, **options):
        return [
            replace(result, status="fail", failures=1, query=found) if ".declared_once." in result.unique_id else result
            for result in build(settings, *words, **options)
        ]

    monkeypatch.setattr(transform, "build", with_a_fault)


def test_a_relation_that_fails_keeps_the_release_back(
    sample_night: Night, declared_twice: None, zorgmart: Command
) -> None:
    home = sample_night.home
    before = home.release
    asked = date.fromisoformat(sample_night.release_id[:10]) - timedelta(days=1)
    code, out, err = zorgmart("run", "--as-of", asked, **home.variables)
    assert code == 2
    assert "the guard held the release back; the last one stands" in err and "Traceback" not in err + out
    (told,) = [line for line in err.splitlines() if "declared_once" in line]
    assert told.startswith("- finance/declaration declared_once: A provider's declaration number stands for one line")
    assert "1 unexpected row among" in told and "provider_agb" in told and "declaration_id" in told
    assert home.release == before
