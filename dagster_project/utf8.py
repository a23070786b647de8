"""Text and paths are UTF-8 in every process of ours, whatever the locale says.

Python takes the encoding of paths from the locale when it starts, and DuckDB, Polars and SQLite take UTF-8 alone: under
`LC_ALL=C` a home folder with an é reaches them as half a character. It can't be changed in a process that runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dagster_project.errors import ZorgmartError

SWITCH = "PYTHONUTF8"


def start_in_utf8() -> None:
    """Start this command again in Python's UTF-8 mode, unless the locale is UTF-8; processes that it starts follow."""
    if sys.getfilesystemencoding().lower() != "utf-8" and os.environ.get(SWITCH) != "1":
        os.environ[SWITCH] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    os.environ[SWITCH] = "1"


def require_utf8(setting: str, path: Path) -> None:
    """Raise ZorgmartError for a path whose name is no UTF-8, or was not read as such when this process started."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise ZorgmartError(
            f"The path in {setting} ({str(path)!a}) is not UTF-8 here; rename the folder, or start with {SWITCH}=1."
        ) from None
