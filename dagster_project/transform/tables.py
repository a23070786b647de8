"""What stands in the warehouse: rows, columns and money totals of its tables, never a row of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.marts.mart import SCHEMAS, Mart

_COLUMNS = """
    select c.schema_name, c.table_name, c.column_name, lower(c.data_type), t.table_name is not null
    from duckdb_columns() as c
    left join duckdb_tables() as t using (schema_name, table_name)
    where not c.internal
    order by c.schema_name, c.table_name, c.column_index
"""


@dataclass(frozen=True)
class Table:
    """One table or view: column names and types in order, rows (None of an inner view), sums of its euro columns, of a
    mart of those that its YAML lets add up."""

    columns: tuple[tuple[str, str], ...]
    rows: int | None
    totals: dict[str, Decimal]


def describe(warehouse: Path, marts: Iterable[Mart]) -> dict[tuple[str, str], Table]:
    """Every table and view of the warehouse by schema and name; one statement counts and sums them all."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        columns: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        stored = set()
        for schema, name, column, kind, is_table in connection.execute(_COLUMNS).fetchall():
            columns[schema, name].append((column, kind))
            stored |= {(schema, name)} if is_table or schema in SCHEMAS else set()
        money = {(mart.schema, mart.name): mart.money for mart in marts}
        measured = {
            table: _measure(connection, table, money[table] if table in money else _euros(columns[table]))
            for table in stored
        }
    return {table: Table(tuple(described), *measured.get(table, (None, {}))) for table, described in columns.items()}


def _euros(columns: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, kind in columns if name.endswith("_eur") and kind.startswith("decimal"))


def _measure(
    connection: duckdb.DuckDBPyConnection, table: tuple[str, str], euros: tuple[str, ...]
) -> tuple[int, dict[str, Decimal]]:
    sums = "".join(f', coalesce(sum("{name}"), 0)' for name in euros)
    row = connection.execute(f'select count(*){sums} from "{table[0]}"."{table[1]}"').fetchone()
    return row[0], dict(zip(euros, row[1:], strict=True))
