"""The outcomes of this run's checks, kept between the checks and the release that carries them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from dagster_project.errors import HeldBack
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.suites import Suite

_FOLDER = "checks"


def keep(home: Path, suite: str, outcomes: Sequence[Outcome]) -> None:
    """Write down a suite's outcomes, in place of an earlier run's."""
    folder = home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False)
    (folder / f"{suite}.json").write_text(content, encoding="utf-8")


def clear(home: Path) -> None:
    """Forget an earlier run's outcomes, so that none of them can stand for this run's."""
    for path in (home / _FOLDER).glob("*.json"):
        path.unlink()


def kept(home: Path) -> list[Outcome]:
    """All outcomes of this run so far, by suite and in the suite's order."""
    entries = [entry for path in sorted((home / _FOLDER).glob("*.json")) for entry in json.loads(path.read_text())]
    return [Outcome(**{**entry, "examples": tuple(entry["examples"])}) for entry in entries]


def without_data(home: Path) -> list[str]:
    """A sentence for each suite and reason for which this run had nothing to judge."""
    silent = Counter((outcome.suite, outcome.observed) for outcome in kept(home) if outcome.verdict == "no data")
    return [
        f"{suite}: {count} check{'' if count == 1 else 's'} had nothing to judge ({observed})"
        for (suite, observed), count in silent.items()
    ]


def require_judged(home: Path, suites: Sequence[Suite]) -> None:
    """Raise HeldBack unless every suite in front of publishing was asked in this run, and none of it blocks.

    A suite without data blocks nothing, for its floor fails as soon as rows of its feeds are delivered. Dagster
    lets a step go on when a check before it gave no result; a release does not.
    """
    outcomes = kept(home)
    silent = {suite.name for suite in suites if suite.gate} - {outcome.suite for outcome in outcomes}
    if silent:
        raise HeldBack(f"the suite(s) {', '.join(sorted(silent))} were not judged in this run; run it again")
    if failed := [outcome for outcome in outcomes if outcome.blocks]:
        raise HeldBack("; ".join(f"{bad.suite} {bad.name}: {bad.sentence} ({bad.found})" for bad in failed))
