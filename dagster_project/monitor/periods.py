"""When a month, quarter or year is over: from its last day on. Every "last whole" period follows from this one line."""

from __future__ import annotations


def is_over(start: str, kind: str, as_of: str = "$as_of::date") -> str:
    """The SQL condition that a period is over at the end of the day `as_of`. All three are SQL: its first day, its kind
    (`'month'`, `'quarter'` or `'year'`, or a column with these) and the day."""
    return f"{start} < date_trunc({kind}, {as_of} + 1)"
