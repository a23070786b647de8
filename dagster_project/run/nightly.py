"""The nightly job from Python: one real Dagster run in this process, and what became of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.errors import HeldBack, ZorgmartError, error_because
from dagster_project.ingest.landing import require_landing
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.pseudonym import check_key, fingerprint
from dagster_project.keys import pseudonym_key
from dagster_project.openness import openness, readers_group
from dagster_project.publish.pointer import current_id, is_of_earlier_date, releases
from dagster_project.quality import outcome_store
from dagster_project.run import progress
from dagster_project.run.completeness import check_complete
from dagster_project.run.failure import cause_of
from dagster_project.run.killed import close_killed
from dagster_project.run.lock import writer_lock
from dagster_project.run.plan import Asked, read_plan, require_past
from dagster_project.run.record import recorded
from dagster_project.run.retrying import patiently
from dagster_project.settings import Settings, export

if TYPE_CHECKING:
    import dagster as dg

_INSTANCE = """\
# Written by zorgmart; your own changes stay.
telemetry: {enabled: false}
nux: {enabled: false}
concurrency:
  runs: {max_concurrent_runs: 1}
event_log_storage:
  module: dagster_project.run.event_log
  class: KeptSqliteEventLogStorage
  config:
    base_dir: {env: ZORGMART_EVENT_LOG}
"""
_MODULE_OF_0_5 = re.compile(r"^(\s*module:\s*)dagster_project\.event_log\b", re.M)
"""Where the event log's class stood until 0.6.0; a home made before names it."""
NIGHTLY = "nightly"
"""The name of the job."""
DELIVERED_IN_TIME = "delivered_in_time"
"""The check of each feed's freshness."""
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class NightResult:
    """A published night: sentences of what warns, and of checks that had nothing to judge, and the release that it
    made, which `current` may not name."""

    warnings: list[str]
    without_data: list[str]
    release_id: str


def run_night(
    settings: Settings,
    asked: Asked,
    reporter: progress.Reporter | None = None,
) -> NightResult:
    """Run the job in this process on the home's Dagster instance.

    Raises HeldBack when the guard kept the release back, ZorgmartError for what else a user can mend.
    """
    if not settings.home.exists():
        _usable_key(settings)  # where nothing ever ran, a missing key leaves nothing behind
    with writer_lock(settings.home, patient=True), recorded(settings.home), _writable(settings.home):
        key = _usable_key(settings)
        export(settings)
        require_past(asked)
        _require_usable(settings, key, asked)
        make_instance(settings.dagster_home)
        before = current_id(settings.home)
        result = _execute(settings.home, asked, reporter)
        checks = result.get_asset_check_evaluations()
        if not result.success:
            raise _reason(result, checks)
        release_id = read_plan(settings.home).release_id
        _require_published(settings.home, release_id, result.run_id, asked)
    warnings = [*_of_home(settings, before), *_warnings([check for check in checks if not check.passed])]
    return NightResult(warnings, outcome_store.without_data(settings.home), release_id)


def _of_home(settings: Settings, before: str | None) -> Iterator[str]:
    """Sentences on what the run leaves behind that someone should know."""
    current = current_id(settings.home)
    if current is not None and is_of_earlier_date(current, before):
        yield f"`current` went back from {before} to {current}, as --make-current asked; readers have the earlier one."
    if told_open := openness(settings):
        yield told_open


def _warnings(failed: list[dg.AssetCheckEvaluation]) -> list[str]:
    """A sentence for each check that warns; feeds that are not in time share one."""
    late = [check.description for check in failed if check.check_name == DELIVERED_IN_TIME]
    others = [_sentence(check) for check in failed if check.check_name != DELIVERED_IN_TIME]
    return [*others, *([f"not delivered in time: {'; '.join(filter(None, late))}"] if late else [])]


@contextmanager
def _writable(home: Path) -> Iterator[None]:
    """A disk that is full or fails under Dagster's own history, or under what no step writes, is told in a sentence."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except (OSError, sqlite3.Error, DBAPIError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error)
        sentence = (
            f"The run stopped, for {home} can't be written ({reason}); mend that and run again, nothing is half done."
        )
        raise error_because(error.orig if isinstance(error, DBAPIError) else error, sentence) from error


def _usable_key(settings: Settings) -> str:
    key, _ = pseudonym_key(settings)
    check_key(key)
    return key


def _require_usable(settings: Settings, key: str, asked: Asked) -> None:
    """What would stop the first step is told before seconds are spent on Dagster."""
    readers_group(settings)
    with Ledger(settings.home) as ledger:
        check_complete(settings.home, ledger)
        ledger.check_key(fingerprint(key))
        was_read = ledger.last_numbers()[0] > 0
    if asked.known_on is not None:
        return  # what was known then lies in the archive
    # A share that was read before may be back in seconds; a first path that does not exist is a mistake, told at once.
    look = partial(require_landing, settings.landing)
    patiently(look) if was_read else look()


def _require_published(home: Path, release_id: str, run_id: str, asked: Asked) -> None:
    """A run in which a step was left out succeeds without a release; it did not do what it is for. One of an earlier
    date, or of what was known earlier, stands beside the current release."""
    current, made = current_id(home), {release.release_id for release in releases(home)}
    is_earlier = asked.known_on is not None or is_of_earlier_date(release_id, current)
    is_beside = asked.remakes is not None or (is_earlier and not asked.make_current)
    if release_id not in made or not (is_beside or current == release_id):
        raise ZorgmartError(
            f"the run ended without publishing {release_id}; the release before stands, see run {run_id} in"
            " `zorgmart ui` and run again"
        )


def make_instance(dagster_home: Path) -> None:
    """The home of the Dagster instance: usage reports off, one run at a time. What a user changed in its file stays."""
    dagster_home.mkdir(parents=True, exist_ok=True)
    config = dagster_home / "dagster.yaml"
    if not config.exists():
        config.write_text(_INSTANCE, encoding="utf-8")
        return
    text = config.read_text(encoding="utf-8")
    if _MODULE_OF_0_5.search(text):
        config.write_text(_MODULE_OF_0_5.sub(r"\1dagster_project.run.event_log", text), encoding="utf-8")


def _execute(home: Path, asked: Asked, reporter: progress.Reporter | None) -> dg.ExecuteInProcessResult:
    import dagster as dg

    from dagster_project.definitions import defs

    progress.watch(reporter)
    try:
        with dg.DagsterInstance.get() as instance:
            close_killed(instance, home)
            return (
                defs()
                .resolve_job_def(NIGHTLY)
                .execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    run_config={"resources": {"warehouse": {"config": asked.config}}, **_QUIET},
                )
            )
    finally:
        progress.watch(None)


def _reason(result: dg.ExecuteInProcessResult, checks: list[dg.AssetCheckEvaluation]) -> ZorgmartError:
    import dagster as dg

    held = [_sentence(check) for check in checks if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR]
    failures = list(_failures(result))
    if held or any(kind == HeldBack.__name__ for kind, _ in failures):
        reasons = held or [sentence for _, sentence in failures]
        return HeldBack(
            "the guard held the release back; the last one stands.\n" + "\n".join(f"- {r}" for r in reasons)
        )
    sentence = failures[0][1] if failures else f"the run failed; see run {result.run_id} in `zorgmart ui`"
    return ZorgmartError(sentence)


def _failures(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, str]]:
    """Kind and sentence of each step that failed."""
    for event in result.get_step_failure_events() if hasattr(result, "get_step_failure_events") else result.all_events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data
        cause = cause_of(data)
        kind = (cause.cls_name or "") if cause else ""
        if data.user_failure_data and data.user_failure_data.description:
            yield kind, data.user_failure_data.description
        else:
            yield kind, f"step {event.step_key} failed: {_first_line(cause.message) if cause else 'no reason given'}"


def _first_line(message: str) -> str:
    return (message.strip().splitlines() or ["no reason given"])[0]


def _sentence(check: dg.AssetCheckEvaluation) -> str:
    observed = check.metadata.get("observed")
    found = f" ({observed.value})" if observed is not None and observed.value else ""
    return f"{check.asset_key.to_user_string()} {check.check_name}: {check.description or 'failed'}{found}"
