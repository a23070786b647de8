"""The outcomes of this run's checks, kept between the checks and the release that carries them.

Each is bound to the Dagster run that judged and to the warehouse as it was then: a release takes no other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dagster_project.errors import HeldBack
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.suites import Suite

RELATIONS = "relations"
TOTALS = "totals"
DBT_TESTS = (RELATIONS, TOTALS)
"""Under these names the outcomes of dbt's tests are kept: keys, references and accepted values; totals in are totals
out."""
_FOLDER = "checks"


@dataclass(frozen=True)
class Judgement:
    """Where outcomes come from: the Dagster run, the first one where a run is executed again, and the warehouse."""

    run_id: str
    warehouse: str


def judgement(run_id: str, warehouse: Path) -> Judgement:
    """A judgement by this run of the warehouse file as it is now, which nobody has open."""
    return Judgement(run_id, warehouse_state(warehouse))


def warehouse_state(warehouse: Path) -> str:
    """What changes whenever anyone writes the warehouse; empty where there is none."""
    if not warehouse.exists():
        return ""
    status = warehouse.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


def keep(home: Path, suite: str, outcomes: Sequence[Outcome], judged: Judgement) -> None:
    """Write down a suite's outcomes, in place of earlier ones."""
    folder = home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    content = asdict(judged) | {"outcomes": [asdict(outcome) for outcome in outcomes]}
    (folder / f"{suite}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def clear(home: Path) -> None:
    """Forget an earlier run's outcomes."""
    for path in (home / _FOLDER).glob("*.json"):
        path.unlink()


def kept(home: Path, judged: Judgement) -> list[Outcome]:
    """All outcomes of this judgement so far, by suite and in the suite's order."""
    return [outcome for content in _contents(home) if _of(content, judged) for outcome in _outcomes(content)]


def without_data(home: Path) -> list[str]:
    """A sentence for each suite and reason for which the last run had nothing to judge."""
    outcomes = [outcome for content in _contents(home) for outcome in _outcomes(content)]
    silent = Counter((outcome.suite, outcome.observed) for outcome in outcomes if outcome.verdict == "no data")
    return [
        f"{suite}: {count} check{'' if count == 1 else 's'} had nothing to judge ({observed})"
        for (suite, observed), count in silent.items()
    ]


def require_judged(home: Path, suites: Sequence[Suite], judged: Judgement) -> None:
    """Raise HeldBack unless all that stands in front of publishing, dbt's tests too, was asked by this run of the
    warehouse as it is now, and none of it blocks.

    A suite without data blocks nothing, for its floor fails as soon as rows of its feeds are delivered. Dagster
    lets a step go on when a check before it gave no result; a release does not.
    """
    outcomes = kept(home, judged)
    silent = {*DBT_TESTS, *(suite.name for suite in suites if suite.gate)} - {outcome.suite for outcome in outcomes}
    if silent:
        raise HeldBack(
            f"the suite(s) {', '.join(sorted(silent))} were not judged in this run on the warehouse as it is now; start"
            " the whole job, or execute the run that judged them again from its failure"
        )
    if failed := [outcome for outcome in outcomes if outcome.blocks]:
        raise HeldBack("; ".join(f"{bad.suite} {bad.name}: {bad.sentence} ({bad.found})" for bad in failed))


def _contents(home: Path) -> Iterator[dict[str, Any]]:
    """What is kept, but for files of an earlier version, which say not whose they are."""
    for path in sorted((home / _FOLDER).glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            yield content


def _of(content: dict[str, Any], judged: Judgement) -> bool:
    return Judgement(content["run_id"], content["warehouse"]) == judged


def _outcomes(content: dict[str, Any]) -> list[Outcome]:
    return [Outcome(**{**entry, "examples": tuple(entry["examples"])}) for entry in content["outcomes"]]
