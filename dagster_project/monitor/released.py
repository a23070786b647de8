"""The published tables as the page reads them: plain rows of a release, or of the warehouse it is made from.

Belongs here: which table exists, and rows by SQL. A table that a release does not have gives no rows.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from typing import Any

import duckdb

from dagster_project.settings import DBT

Row = dict[str, Any]
COUNTRY = "NL"


class Released:
    """Rows of one release on an open connection, which stays the caller's."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
        self._connection = connection
        self.as_of = as_of
        names = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        )
        self._columns = {(f"{schema}.{table}", column) for schema, table, column in names.fetchall()}
        self._tables = {table for table, _ in self._columns}

    def has(self, *tables: str) -> bool:
        """Whether the release has all these tables, named as `kpi.value`."""
        return self._tables.issuperset(tables)

    def has_column(self, table: str, column: str) -> bool:
        return (table, column) in self._columns

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """The rows of a query in its order; parameters by name, as `$year`."""
        result = self._connection.execute(sql, parameters) if parameters else self._connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@cache
def regions() -> dict[str, str]:
    """Names of the regions by code, in the order of the reference file."""
    return {row["region_code"]: row["name_nl"] for row in _seed("region")}


@cache
def kpi_order() -> dict[str, int]:
    """The place of every KPI in the catalogue, by id: what belongs together stands together there."""
    return {row["kpi_id"]: place for place, row in enumerate(_seed("kpi_definition"))}


def by_catalogue(rows: list[Row]) -> list[Row]:
    """Rows of KPIs in the order of the catalogue; within a KPI as they came."""
    order = kpi_order()
    return sorted(rows, key=lambda row: (order.get(row["kpi_id"], len(order)), row["kpi_id"]))


@cache
def rules() -> dict[str, Row]:
    """The rules of double funding by id: names and sentences."""
    return {row["rule"]: dict(row) for row in _seed("double_funding_rule")}


def _seed(name: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
