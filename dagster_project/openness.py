"""Who can reach the home of this project: the group of readers that a setting names, and what is open to others."""

from __future__ import annotations

import grp
import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.private import PRIVATE
from dagster_project.settings import PROJECT, Settings

_NO_DATA = (PROJECT / "data" / "reference", PROJECT / "data" / "README.md")
_MOST_NAMED = 5


def readers_group(settings: Settings) -> int | None:
    """Id of the group that may read releases, or None where no setting names one. Raises ZorgmartError if this account
    may not give files to that group."""
    name = settings.readers_group
    if not name:
        return None
    try:
        group = grp.getgrnam(name).gr_gid
    except KeyError:
        raise ZorgmartError(f"ZORGMART_READERS_GROUP names {name!r}, and there is no such group; make it.") from None
    if os.geteuid() != 0 and group not in (os.getegid(), *os.getgroups()):
        raise ZorgmartError(
            f"ZORGMART_READERS_GROUP names {name!r}, of which this account is no member; add it to that group."
        )
    return group


def openness(settings: Settings) -> str | None:
    """A sentence on what other accounts can reach in the home, with the command that closes it; None if nothing."""
    home, group = settings.home, readers_group(settings)
    if home.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"{home} can be written by other accounts; close it: chmod go-w {shlex.quote(str(home))}"
    skipped = {settings.landing, *_NO_DATA}
    entries = [entry for entry in sorted(home.iterdir()) if entry not in skipped] if _lets_in(home) else []
    found = [entry for entry in entries if next(_open_places(entry, home, group), None)]
    if not found:
        return None
    named = [shlex.quote(str(path)) for path in (found if len(found) <= _MOST_NAMED else [home])]
    return (
        f"{found[0]} and {len(found) - 1} more in this home are open to other accounts of this machine;"
        f" close them: chmod -R go= {' '.join(named)}"
    )


def _open_places(path: Path, home: Path, group: int | None) -> Iterator[Path]:
    """What of a path others can do more with than they may; looks only where they get to."""
    if path.is_symlink() and path.parent != home:
        return
    status = path.stat()
    if status.st_mode & PRIVATE & ~_granted(path.relative_to(home), status, group):
        yield path
    if path.is_dir() and _lets_in(path):
        for entry in sorted(path.iterdir()):
            yield from _open_places(entry, home, group)


def _granted(path: Path, status: os.stat_result, group: int | None) -> int:
    """The bits that the group of readers may have on a path of the home: releases, not the slices of insurers."""
    is_release = path.parts[0] == "published"
    return (stat.S_IRGRP | stat.S_IXGRP) if is_release and status.st_gid == group else 0


def _lets_in(folder: Path) -> bool:
    return bool(folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))
