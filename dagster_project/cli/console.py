"""Progress on the console: bars where someone watches, plain lines where nobody does."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from dagster_project.run.progress import Reporter


@contextmanager
def watching() -> Iterator[Reporter]:
    """A reporter for the length of a command."""
    if sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _lines()


@contextmanager
def _bars() -> Iterator[Reporter]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def report(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            bars.update(tasks[phase], completed=done, total=total)

        yield report


def _lines() -> Reporter:
    """One line when a phase begins and one when it ends."""
    begun: dict[str, float] = {}

    def report(phase: str, done: int, total: int) -> None:
        if phase not in begun:
            begun[phase] = time.monotonic()
        if done >= total:
            seconds = time.monotonic() - begun[phase]
            print(f"{phase}: {done} of {total} in {seconds:.1f} s", file=sys.stderr, flush=True)

    return report
