"""Holds a published release against what the oracle expects; every difference is one sentence.

No sentence quotes a patient's key.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from . import observations
from .expected import KEYS, Expected

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FILE_COLUMNS = ("file", "delivery_file")
HIDDEN_COLUMNS = ("patient_key",)

Rows = dict[tuple, dict[str, object]]


def compare(expected: Expected, release_db: Path) -> list[str]:
    """Every difference between `expected` and the release's zorgmart.duckdb, in sentences; empty if all is equal.

    Money, counts, days and instants must be equal; doubles within a relative 1e-9.
    """
    with duckdb.connect(str(release_db), read_only=True) as connection:
        found = [sentence for table, keys in KEYS.items() for sentence in _table(expected, connection, table, keys)]
        return [*found, *observations.differences(expected.observed, connection)]


def _table(
    expected: Expected, connection: duckdb.DuckDBPyConnection, table: str, keys: tuple[str, ...]
) -> Iterator[str]:
    types = _types(connection, table)
    if not types:
        yield f"{table} is not published."
        return
    rows = {
        tuple(_normal(table, *part) for part in zip(keys, key, strict=True)): {
            name: _normal(table, name, value) for name, value in row.items()
        }
        for key, row in expected[table].items()
    }
    asserted = dict.fromkeys(name for row in rows.values() for name in row)
    if missing := [name for name in (*keys, *asserted) if name not in types]:
        yield f"{table} has no column {', '.join(missing)}."
    if any(name not in types for name in keys):
        return
    columns = [name for name in asserted if name in types]
    yield from _differences(table, keys, columns, rows, _released(connection, table, keys, columns, types))


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    schema, name = table.split(".")
    found = connection.execute(
        "select column_name, data_type from information_schema.columns where table_schema = ? and table_name = ?",
        [schema, name],
    )
    return dict(found.fetchall())


def _released(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    keys: tuple[str, ...],
    columns: list[str],
    types: dict[str, str],
) -> list[tuple[tuple, dict[str, object]]]:
    """The released rows as (key, columns); of several versions of a file the one that no newer one replaced."""
    names = [*keys, *columns]
    instants = {name for name in names if types[name] == "TIMESTAMP WITH TIME ZONE"}
    terms = [f'epoch_us("{name}")' if name in instants else f'"{name}"' for name in names]
    current = " where status <> 'replaced'" if table == "integrity.delivery" else ""
    released = []
    for values in connection.execute(f"select {', '.join(terms)} from {table}{current}").fetchall():
        cells = [
            _instant(value) if name in instants else _normal(table, name, value)
            for name, value in zip(names, values, strict=True)
        ]
        key, row = tuple(cells[: len(keys)]), dict(zip(columns, cells[len(keys) :], strict=True))
        released.append((key, row))
    return released


def _differences(
    table: str,
    keys: tuple[str, ...],
    columns: list[str],
    expected: Rows,
    released: list[tuple[tuple, dict[str, object]]],
) -> Iterator[str]:
    seen: set[tuple] = set()
    for key, row in released:
        where = f"{table} {_words(keys, key)}"
        if key in seen:
            yield f"{where} is published twice."
        elif key not in expected:
            yield f"{where} is published but not expected."
        else:
            yield from _row_differences(where, columns, expected[key], row)
        seen.add(key)
    for key in expected.keys() - seen:
        yield f"{table} {_words(keys, key)} is expected but not published."


def _row_differences(
    where: str, columns: list[str], expected: dict[str, object], released: dict[str, object]
) -> Iterator[str]:
    for name in columns:
        if name not in expected or _equal(expected[name], released[name]):
            continue
        if name in HIDDEN_COLUMNS:
            yield f"{where}: {name} differs."
        else:
            yield f"{where}: {name} is {_shown(released[name])}, expected {_shown(expected[name])}."


def _words(keys: tuple[str, ...], key: tuple) -> str:
    return ", ".join(f"{name}={part}" for name, part in zip(keys, key, strict=True) if part is not None)


def _shown(value: object) -> str:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _equal(expected: object, released: object) -> bool:
    if expected is None or released is None:
        return expected is released
    if isinstance(expected, float) or isinstance(released, float):
        return math.isclose(float(expected), float(released), rel_tol=1e-9, abs_tol=1e-12)
    return expected == released


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else EPOCH + timedelta(microseconds=microseconds)


def _normal(table: str, name: str, value: object) -> object:
    """One form for both sides: files by name, rules as a set, a status as far as the specification names it."""
    if name in FILE_COLUMNS and isinstance(value, str):
        return value.rsplit("/", 1)[-1]
    if name == "rules":
        return frozenset(value)
    if table == "integrity.delivery" and name == "status":
        return "rejected" if value == "rejected" else "read"
    if name == "percentage" and value is None:
        return Decimal(100)
    return value
