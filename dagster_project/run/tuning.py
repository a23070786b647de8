"""What every run is tuned by, from the command line and in Dagster alike: docs/performance.md measures with it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

_ALLOCATOR = "_RJEM_MALLOC_CONF"
_OF_POLARS = "dirty_decay_ms:500,muzzy_decay_ms:1000"
"""What Polars sets as it is loaded, for itself and so for the processes that are started afterwards."""


def keep_memory() -> None:
    """Let Polars keep freed memory for ten seconds, in this process if it is not loaded yet, and in those it starts.

    By default it gives memory back at once and asks for it again with the next file: a tenth of reading a file. What
    somebody else set stays.
    """
    if os.environ.get(_ALLOCATOR, _OF_POLARS) == _OF_POLARS:
        os.environ[_ALLOCATOR] = "dirty_decay_ms:10000,muzzy_decay_ms:10000"


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Look for no reference cycles: among the libraries' millions of objects that is a seventh of a small night."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
