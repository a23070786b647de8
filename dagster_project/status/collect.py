"""What there is to say of a home. A part that can't be read becomes a problem in a sentence, and the rest is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dagster_project.clock import today
from dagster_project.errors import ZorgmartError
from dagster_project.ingest.landing import Found, scan
from dagster_project.ingest.ledger import Ledger, Version
from dagster_project.ingest.report import not_read_lines
from dagster_project.publish.pointer import Release, published_folder
from dagster_project.run.completeness import check_complete
from dagster_project.run.freshness import Freshness, freshness
from dagster_project.settings import Settings
from dagster_project.status.runs import LastRun, last_run
from dagster_project.status.verify import Verified, verify

POINTERS = ("current", "approved")
PARTS = ("archive", "store", "published", "slices")


@dataclass(frozen=True)
class Named:
    """A release that a pointer names; `age` runs from the end of its last delivery day (None: nothing is named)."""

    pointer: str
    release_id: str | None = None
    as_of: date | None = None
    made_at: datetime | None = None
    age: timedelta | None = None


@dataclass
class Status:
    """Everything that is told; `files` counts those to read, waiting, not read, rejected; `bytes` is what parts use."""

    at: datetime
    home: Path
    max_age: timedelta | None
    releases: list[Named] = field(default_factory=list)
    run: LastRun = field(default_factory=lambda: LastRun("none"))
    feeds: list[Freshness] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    not_read: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)
    free: int = 0
    verified: list[Verified] | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems


def collect(settings: Settings, *, with_hashes: bool = False) -> Status:
    """Look at a home as it is now. Raises ZorgmartError only where there is none."""
    home = settings.home
    if not home.is_dir():
        raise ZorgmartError(f"There is no home folder {home}; set ZORGMART_HOME or give --home.")
    hours = settings.status_max_age_hours
    status = Status(datetime.now(UTC), home, timedelta(hours=hours) if hours is not None else None)
    parts: list[tuple[str, Callable[[Status, Settings], None]]] = [
        ("the releases", _releases), ("the ledger", _ledger), ("the landing folder", _landing), ("the disk", _space)
    ]  # fmt: skip
    parts += [("what is kept", _hashes)] if with_hashes else []
    status.run = last_run(home)
    for name, look in parts:
        try:
            look(status, settings)
        except (OSError, ValueError, KeyError, TypeError, sqlite3.Error, ZorgmartError) as error:
            status.problems.append(f"{name} can't be read: {error}")
    return status


def _releases(status: Status, settings: Settings) -> None:
    for pointer in POINTERS:
        link = published_folder(settings.home) / pointer
        if not link.is_symlink():
            status.releases.append(Named(pointer))
            continue
        release = Release(link.readlink().name, published_folder(settings.home) / link.readlink().name)
        try:
            status.releases.append(_named(pointer, release, status.at))
        except (OSError, ValueError, KeyError, TypeError) as error:
            status.releases.append(Named(pointer, release.release_id))
            status.problems.append(f"the {pointer} release {release.release_id} is damaged or gone ({error})")
    _judge_age(status)


def _named(pointer: str, release: Release, at: datetime) -> Named:
    manifest = release.manifest()
    if not release.database.is_file():
        raise FileNotFoundError(f"{release.database} is missing")
    as_of, made_at = date.fromisoformat(manifest["as_of"]), datetime.fromisoformat(manifest["finished_at"])
    midnight = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), ZoneInfo("Europe/Amsterdam"))
    return Named(pointer, release.release_id, as_of, made_at, max(at - midnight, timedelta()))


def _judge_age(status: Status) -> None:
    current = status.releases[0]
    if status.max_age is None:
        return
    hours = f"{status.max_age / timedelta(hours=1):,.0f} hours (ZORGMART_STATUS_MAX_AGE_HOURS)"
    if current.release_id is None:
        status.problems.append(f"nothing is published, and a release of at most {hours} is asked for")
    elif current.age is not None and current.age > status.max_age:
        status.problems.append(f"the current release {current.release_id} is older than {hours}")


def _ledger(status: Status, settings: Settings) -> None:
    if not (settings.home / "ledger.sqlite").exists():
        status.feeds = freshness({}, today())
        if (settings.home / "archive").exists() or (settings.home / "published").exists():
            status.problems.append("the ledger is gone; restore the whole backup, or run `zorgmart rebuild-ledger`")
        return
    with Ledger(settings.home, read_only=True) as ledger:
        versions = list(ledger.newest().values())
        status.feeds = freshness(ledger.newest_dates(today()), today())
        check_complete(settings.home, ledger)
    status.files["rejected"] = sum(version.status == "rejected" for version in versions)


def _landing(status: Status, settings: Settings) -> None:
    lying = scan(settings.landing)
    known = _known(settings.home)
    status.files["to read"] = sum(_is_new(found, known) for found in lying.found)
    ignored = [*lying.ignored, *lying.later_than(today())]
    status.files["waiting"] = sum(one.kind == "waiting" for one in ignored)
    status.files["not read"] = sum(one.kind == "not_read" for one in ignored)
    status.not_read = not_read_lines(ignored)


def _known(home: Path) -> dict[tuple[str, date, str], Version]:
    if not (home / "ledger.sqlite").exists():
        return {}
    with Ledger(home, read_only=True) as ledger:
        return ledger.newest()


def _is_new(found: Found, known: dict[tuple[str, date, str], Version]) -> bool:
    """Whether the next run would receive it; where the ledger trusts no times, by size."""
    version = known.get((found.feed, found.delivery_date, found.file))
    if found.delivery_date > today() or version is None:
        return found.delivery_date <= today()
    if version.signature:
        return version.signature != found.signature
    return not found.signature.startswith(f"{version.bytes}-")


def _space(status: Status, settings: Settings) -> None:
    status.free = shutil.disk_usage(settings.home).free
    status.bytes = {part: _size(settings.home / part) for part in PARTS if (settings.home / part).is_dir()}
    status.bytes["warehouse"] = sum(file.stat().st_size for file in settings.home.glob("warehouse.duckdb*"))


def _size(folder: Path) -> int:
    """Bytes that a folder takes; a file under several names counts once. What vanishes meanwhile takes nothing."""
    taken: dict[int, int] = {}
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                found = Path(path, name).lstat()
            except OSError:
                continue
            taken[found.st_ino] = found.st_blocks * 512
    return sum(taken.values())


def _hashes(status: Status, settings: Settings) -> None:
    status.verified = verify(settings.home)
    for part in status.verified:
        if part.damaged:
            status.problems.append(
                f"{len(part.damaged):,} of {part.files:,} files of the {part.part} are damaged or gone, the first is"
                f" {part.damaged[0]}"
            )
