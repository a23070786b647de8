"""Now and today: the one place that a clock is read for anything that is written down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def instant() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def now() -> str:
    """This instant in UTC, as ISO text to the second."""
    return instant().isoformat(timespec="seconds")


def today() -> date:
    """Today in the Netherlands."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()
