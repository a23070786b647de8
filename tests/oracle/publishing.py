"""Writes an Expected as a release's database, so that the comparison itself can be tested."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from .expected import KEYS, Expected

SQL_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "bigint",
    float: "double",
    Decimal: "decimal(28,8)",
    datetime: "timestamp with time zone",
    date: "date",
    frozenset: "varchar[]",
}
KPI_VALUE = """
    create schema kpi;
    create table kpi.value (
        kpi_id varchar, region_code varchar, period_type varchar, period_start date, suppressed boolean,
        numerator decimal(28, 6), denominator decimal(28, 6), status varchar
    )
"""


def publish(expected: Expected, release_db: Path) -> None:
    """Makes a database with every expected table; a column's type is that of its first value."""
    with duckdb.connect(str(release_db)) as connection:
        for table, keys in KEYS.items():
            records = [dict(zip(keys, key, strict=True)) | row for key, row in expected[table].items()]
            names = list(dict.fromkeys([*keys, *(name for record in records for name in record)]))
            columns = [f'"{name}" {_sql_type(name, records)}' for name in names]
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} ({', '.join(columns)})")
            places = ", ".join("?" for _ in names)
            for record in records:
                connection.execute(
                    f"insert into {table} values ({places})", [_cell(record.get(name)) for name in names]
                )
        connection.execute(KPI_VALUE)
        for key, cell in expected.observed.items():
            connection.execute(
                "insert into kpi.value values (?, ?, ?, ?, false, ?, ?, 'no_target')", [*key, *cell.figures]
            )


def _sql_type(name: str, records: list[dict[str, object]]) -> str:
    value = next((record[name] for record in records if record.get(name) is not None), None)
    return SQL_TYPES.get(type(value), "varchar")


def _cell(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
