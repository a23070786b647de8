"""Runs of the command line that were killed: Dagster takes them for runs under way, and starts no other beside them.

Whoever holds the home's lock knows that none of them lives. Runs that Dagster started itself are not looked at: it
watches over those.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.errors import ZorgmartError
from dagster_project.run.lock import writer_lock

if TYPE_CHECKING:
    import dagster as dg

REASON = "The run was killed; nothing is half done, the next one goes on from there."


def close_killed(instance: dg.DagsterInstance, home: Path) -> int:
    """Write down the killed runs as failed, unless a run holds the home; gives how many there were."""
    import dagster as dg

    under_way = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    try:
        with writer_lock(home):
            found = [
                record.dagster_run
                for record in instance.get_run_records(dg.RunsFilter(statuses=under_way))
                if record.dagster_run.remote_job_origin is None
            ]
            for run in found:
                instance.report_run_failed(run, REASON)
            return len(found)
    except ZorgmartError:
        return 0
