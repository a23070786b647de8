"""Which databases there are: one per recipient, each with the one role that may connect to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.errors import ZorgmartError

PREFIX = "zorgmart"
TEMPLATE = "zorgmart_closed"
"""What every database is a copy of: empty, and with nothing left that PUBLIC may do."""
ALL = "all"


@dataclass(frozen=True)
class Database:
    """A database and the name of its role; `insurer` is the UZOVI whose it is, None of the data team's and the
    monitors'."""

    name: str
    role: str
    insurer: str | None = None


DATA_TEAM = Database(PREFIX, f"{PREFIX}_analyst")
MONITORS = Database(f"{PREFIX}_monitor", f"{PREFIX}_monitor")
INSURERS = rf"^{PREFIX}_[0-9]{{4}}$"
"""The names of the insurers' databases and roles, as a regular expression of PostgreSQL and Python."""


def of_insurer(uzovi: str) -> Database:
    """The database of one insurer; its role has the same name."""
    return Database(f"{PREFIX}_{uzovi}", f"{PREFIX}_{uzovi}", uzovi)


def databases(wanted: str, there: Sequence[str]) -> tuple[Database, ...]:
    """The databases to serve; `wanted` are UZOVI separated by commas, or `all` of those the release has.

    Raises ZorgmartError on an insurer that the release does not have.
    """
    named = sorted({name for text in wanted.split(",") if (name := text.strip())})
    insurers = sorted(there) if named == [ALL] else named
    if unknown := [name for name in insurers if name not in there]:
        raise ZorgmartError(
            f"ZORGMART_PG_INSURERS names {', '.join(unknown)}, and the release has no such insurer; it has"
            f" {', '.join(there) or 'none'}"
        )
    return (DATA_TEAM, MONITORS, *map(of_insurer, insurers))
