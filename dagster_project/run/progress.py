"""How far a run is, for whoever watches: one reporter per process, silent unless the command line sets one."""

from __future__ import annotations

from collections.abc import Callable

Reporter = Callable[[str, int, int], None]

_reporter: Reporter | None = None


def watch(reporter: Reporter | None) -> None:
    """Hand the steps a reporter: it gets a phase's name, what is done, what is to do."""
    global _reporter
    _reporter = reporter


def report(phase: str, done: int, total: int) -> None:
    """Tell the watcher, if there is one."""
    if _reporter is not None:
        _reporter(phase, done, total)
