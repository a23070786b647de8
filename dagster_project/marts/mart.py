"""One published table as its YAML describes it: key, words, who sees it, what is watched, formulas.

The one table that dbt does not make, `audit.release`, is described in `publish/audit.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dagster_project.marts.sql import quoted

SCHEMAS = ("finance", "capacity", "kpi", "integrity", "reference", "scenario", "audit")
ALL, OWN_ROWS, DATA_TEAM, OWN_COUNTER = "all", "own_rows", "data_team", "own_counter"
INSURER = "insurer_uzovi"
DECLARATION, COUNTER_DECLARATION = (
    ("provider_agb", "declaration_id"),
    ("counter_provider_agb", "counter_declaration_id"),
)
UNITS = {"_eur": "EUR", "_pct": "percent", "_minutes": "minutes", "_count": "count"}


@dataclass(frozen=True)
class Formula:
    """How a column is computed, in words. Each input is `schema.table.column` of a published table, `feed.column` of a
    delivered one, or `seed.parameter` of a reference file of parameters."""

    text: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Watched:
    """Figures compared with the release before: each a name and `sum(column)` or `count(*)`, over the first of the
    columns `by`, the first two, and so on."""

    by: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MartColumn:
    """One published column and what it means; one that follows from clocks or neighbours is null in Parquet, which is
    the same to the byte for the same inputs."""

    name: str
    description: str = ""
    visible_to: str | None = None
    """Narrower than its table: DATA_TEAM, or OWN_COUNTER (the other side of a finding, where that is the reader's)."""
    withheld_where: str | None = None
    """Flag of the table that tells in which rows insurers do not see this figure."""
    null_in_parquet: bool = False
    formula: Formula | None = None
    """None of a column that is no figure."""

    @property
    def unit(self) -> str | None:
        """The unit that the suffix of the name tells, or None."""
        return next((unit for suffix, unit in UNITS.items() if self.name.endswith(suffix)), None)


@dataclass(frozen=True)
class Mart:
    """One published table; `key` is its primary key and the order of its rows.

    `visible_to` tells which rows insurers see: ALL, OWN_ROWS (by insurer_uzovi, else by the declaration that a row is
    about), or none (DATA_TEAM). A table of many rows is published by month: `part` is the column, a day or an instant,
    that tells a row's month, and the months come first in its order. A table with `in_parquet` false stands in the
    DuckDB file alone. `shown` are the columns that a message may name a row by.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[MartColumn, ...]
    description: str = ""
    part: str | None = None
    visible_to: str = DATA_TEAM
    in_parquet: bool = True
    watched: Watched | None = None
    shown: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def order(self) -> str:
        """The total order of its rows, as an SQL list."""
        month = [f"date_trunc('month', {quoted(self.part)})"] if self.part else []
        return ", ".join([*month, *(f"{quoted(column)} asc nulls last" for column in self.key)])

    def in_month(self, month: date) -> str:
        """The condition that a row is of the part of this month, in words that a scan can skip by."""
        column, following = quoted(self.part or ""), (month + timedelta(days=31)).replace(day=1)
        return f"{column} >= '{month}' and {column} < '{following}'"

    def has(self, *names: str) -> bool:
        """Whether it has all these columns."""
        return set(names) <= {column.name for column in self.columns}
