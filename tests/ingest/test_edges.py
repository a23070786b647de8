"""Rows at the edges of every contract: what is accepted fits its type and its limits, and every cent is counted."""

import tempfile
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.feeds import FEEDS, Column, Feed

from .made import Home, csv_bytes, row
from .test_conservation import _same_as_oracle
from .test_parquet import as_text, parquet

FEED = st.sampled_from(sorted(FEEDS))
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
WIDEST = 10**18 - 1


def _edges(column: Column) -> list[str]:
    """Values on both sides of each limit, zero, and nothing."""
    match column.kind:
        case "int" | "decimal":
            step = Decimal(1).scaleb(-column.scale)
            ends = [Decimal(end) for end in (column.minimum, column.maximum) if end is not None]
            widest = Decimal(WIDEST).scaleb(-column.scale)
            numbers = [n + d for n in ends for d in (-step, 0, step)] + [Decimal(0), step, -step, widest, -widest]
            return ["", "-0", *(f"{number:f}" for number in numbers)]
        case "date":
            first, last = column.years
            return [
                "",
                f"{first}-01-01",
                f"{first - 1}-12-31",
                f"{last}-12-31",
                "2024-02-29",
                "2026-01-31",
                "9999-12-31",
            ]
        case "timestamp":
            first, last = column.years
            ends = [f"{first}-01-01T00:00:00+00:00", f"{first}-01-01T00:00:00+00:01", f"{last}-12-31T23:59:59.999999Z"]
            return [
                "",
                *ends,
                "2026-01-31T22:59:59.999999Z",
                "2026-01-31T23:00:00Z",
                "2026-01-30T10:00:00.000001+01:00",
            ]
        case "bool":
            return ["", "true", "false"]
    if column.values:
        return ["", column.values[0], column.values[-1]]
    if column.pattern is None:
        return ["", "x", "x" * 4_000, "x" * 4_001, "{}", "é" * 4_000]
    return ["", "0" * 8, "9" * 4, "a" * 20, "a" * 21, "a" * 40, "a" * 41, "111222333", "f" * 64]


@st.composite
def _rows(draw: st.DrawFn, feed: Feed) -> list[dict[str, str]]:
    """Sound rows, some of them twice, with a few values at an edge; budgets follow their amount."""
    made = []
    for number in range(draw(st.integers(1, 6))):
        changed = row(feed.name)
        for column in draw(st.lists(st.sampled_from(feed.columns), max_size=3)):
            changed[column.name] = draw(st.sampled_from(_edges(column)))
        first = feed.column(feed.key[-1])
        if first.kind == "text" and not first.values and draw(st.booleans()):
            changed[first.name] = f"K{number}"
        if feed.name == "budgets" and draw(st.booleans()):
            changed["amount_cents"] = _following(changed) or changed["amount_cents"]
        made.append(changed)
    return made


def _following(made: dict[str, str]) -> str | None:
    try:
        parts = [Fraction(made["quantity"]), Fraction(made["unit_price_cents"]), Fraction(made["percentage"] or "100")]
    except ValueError:
        return None
    return str(round(parts[0] * parts[1] * parts[2] / 100))


def _fits(column: Column, value: object) -> bool:
    if value is None:
        return not column.required
    lower, upper = column.minimum, column.maximum
    match value:
        case bool() | str():
            return isinstance(value, bool) == (column.kind == "bool") and (not column.values or value in column.values)
        case date() | datetime():
            return column.years[0] <= value.year <= column.years[1]
    return (lower is None or value >= lower) and (upper is None or value <= upper) and abs(value) < 10**18


@SETTINGS
@given(st.data(), FEED)
def test_what_is_accepted_fits_its_contract(data: st.DataObject, name: str) -> None:
    feed = FEEDS[name]
    rows = data.draw(_rows(feed))
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.deliver(name, csv_bytes(rows), "a.csv")
        home.ingest()
        _holds(home, feed, rows)
        _same_as_oracle(home, name)
        other = Home(Path(folder) / "typed")
        other.deliver(name, parquet(as_text(name, *rows)), "a.parquet")
        other.ingest()
        assert home.rules(name) == other.rules(name)
        kept = [door.accepted(name) for door in (home, other)]
        assert kept[0].equals(kept[1])


def _holds(home: Home, feed: Feed, rows: list[dict[str, str]]) -> None:
    version, accepted = home.version(), home.accepted(feed.name)
    assert (version["status"], version["rows"]) == ("accepted", len(rows))
    assert version["accepted"] == accepted.height
    if not accepted.height:
        return
    assert {c.name: c.dtype for c in feed.columns} == {name: accepted.schema[name] for name in feed.names}
    in_utc = accepted.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))
    for column in feed.columns:
        assert all(_fits(column, value) for value in in_utc[column.name]), column.name
    if feed.amount:
        assert version["accepted_amount_cents"] == sum(value or 0 for value in accepted[feed.amount])
