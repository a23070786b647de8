"""The published tables as the page reads them: plain rows of a release, and of nothing else.

Belongs here: which table exists, rows by SQL, names by code. A table that a release does not have gives no rows.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

import duckdb

Row = dict[str, Any]
COUNTRY = "NL"
_REGIONS = "select region_code, name_nl from reference.region order by position"
_INSURERS = "select insurer_uzovi, name from reference.insurer order by insurer_uzovi"
_PROVIDERS = """
    select provider_agb, max_by(name, valid_from) as name
    from reference.provider
    where valid_from <= $as_of
    group by provider_agb
"""
_RULES = """
    select *
    from integrity.double_funding_rule
    where valid_from <= $as_of
    qualify valid_from = max(valid_from) over (partition by rule)
    order by rule
"""


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

    @cached_property
    def regions(self) -> dict[str, str]:
        """Names of the regions by code, in the order in which they are shown."""
        rows = self.rows(_REGIONS) if self.has("reference.region") else []
        return {row["region_code"]: row["name_nl"] for row in rows}

    @cached_property
    def insurers(self) -> dict[str, str]:
        """Names of the insurers by UZOVI."""
        rows = self.rows(_INSURERS) if self.has("reference.insurer") else []
        return {row["insurer_uzovi"]: row["name"] for row in rows}

    @cached_property
    def providers(self) -> dict[str, str]:
        """Names of the providers by AGB code, as they are on the date of the release."""
        rows = self.rows(_PROVIDERS, as_of=self.as_of) if self.has("reference.provider") else []
        return {row["provider_agb"]: row["name"] for row in rows}

    @cached_property
    def rules(self) -> dict[str, Row]:
        """The rules of double funding by id, as they hold on the date of the release: names, sentences, source."""
        rows = self.rows(_RULES, as_of=self.as_of) if self.has("integrity.double_funding_rule") else []
        return {row["rule"]: row for row in rows}
