"""Which allocator Arrow has while deliveries are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

ALLOCATOR = "jemalloc"


@contextmanager
def frugal_arrow() -> Iterator[None]:
    """Arrow's own choice, mimalloc, gives pages back and asks for them again with every file: a tenth of the work.

    Not every build of Arrow has the other one; then its own stays.
    """
    before = pa.default_memory_pool()
    if ALLOCATOR in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
