"""Rows at the edges of every feed's contract: each column at its least, its largest, zero and empty, and all at once.

Made from the contracts alone, so that a new feed or column takes part by itself. Who is referred to (providers,
insurers, codes) is delivered beside them and holds on every day. What breaks a rule over several columns goes to
quarantine, which must not stop a night either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from oracle import tiny
from oracle.writing import Record, write_delivery

from dagster_project.feeds import FEEDS, Column, Feed
from dagster_project.feeds.contract import AGB, CODE, EPISODE, IDENTIFIER, LONGEST_TEXT, PATIENT, REGION, UZOVI

from .rows import sound

DELIVERED = date(2026, 1, 31)
ALWAYS = {"valid_from": "1900-01-01"}
NUMBERS = ("int", "decimal")
REFERENCES = ("providers", "insurers", "tariffs")
CODE_KNOWN = "E100"
LONGEST = {CODE: 40, IDENTIFIER: 20, EPISODE: 40}


def edges_of(column: Column) -> Iterator[str]:
    """Texts of a column: every value that it lists, else its least, its largest, what is next to zero, empty."""
    if column.values:
        yield from column.values
    elif column.kind in NUMBERS:
        yield from map(str, dict.fromkeys(_numbers(column)))
    elif column.kind == "bool":
        yield from ("true", "false")
    elif column.kind == "date":
        yield from (f"{column.years[0]}-01-01", DELIVERED.isoformat(), f"{column.years[1]}-12-31")
    elif column.kind == "timestamp":
        yield from (f"{column.years[0]}-01-01T00:00:00Z", f"{DELIVERED}T23:59:59.999999+01:00")
        yield f"{column.years[1]}-12-31T23:59:59.999999Z"
    elif column.pattern in LONGEST and column.name != "performance_code":
        yield "E" * LONGEST[column.pattern]
    elif column.pattern is None:
        yield from ("e", "é" * LONGEST_TEXT, "quote \" semicolon ; comma , apostrophe ' --")
    if not column.required:
        yield ""


def _numbers(column: Column) -> Iterator[int | Decimal]:
    least, largest = bounds(column)
    yield from (least, largest)
    small = Decimal(1).scaleb(-column.scale) if column.kind == "decimal" else 1
    yield from (number for number in (0, small, -small) if least <= number <= largest)


def bounds(column: Column) -> tuple[int | Decimal, int | Decimal]:
    """The least and the largest number that fit the column."""
    widest = Decimal(10**18 - 1).scaleb(-column.scale) if column.kind == "decimal" else 10**18 - 1
    least = -widest if column.minimum is None else column.minimum
    return least, widest if column.maximum is None else column.maximum


def rows_of(feed: Feed) -> list[Record]:
    """A row for each edge of each column, every other column being sound; then rows that are at their edges whole."""
    changes = [{column.name: text} for column in feed.columns for text in edges_of(column)]
    for choose in (min, max):
        changes.append({c.name: str(choose(_numbers(c))) for c in feed.columns if c.kind in NUMBERS})
        changes.append({c.name: str(choose(bounds(c), key=abs)) for c in feed.columns if c.kind in NUMBERS})
    numbers = [c for c in feed.columns if c.kind in NUMBERS]
    for largest in numbers:  # a large one over small ones
        small = {c.name: str(min((n for n in _numbers(c) if n > 0), default=0)) for c in numbers}
        changes.append(small | {largest.name: str(bounds(largest)[1])})
    changes.append({c.name: "" for c in feed.columns if not c.required})
    return [_row(feed, number, change) for number, change in enumerate(changes)]


def _row(feed: Feed, number: int, changes: Record) -> Record:
    row = _known(feed, sound(feed)) | _named(feed, number) | changes
    return row | FOLLOWS[feed.name](row) if feed.name in FOLLOWS and "amount_cents" not in changes else row


def _known(feed: Feed, row: Record) -> Record:
    """The row with names that are delivered."""
    names = {"performance_code": CODE_KNOWN, "region_code": tiny.NOORD, "declared_on": DELIVERED.isoformat()}
    return row | {name: text for name, text in names.items() if name in feed.names}


def _named(feed: Feed, number: int) -> Record:
    """The columns of the key that can be new in each row."""
    return {name: new for name in feed.key if (new := _new(feed, feed.column(name), number)) is not None}


def _new(feed: Feed, column: Column, number: int) -> str | None:
    if column.kind != "text" or column.values or (column.pattern == REGION and column.name == "region_code"):
        return None
    if column.pattern == PATIENT:
        return tiny.bsn(10_000 + number)
    if column.pattern == UZOVI:
        return f"{8000 + number}" if feed.name == "insurers" else None
    if column.pattern in (AGB, REGION):
        return str((72_000_000 if feed.name == "providers" else 71_000_000) + number)
    return f"{feed.name[0].upper()}{number}"


def _budgeted(row: Record) -> Record:
    """The amount of a budget line follows from its other figures, where it fits."""
    exact = Decimal(row["quantity"]) * Decimal(row["unit_price_cents"]) * Decimal(row["percentage"] or 100) / 100
    return {"amount_cents": str(round(exact))}


FOLLOWS: dict[str, Callable[[Record], Record]] = {"budgets": _budgeted}


def write_edges(landing: Path) -> Path:
    """Writes the edges of all feeds, and whom they refer to, as one delivery; returns the landing folder."""
    edges = {name: rows_of(feed) for name, feed in FEEDS.items()}
    for name, rows in {**tiny.reference(), **_references(edges)}.items():
        write_delivery(landing, name, DELIVERED, "a.csv", rows)
    for name, rows in edges.items():
        write_delivery(landing, name, DELIVERED, "edges.csv", rows)
    return landing


def _references(edges: dict[str, list[Record]]) -> dict[str, list[Record]]:
    agbs = [str(71_000_000 + number) for number in range(max(map(len, edges.values())))]
    made = tiny.reference()
    return {
        "providers": [*made["providers"], *(tiny.provider(agb, "hap", tiny.NOORD, **ALWAYS) for agb in agbs),
                      *(tiny.provider(row["agb"], row["sector"], row["region_code"], **ALWAYS)
                        for row in made["providers"] if row["agb"] == tiny.HAP)],
        "insurers": [tiny.insurer(uzovi, **ALWAYS) for uzovi in tiny.INSURERS],
        "tariffs": [*made["tariffs"], tiny.tariff(CODE_KNOWN, "hap", "care", "free", None, **ALWAYS)],
    }  # fmt: skip
