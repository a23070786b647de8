"""Senders whose numbers are known to be serial numbers, kept by the data team in a CSV file outside the landing folder.

`feed,file,column,reason`: in files of that feed whose name fits (`*` and `?` stand for any), the column holds no
BSNs though many of its numbers pass the eleven-test. Free text and the patient's own BSN are not let through by it.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS

COLUMNS = ["feed", "file", "column", "reason"]


@dataclass(frozen=True)
class Listed:
    """One line of the list; `file` is a pattern of names."""

    feed: str
    file: str
    column: str
    reason: str


@dataclass(frozen=True)
class SerialNumbers:
    """The lines of the list; empty where none is kept."""

    lines: tuple[Listed, ...] = ()

    def columns(self, feed: str, files: dict[int, str]) -> set[tuple[int, str]]:
        """Version and column of what is listed; `files` maps versions to names."""
        return {(version, line.column) for version, file in files.items() for line in self._of(feed, file)}

    def mark(self, feed: str, file: str) -> str:
        """What tells a file judged with these columns from one judged with others; empty where none is listed."""
        names = ",".join(sorted({line.column for line in self._of(feed, file)}))
        return "+" + hashlib.sha256(names.encode()).hexdigest()[:8] if names else ""

    def _of(self, feed: str, file: str) -> list[Listed]:
        return [line for line in self.lines if line.feed == feed and fnmatchcase(file, line.file)]


def read_serial_numbers(path: Path | None) -> SerialNumbers:
    """The list at `path`, empty for None. Raises ZorgmartError for a file or line that can't be used."""
    if path is None:
        return SerialNumbers()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no CSV in UTF-8"
        raise ZorgmartError(f"ZORGMART_SERIAL_NUMBERS names {path}, which can't be read: {reason}; mend it.") from None
    return SerialNumbers(tuple(_listed(path, number, row) for number, row in enumerate(rows, 2)))


def _listed(path: Path, number: int, row: dict[str, str]) -> Listed:
    if list(row) != COLUMNS or not all(isinstance(value, str) and value.strip() for value in row.values()):
        raise ZorgmartError(f"{path}, line {number}: give {', '.join(COLUMNS)}, each of them filled.")
    line = Listed(*(value.strip() for value in row.values()))
    columns = FEEDS[line.feed].columns if line.feed in FEEDS else ()
    identifiers = [column.name for column in columns if column.is_identifier]
    if line.column not in identifiers:
        raise ZorgmartError(
            f"{path}, line {number}: {line.feed!r} has no column {line.column!r} of identifiers; "
            + (f"choose one of {', '.join(identifiers)}." if identifiers else f"choose a feed of {', '.join(FEEDS)}.")
        )
    return line
