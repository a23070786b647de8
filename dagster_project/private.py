"""What this project writes is its owner's alone.

Every process of ours calls `keep_private` first, so whatever a library creates in it, and in the processes that it
starts, is 0600 or 0700. What a group may read is opened again by `publish/readers.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

PRIVATE = 0o077
"""The umask of every process of ours: the permissions that others never have."""
_OF_ALL = 0o022


def keep_private() -> None:
    """From here on, what this process creates is readable by its owner alone, whatever umask it was started with."""
    os.umask(PRIVATE)


@contextmanager
def readable_by_all() -> Iterator[None]:
    """For what holds no data and serves every account of the machine, such as the parsed dbt project."""
    before = os.umask(_OF_ALL)
    try:
        yield
    finally:
        os.umask(before)
