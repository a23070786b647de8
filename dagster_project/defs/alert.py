"""run → who watches: sensors that tell of a run that failed and of a `current` that went back, once a setting names
whom to tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from dagster_project.alert import FailedRun, FilesNotRead, MovedBack, is_wanted, tell
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.report import not_read_lines
from dagster_project.publish.pointer import current_id, is_of_earlier_date
from dagster_project.run.failure import cause_of
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
        reasons, not_read = tuple(_reasons(context)), tuple(_first_passed_over(context, settings))
        tell(settings, FailedRun(run.run_id, run.job_name, reasons, current_id(settings.home), not_read))
        return None

    return run_failed


def not_read_sensor(settings: Settings) -> dg.SensorDefinition:
    """Off unless `ZORGMART_ALERT_*` names somebody; tells of each file once, by the run that first passed it over."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS, name="files_not_read", monitor_all_code_locations=True,
        default_status=_status(settings), minimum_interval_seconds=EVERY,
    )  # fmt: skip
    def files_not_read(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        """Tell by webhook or mail which new files of the landing folder are not read, and why."""
        settings = read_settings()
        lines = tuple(_first_passed_over(context, settings))
        if not lines or not is_wanted(settings):
            return dg.SkipReason("No file was passed over for the first time, or nobody is named to be told.")
        tell(settings, FilesNotRead(context.dagster_run.run_id, lines))
        return None

    return files_not_read


def _first_passed_over(context: dg.RunStatusSensorContext, settings: Settings) -> list[str]:
    """Lines about files that no run before this one passed over; those that wait come in by themselves."""
    record = context.instance.get_run_record_by_id(context.dagster_run.run_id)
    if record is None or record.start_time is None or not (settings.home / "ledger.sqlite").exists():
        return []
    with Ledger(settings.home) as ledger:
        passed_over = ledger.passed_over()
    began = datetime.fromtimestamp(record.start_time, UTC)
    return not_read_lines(one for one in passed_over if one.kind == "not_read" and one.first_seen_at >= began)


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
            cause = cause_of(data)
            kind = cause.cls_name if cause else "no reason given"
            yield f"step {event.step_key} failed ({kind}); its text stands in the run, in `zorgmart ui`"
    if not steps:
        yield "the run ended before any step failed, as when it is killed or the machine stops"
