"""run → who watches: sensors that tell of a run that failed and of a `current` that went back, once a setting names
whom to tell."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from dagster_project.alert import FailedRun, MovedBack, is_wanted, tell
from dagster_project.publish.pointer import current_id, is_of_earlier_date
from dagster_project.settings import Settings, read_settings

EVERY = 30
NOBODY = "Nobody is named to be told; set ZORGMART_ALERT_WEBHOOK or ZORGMART_ALERT_MAIL_TO."


def failure_sensor(settings: Settings) -> dg.SensorDefinition:
    """Off unless `ZORGMART_ALERT_*` names a webhook or an address; it sees runs of the command line too."""

    @dg.run_failure_sensor(
        name="run_failed", monitor_all_code_locations=True, default_status=_status(settings),
        minimum_interval_seconds=EVERY,
    )  # fmt: skip
    def run_failed(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        """Tell by webhook or mail that a run failed, why, and which release stands."""
        settings = read_settings()
        if not is_wanted(settings):
            return dg.SkipReason(NOBODY)
        run = context.dagster_run
        tell(settings, FailedRun(run.run_id, run.job_name, tuple(_reasons(context)), current_id(settings.home)))
        return None

    return run_failed


def moved_back_sensor(settings: Settings) -> dg.SensorDefinition:
    """Off unless someone is to be told. It looks at the pointer itself, whoever moved it, and remembers what it saw."""

    @dg.sensor(name="current_moved_back", default_status=_status(settings), minimum_interval_seconds=EVERY)
    def current_moved_back(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """Tell by webhook or mail that readers have a release of an earlier date than they had."""
        settings, before = read_settings(), context.cursor
        if not is_wanted(settings):
            return dg.SkipReason(NOBODY)
        current = current_id(settings.home)
        if current is None:
            return dg.SkipReason("Nothing is published yet.")
        if is_of_earlier_date(current, before):
            tell(settings, MovedBack(before, current))
        context.update_cursor(current)
        return dg.SkipReason(f"`current` names {current}.")

    return current_moved_back


def _status(settings: Settings) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if is_wanted(settings) else dg.DefaultSensorStatus.STOPPED


def _reasons(context: dg.RunFailureSensorContext) -> Iterator[str]:
    """Checks that held the release back, then the steps that failed: our own sentence, or else no more than a name."""
    for record in context.instance.get_records_for_run(
        context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records:
        check = record.event_log_entry.dagster_event.asset_check_evaluation_data
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR:
            yield f"{check.asset_key.to_user_string()} {check.check_name}: {check.description or 'failed'}"
    steps = list(context.get_step_failure_events())
    for event in steps:
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            yield data.user_failure_data.description
        else:
            kind = data.error.cls_name if data.error else "no reason given"
            yield f"step {event.step_key} failed ({kind}); its text stands in the run, in `zorgmart ui`"
    if not steps:
        yield "the run ended before any step failed, as when it is killed or the machine stops"
