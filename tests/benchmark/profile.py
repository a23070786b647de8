"""Where the time of the newest run of a home went: `python -m tests.benchmark.profile HOME LOG BEGAN ENDED`, JSON.

Steps come from Dagster's event log, feeds from the progress lines, models from the metadata of their assets.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from dagster_project.settings import export, read_settings

FEED_LINE = re.compile(r"^ingest (\w+): (\d+) of \d+ in ([0-9.]+) s$", re.MULTILINE)
SLOWEST = 10


def profile(home: Path, log: Path, began: float, ended: float) -> dict:
    """Seconds of each phase in order, of each feed that had files, and of the slowest models."""
    events = _events(home)
    steps = _steps(events)
    phases = {"start: process, imports, definitions": events[0].timestamp - began}
    phases |= {_phase(step): 0.0 for step in steps}
    for step, (start, end) in steps.items():
        phases[_phase(step)] += end - start
    first, last = min(start for start, _ in steps.values()), max(end for _, end in steps.values())
    phases["between the steps"] = last - first - sum(end - start for start, end in steps.values())
    phases["before the first step"] = first - events[0].timestamp
    phases["end: summary, exit"] = ended - last
    feeds = {feed: float(seconds) for feed, _, seconds in FEED_LINE.findall(log.read_text(encoding="utf-8"))}
    models = sorted(_models(events), key=lambda model: -model[1])
    return {"phases": phases, "feeds": feeds, "models": models[:SLOWEST], "all models": sum(s for _, s in models)}


def _events(home: Path) -> list:
    export(read_settings(home=home, landing=home))
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        return [entry for entry in instance.all_logs(instance.get_runs(limit=1)[0].run_id) if entry.dagster_event]


def _steps(events: list) -> dict[str, tuple[float, float]]:
    """Begin and end of each step, in seconds of the epoch."""
    seen: dict[str, list[float]] = defaultdict(list)
    for entry in events:
        if entry.dagster_event.event_type_value in ("STEP_START", "STEP_SUCCESS"):
            seen[entry.step_key].append(entry.timestamp)
    return {step: (times[0], times[-1]) for step, times in seen.items()}


def _phase(step: str) -> str:
    return "checks: expectations" if step.startswith("expect_") else {
        "door": "door: ingest", "raw": "raw: load", "dbt": "dbt: build", "published__release": "publish",
    }.get(step, step)  # fmt: skip


def _models(events: list) -> list[tuple[str, float]]:
    found = []
    for entry in events:
        if entry.dagster_event.event_type_value == "ASSET_MATERIALIZATION":
            made = entry.dagster_event.step_materialization_data.materialization
            if "seconds" in made.metadata:
                found.append((made.asset_key.to_user_string(), float(made.metadata["seconds"].value)))
    return found


if __name__ == "__main__":
    print(json.dumps(profile(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))))
