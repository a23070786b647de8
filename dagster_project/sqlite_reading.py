"""Opening a SQLite file only to read it: nothing is made beside it, also where nobody may write."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def connect_to_read(path: Path, timeout: float = 30) -> sqlite3.Connection:
    """A connection that can't change the file, which must be there. Raises sqlite3.Error.

    Where there is no write-ahead log nobody writes, and SQLite is told so: else it would make files to find out.
    """
    has_log = path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)
