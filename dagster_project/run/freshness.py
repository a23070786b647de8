"""How fresh a feed is, by the newest day that it was delivered for, never by when something last ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dagster_project.feeds import FEEDS

State = Literal["fresh", "due", "late", "never"]
DUE, LATE = 1.5, 2.0
"""Times the interval of a feed after which its next delivery is due, and late."""


@dataclass(frozen=True)
class Freshness:
    """One feed on a day: `newest` is its newest delivery date (None: nothing was ever delivered)."""

    feed: str
    newest: date | None
    every: timedelta
    state: State

    @property
    def sentence(self) -> str:
        if self.newest is None:
            return f"{self.feed}: nothing was delivered yet"
        return f"{self.feed}: newest delivery {self.newest}, expected every {self.every.days} days"


def freshness(newest: Mapping[str, date], today: date) -> list[Freshness]:
    """Every feed, given the newest delivery date of those that were delivered."""
    return [
        Freshness(name, newest.get(name), feed.expected_every, _state(newest.get(name), feed.expected_every, today))
        for name, feed in FEEDS.items()
    ]


def _state(newest: date | None, every: timedelta, today: date) -> State:
    if newest is None:
        return "never"
    age = today - newest
    if age > LATE * every:
        return "late"
    return "due" if age > DUE * every else "fresh"
