"""KPIs that are measured outside: what each region, and the country, has in each month, quarter and year.

Of one source the country's own measurement goes before its regions', a region's before its providers'; at one place the
longer period before the shorter ones inside it. Sources add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from .door import Row, Values
from .kpi_catalogue import catalogue

COUNTRY = "NL"
MONTHS = {"month": 1, "quarter": 3, "year": 12}
Key = tuple[str, str, str, date]  # KPI, region or NL, period type, first day


@dataclass(frozen=True)
class Cell:
    """The measurements that count in a region and period."""

    rows: frozenset[Values]

    @property
    def numerator(self) -> Decimal:
        return sum((row.numerator for row in self.rows), Decimal(0))

    @property
    def denominator(self) -> Decimal:
        return sum((row.denominator for row in self.rows), Decimal(0))

    @property
    def figures(self) -> list[Decimal]:
        return [self.numerator, self.denominator]


def cells(current: Iterable[Row]) -> dict[Key, Cell]:
    """Every cell that has a measurement."""
    by_place: dict[tuple[str, str], dict[tuple[str, str | None], list[Values]]] = defaultdict(lambda: defaultdict(list))
    for row in current:
        values = row.values
        by_place[values.kpi_id, values.source][values.region_code, values.provider_agb].append(values)
    found: dict[Key, set[Values]] = defaultdict(set)
    for (kpi, _), places in by_place.items():
        for kind, start in sorted({period for rows in places.values() for row in rows for period in _periods_of(row)}):
            inside = {place: _of_a_place(rows, kind, start) for place, rows in places.items()}
            for region, rows in _of_a_source(inside).items():
                found[kpi, region, kind, start].update(rows)
    return {key: Cell(frozenset(rows)) for key, rows in found.items() if rows}


def _periods_of(row: Values) -> Iterator[tuple[str, date]]:
    """The month, quarter and year that hold the whole period of the row."""
    for kind, months in MONTHS.items():
        first = row.period_start.replace(day=1, month=(row.period_start.month - 1) // months * months + 1)
        if row.period_end <= _last_day(first, months):
            yield kind, first


def _last_day(first: date, months: int) -> date:
    following = first.month - 1 + months
    return date(first.year + following // 12, following % 12 + 1, 1) - timedelta(days=1)


def _of_a_place(rows: list[Values], kind: str, start: date) -> list[Values]:
    """Measurements of one place that lie in the period, of which no two share a day."""
    inside = [row for row in rows if (kind, start) in set(_periods_of(row))]
    whole = [row for row in inside if row.period_start.day == 1 and (row.period_end + timedelta(days=1)).day == 1]
    odd = [row for row in inside if row not in whole and not _touch(row, whole)]
    counted: list[Values] = []
    for row in sorted(whole + odd, key=lambda row: (row.period_start, -row.period_end.toordinal())):
        if not _touch(row, counted):
            counted.append(row)
    return counted


def _of_a_source(inside: dict[tuple[str, str | None], list[Values]]) -> dict[str, list[Values]]:
    """Per region, and for the country, what counts of one source in one period."""
    regions = {region: _instead(inside.get((region, None), []), _others(inside, region)) for region, _ in inside}
    own = regions.pop(COUNTRY, [])
    return regions | {COUNTRY: _instead(own, [row for rows in regions.values() for row in rows])}


def _others(inside: dict[tuple[str, str | None], list[Values]], region: str) -> list[Values]:
    return [row for (of, agb), rows in inside.items() if of == region and agb is not None for row in rows]


def _instead(first: list[Values], otherwise: list[Values]) -> list[Values]:
    """The first, and of the others what shares no day with them."""
    return first + [row for row in otherwise if not _touch(row, first)]


def _touch(row: Values, others: Iterable[Values]) -> bool:
    return any(row.period_start <= other.period_end and other.period_start <= row.period_end for other in others)


def differences(expected: dict[Key, Cell], connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What kpi.value has otherwise, in sentences; what is withheld is not compared, but only that may be hidden."""
    measured = [kpi for kpi, row in catalogue().items() if row["country_value"] == "measured"]
    released = {
        tuple(row[:4]): row[4:]
        for row in connection.execute(
            "select kpi_id, region_code, period_type, period_start, suppressed, numerator, denominator from kpi.value"
            " where list_contains(?, kpi_id) and status <> 'no_data'",
            [measured],
        ).fetchall()
    }
    for key in sorted({key for key, cell in expected.items() if cell.denominator} - released.keys()):
        yield f"kpi.value {_words(key)} is expected but not published."
    for key, (suppressed, *figures) in released.items():
        cell, where = expected.get(key), f"kpi.value {_words(key)}"
        few = cell is not None and cell.denominator < int(catalogue()[key[0]]["minimum_n"])
        if suppressed:
            continue
        if cell is None:
            yield f"{where} is published but not expected."
        elif few:
            yield f"{where} shows fewer cases than may be shown."
        elif figures != cell.figures:
            yield f"{where} is {_shown(figures)}, expected {_shown(cell.figures)}."


def _words(key: Key) -> str:
    return f"{key[0]}, {key[1]}, {key[2]} {key[3]}"


def _shown(figures: list[Decimal]) -> str:
    return " / ".join(f"{figure:f}" for figure in figures)
