"""A release takes the outcomes of its own run alone, on the warehouse that was judged; a run executed again from its
failure goes on from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from oracle import tiny

from dagster_project.defs import publish as step
from dagster_project.errors import ZorgmartError
from dagster_project.publish.pointer import current_id
from dagster_project.run.nightly import NIGHTLY
from dagster_project.run.plan import read_plan
from dagster_project.settings import export

from .homes import KEY, Home, environment


def nightly() -> dg.JobDefinition:
    from dagster_project.definitions import defs

    return defs().resolve_job_def(NIGHTLY)


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose night was judged, and ended before it could publish."""
    folder = tmp_path_factory.mktemp("failed")
    home = Home.at(folder / "home", tiny.write_tiny(folder / "landing"), KEY)

    def full(_: object) -> None:
        raise ZorgmartError("release r could not be made (No space left on device)")

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ZorgmartError, match="No space left"):
        patch.setattr(step, "publish", full)
        home.night()
    return home


@pytest.fixture
def home(failed: Home, tmp_path: Path) -> Iterator[Home]:
    """The same home in another place, with its variables set."""
    copy = failed.copied(tmp_path / "home")
    with environment(copy.path, **copy.variables, DAGSTER_HOME=str(copy.settings.dagster_home)):
        export(copy.settings)
        yield copy


def _from_failure(instance: dg.DagsterInstance) -> dg.ExecuteJobResult:
    (run,) = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
    options = dg.ReexecutionOptions.from_failure(run.run_id, instance)
    return dg.execute_job(dg.reconstructable(nightly), instance, reexecution_options=options)


def _reason(result: dg.ExecuteJobResult | dg.ExecuteInProcessResult) -> str:
    (failure,) = (event.step_failure_data for event in result.all_events if event.is_step_failure)
    return failure.user_failure_data.description


def test_a_run_executed_again_from_its_failure_publishes_what_it_judged(home: Home) -> None:
    with dg.DagsterInstance.get() as instance, _from_failure(instance) as result:
        done = {event.step_key for event in result.all_events if event.is_step_success}
        assert result.success, _reason(result)
    assert "published__release" in done and not {name for name in done if name.startswith(("raw", "dbt", "expect"))}
    assert current_id(home.path) == read_plan(home.path).release_id
    checks = home.release.manifest()["checks"]
    assert {check["name"].split(".")[0] for check in checks} >= {"totals", "allocation", "deliveries"}


def test_a_run_executed_again_does_not_publish_another_warehouse(home: Home) -> None:
    """Someone wrote it since it was judged."""
    with duckdb.connect(home.warehouse) as connection:
        connection.execute("create table main.mine (i int)")
    with dg.DagsterInstance.get() as instance, _from_failure(instance) as result:
        assert "were not judged in this run on the warehouse as it is now" in _reason(result)
    assert current_id(home.path) is None


def test_a_release_started_alone_takes_no_outcomes_of_an_earlier_run(home: Home) -> None:
    with dg.DagsterInstance.get() as instance:
        result = nightly().execute_in_process(instance=instance, raise_on_error=False, asset_selection=[step.RELEASE])
    assert "were not judged in this run on the warehouse as it is now; start the whole job" in _reason(result)
    assert current_id(home.path) is None


def test_a_warehouse_of_other_rows_is_not_published_under_this_id(home: Home) -> None:
    """The step that loads the raw tables wrote down what it would load, and failed."""
    plan = read_plan(home.path)
    replace(plan, release_id=f"{plan.as_of}-00000000").save(home.path)
    with dg.DagsterInstance.get() as instance, _from_failure(instance) as result:
        assert f"holds the rows of {plan.release_id}, not of {plan.as_of}-00000000" in _reason(result)
