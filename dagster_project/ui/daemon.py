"""Dagster's daemon as a process that ends with the one that started it, however that ends.

`python -m dagster_project.ui.daemon PARENT WORKSPACE`: the number of the process to end with, and a workspace file.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, workspace: str) -> None:
    """Run the schedule, the sensors and the queue until told to stop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the line above
        return
    from dagster._daemon.cli import run_command

    run_command(["--workspace", workspace])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
