"""The suites judged in a process of their own, which loads Great Expectations while the run still ingests.

Loading it takes seconds of one core, and a run has two. The process reads one request per line from its
standard input and ends with it, so that a killed run leaves nothing behind.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from dagster_project.errors import TemporaryError, ZorgmartError, may_pass
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.outcome_store import warehouse_state
from dagster_project.settings import EXPECTATIONS


class QualityWorker:
    """A running worker; use it as a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.terminate()
        self._process.wait()

    def judge(self, warehouse: Path, suite: str) -> list[Outcome]:
        """The suite's outcomes on the warehouse, which nobody may have open. Raises ZorgmartError."""
        try:
            print(json.dumps({"warehouse": str(warehouse), "suite": suite}), file=self._process.stdin, flush=True)
            answer = json.loads(self._process.stdout.readline() or "{}")
        except BrokenPipeError:
            answer = {}
        if "outcomes" not in answer:
            kind = TemporaryError if answer.get("may_pass") else ZorgmartError
            raise kind(answer.get("error", "The process that judges the suites ended; run again."))
        return [Outcome(**{**entry, "examples": tuple(entry["examples"])}) for entry in answer["outcomes"]]


def main() -> None:
    """Answer each request in one line; whatever the libraries print goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.disable()
    from dagster_project.quality.validate import preimport

    preimport()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line)), ensure_ascii=False), file=answers, flush=True)


def _answer(request: dict[str, str]) -> dict[str, Any]:
    try:
        outcomes = _outcomes(Path(request["warehouse"]), warehouse_state(Path(request["warehouse"])))
        return {"outcomes": [asdict(outcome) for outcome in outcomes if outcome.suite == request["suite"]]}
    except ZorgmartError as error:
        return {"error": str(error), "may_pass": may_pass(error)}


@lru_cache(maxsize=1)
def _outcomes(warehouse: Path, _: str) -> list[Outcome]:
    """Of all suites, judged together at the first question about a warehouse: what they share is asked once."""
    from dagster_project.quality.run import run_suites
    from dagster_project.quality.suites import load_suites

    return run_suites(warehouse, load_suites(EXPECTATIONS))


if __name__ == "__main__":
    main()
