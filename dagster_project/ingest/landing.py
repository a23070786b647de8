"""What lies in the landing folder: which files are deliveries, and why the others are not.

Only names and `lstat`: nothing is opened here, so that a pipe, a device or a link can do no harm.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Literal

from dagster_project.errors import TemporaryError, error_because
from dagster_project.feeds import FEEDS
from dagster_project.ingest.bsn_numbers import holds_bsn
from dagster_project.ingest.masking import shown_name
from dagster_project.keys import SAMPLE_MARKER

NAME = re.compile(r"[A-Za-z0-9._-]{1,128}")
DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
ENDINGS = (".csv", ".csv.gz", ".parquet")
INCOMPLETE = (".part", ".tmp")
UNFINISHED = "its name says that it is not complete"
RETURN = ".return.csv"
BSN_IN_NAME = (
    "its name holds a number that may be a BSN; rename it (an AGB code of eight digits that is taken for one may stand"
    " behind the word agb)"
)
MOST_BENEATH = 1_000
"""Files listed of one folder that no run looks into; it may hold anything."""
Kind = Literal["not_read", "waiting"]


@dataclass(frozen=True)
class Found:
    """One delivered file as it lies in the landing folder; `signature` changes when its bytes do."""

    feed: str
    delivery_date: date
    file: str
    path: Path
    signature: str


@dataclass(frozen=True)
class Ignored:
    """One path that is not read, with the reason; `path` is relative to the landing folder, and escaped.

    What is `waiting` is read by a later run without anybody doing anything; what is `not_read` is not.
    """

    path: str
    reason: str
    kind: Kind = "not_read"

    @classmethod
    def at(cls, path: str | Path, reason: str, kind: Kind = "not_read") -> Ignored:
        """One that lies at this path within the landing folder."""
        return cls(_shown(Path(path)), reason, kind)


@dataclass
class Scan:
    """All that was found, ordered by feed, delivery date and name, and all that was passed over."""

    found: list[Found] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)

    def later_than(self, today: date) -> list[Ignored]:
        """Files that wait for their day."""
        return [
            Ignored.at(f"{one.feed}/{one.delivery_date}/{one.file}", "its delivery date is in the future", "waiting")
            for one in self.found
            if one.delivery_date > today
        ]


def require_landing(landing: Path) -> None:
    """Raise TemporaryError without a landing folder."""
    if not landing.is_dir():
        raise TemporaryError(f"The landing folder {landing} does not exist; make it or set ZORGMART_LANDING.")


def scan(landing: Path) -> Scan:
    """Look through `<landing>/<feed>/<YYYY-MM-DD>/<name>`.

    Raises ZorgmartError without a readable folder, TemporaryError where it may be back in seconds.
    """
    require_landing(landing)
    result = Scan()
    for feed in _entries(landing, landing, result):
        if feed.name == SAMPLE_MARKER:
            continue
        if reason := _not_a_folder(feed):
            _ignore(result, landing, feed, reason)
            continue
        if feed.name not in FEEDS:
            _ignore_all(result, landing, feed, f"no feed has the name of its folder{_meant(feed.name)}")
            continue
        for day in _entries(landing, Path(feed.path), result):
            if reason := _not_a_folder(day):
                _ignore(result, landing, day, reason)
                continue
            if not _day(day.name):
                _ignore_all(result, landing, day, "the name of its folder is no date YYYY-MM-DD of this century")
                continue
            _scan_day(result, landing, feed.name, day)
    return result


def signature(status: os.stat_result) -> str:
    """What must stay the same for bytes to be the same: size, times and inode."""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"


def _scan_day(result: Scan, landing: Path, feed: str, day: os.DirEntry[str]) -> None:
    entries = _entries(landing, Path(day.path), result)
    names = {entry.name for entry in entries}
    for entry in entries:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            _ignore(result, landing, entry, f"it can't be looked at: {error.strerror}")
            continue
        if reason := _not_a_delivery(entry.name, status) or _returned(entry.name, names):
            _ignore(result, landing, entry, reason)
        else:
            found = Found(feed, date.fromisoformat(day.name), entry.name, Path(entry.path), signature(status))
            result.found.append(found)


def _entries(landing: Path, folder: Path, result: Scan) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        if folder == landing:
            raise error_because(error, f"The landing folder {landing} can't be read: {error.strerror}.") from error
        if isinstance(error, FileNotFoundError):  # it was listed a moment ago, so the share went away
            raise TemporaryError(f"The landing folder {landing} went away while it was listed; run again.") from error
        result.ignored.append(Ignored.at(folder.relative_to(landing), f"it can't be read: {error.strerror}"))
        return []


def _not_a_folder(entry: os.DirEntry[str]) -> str | None:
    if entry.name.startswith("."):
        return "it is hidden"
    if entry.is_symlink():
        return "it is a link"
    return None if entry.is_dir(follow_symlinks=False) else "only folders are expected here"


def _not_a_delivery(name: str, status: os.stat_result) -> str | None:
    if name.startswith("."):
        return "it is hidden"
    if name.endswith(INCOMPLETE):
        return UNFINISHED
    if stat.S_ISLNK(status.st_mode) or status.st_nlink > 1:
        return "it is a link"
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if not NAME.fullmatch(name):
        return "its name has other characters than A-Za-z0-9._- or is longer than 128"
    if not name.endswith(ENDINGS):
        return "its name does not end in .csv, .csv.gz or .parquet"
    return BSN_IN_NAME if holds_bsn(name) else None


def _returned(name: str, names: set[str]) -> str | None:
    checked = name.removesuffix(RETURN)
    return f"it is what a check of {checked} returned" if checked != name and checked in names else None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if DATE.fullmatch(name) else None
    except ValueError:
        return None


def _meant(name: str) -> str:
    """Which feed a misspelt folder may be for."""
    near = get_close_matches(name.lower(), FEEDS, 1, 0.7)
    return f"; {near[0]} may be meant" if near else ""


def _ignore(result: Scan, landing: Path, entry: os.DirEntry[str], reason: str) -> None:
    kind: Kind = "waiting" if reason == UNFINISHED else "not_read"
    result.ignored.append(Ignored.at(Path(entry.path).relative_to(landing), reason, kind))


def _ignore_all(result: Scan, landing: Path, folder: os.DirEntry[str], reason: str) -> None:
    """The files of a folder that is not looked into, or the folder itself where there are none or too many."""
    files = list(islice(_files_beneath(Path(folder.path)), MOST_BENEATH + 1))
    if not files or len(files) > MOST_BENEATH:
        files = [Path(folder.path)]
    result.ignored += [Ignored.at(file.relative_to(landing), reason) for file in files]


def _files_beneath(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):  # follows no link
        folders.sort(key=os.fsencode)
        yield from (Path(path, name) for name in sorted(files, key=os.fsencode))


def _shown(path: Path) -> str:
    """A path as everything that names it shows it: in ASCII, escaped, of bounded length, without what may be a BSN."""
    return ascii("/".join(map(shown_name, path.parts)))[1:-1][:300]
