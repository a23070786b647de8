"""How long a query may take and how much memory, whatever it asks.

DuckDB's own limit does not see the text that functions make (`repeat('x', 3000000000)` took 6 GB and three minutes),
and such a function heeds no interrupt: so a thread looks at the process itself.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError

LOOK_EVERY = 0.05
PATIENCE = 2.0
"""Seconds that DuckDB has to heed an interrupt."""
OF_DUCKDB = 0.8
"""Of the memory, the part that DuckDB may use; the rest is for the rows that came out, and how they are shown."""
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4,
          "ki": 1024, "mi": 1024**2, "gi": 1024**3, "ti": 1024**4}  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """Memory as DuckDB writes it (`2500MiB`) and seconds; None is no bound. `ends_process`: what heeds no interrupt
    ends with the process, which must do nothing else then."""

    memory: str | None = None
    seconds: float | None = None
    ends_process: bool = False

    @cached_property
    def bytes(self) -> int | None:
        """The memory in bytes. Raises ZorgmartError if it is not written as a number and a unit."""
        if self.memory is None:
            return None
        found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?i?)b?\s*", self.memory, re.IGNORECASE)
        if found is None or found[2].lower() not in _UNITS:
            raise ZorgmartError(f"ZORGMART_MEMORY is {self.memory!r}; write it as in 2500MiB.")
        return int(float(found[1]) * _UNITS[found[2].lower()])

    @property
    def of_duckdb(self) -> str | None:
        """What DuckDB is told."""
        return None if self.bytes is None else f"{int(OF_DUCKDB * self.bytes)} bytes"


class Watch:
    """Looks at one query while it is under way; `reason` says why it was stopped."""

    def __init__(self, con: duckdb.DuckDBPyConnection, bounds: Bounds) -> None:
        self._con, self._bounds, self.reason = con, bounds, ""
        self._spent, self._since = 0.0, None
        self._most = _resident() + bounds.bytes if bounds.bytes is not None else None
        self._done = threading.Event()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """From the first step of the query until its last row is shown."""
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    @contextmanager
    def running(self) -> Iterator[None]:
        """While DuckDB works; the time that a reader takes for the rows is not the query's."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._spent, self._since = self._time(), None

    def _time(self) -> float:
        since = self._since
        return self._spent + (time.monotonic() - since if since is not None else 0.0)

    def _look(self) -> None:
        stopped = None
        while not self._done.wait(LOOK_EVERY):
            self.reason = self.reason or self._broken()
            if not self.reason:
                continue
            stopped = stopped or time.monotonic()
            self._con.interrupt()
            if self._bounds.ends_process and time.monotonic() - stopped > PATIENCE:
                print(f"zorgmart: {self.reason}", file=sys.stderr, flush=True)  # noqa: T201 - no one is left to tell it
                os._exit(1)

    def _broken(self) -> str:
        """The sentence on the bound that is passed, or nothing."""
        if self._bounds.seconds is not None and self._time() > self._bounds.seconds:
            return (
                f"the query took more than the {self._bounds.seconds:g} seconds that ZORGMART_QUERY_SECONDS gives it;"
                " select fewer rows, or raise that setting"
            )
        return too_much_memory(self._bounds) if self._most is not None and _resident() > self._most else ""


def too_much_memory(bounds: Bounds) -> str:
    given = f" (ZORGMART_MEMORY is {bounds.memory})" if bounds.memory else ""
    return (
        f"the query needs more memory than there is{given}; select fewer rows or columns, or take --format csv or"
        " parquet, which are written as they are read"
    )


def _resident() -> int:
    """Bytes that this process has in memory; where the system does not say, the most that it ever had."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
