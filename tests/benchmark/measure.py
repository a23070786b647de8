"""One command in a process of its own: wall time, processor time and the most memory of its whole tree of processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).parents[2]
SAMPLED_EVERY = 0.2
PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1 << 20


@dataclass(frozen=True)
class Measured:
    """Seconds of wall and processor time, peak of resident memory in MiB, and when it began (seconds of the epoch)."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    began: float


@dataclass(frozen=True)
class Command:
    """A Python command with the folder it works in; `log` gets what it says, `variables` are set beside the others."""

    words: tuple[str, ...]
    folder: Path
    log: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return environment() | self.variables


def module(name: str, *words: object) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *map(str, words))


def environment() -> dict[str, str]:
    """This one without the settings of the user, and with bytecode written, as on any machine after the first run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZORGMART_", "DAGSTER_", "DBT_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"PYTHONPATH": str(PROJECT)}


def measured(command: Command) -> Measured:
    """Run it to its end. Raises SystemExit with the end of what it said when it fails."""
    with command.log.open("w") as log:
        began, start = time.time(), time.monotonic()
        process = subprocess.Popen(command.words, cwd=command.folder, env=command.environment, stdout=log, stderr=log)
        watch = _Watch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(watch.stop(), used.ru_maxrss * 1024)
    if process.returncode:
        said = "\n".join(command.log.read_text(errors="replace").splitlines()[-20:])
        raise SystemExit(f"{' '.join(command.words)} ended with {process.returncode}:\n{said}")
    return Measured(wall, used.ru_utime + used.ru_stime, peak / MIB, began)


def answer(command: Command) -> str:
    """What a command prints; it is not measured."""
    ran = subprocess.run(command.words, cwd=command.folder, env=command.environment, stdout=subprocess.PIPE, check=True)
    return ran.stdout.decode()


def middle(times: list[Measured]) -> Measured:
    """The medians of repeated measurements, and the largest peak."""
    return Measured(
        median(m.wall_s for m in times), median(m.cpu_s for m in times), max(m.peak_mib for m in times), times[-1].began
    )


class _Watch(threading.Thread):
    """Adds up the resident memory of a process and all below it, many times a second, where /proc tells."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._peak, self._ended = pid, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(SAMPLED_EVERY):
            self._peak = max(self._peak, sum(_resident(pid) for pid in _tree(self._pid)))

    def stop(self) -> int:
        self._ended.set()
        self.join()
        return self._peak


def _tree(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        below = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in below for each in _tree(child))]


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
