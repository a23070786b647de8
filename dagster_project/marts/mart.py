"""One published table as its YAML describes it: key, words, who sees it, what is watched, formulas.

The one table that dbt does not make, `audit.release`, is described in `publish/audit.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dagster_project.marts.sql import quoted

SCHEMAS = ("finance", "capacity", "kpi", "integrity", "decision", "reference", "scenario", "audit")
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
    is_additive: bool = True
    """Whether its rows sum to something: a price does not, nor a year's budget on each month, nor a running total."""

    @property
    def unit(self) -> str | None:
        """The unit that the suffix of the name tells, or None."""
        return next((unit for suffix, unit in UNITS.items() if self.name.endswith(suffix)), None)


@dataclass(frozen=True)
class Mart:
    """One published table; `key` is its primary key and the order of its rows.

    `visible_to` tells which rows insurers see: ALL, OWN_ROWS (by insurer_uzovi, else by the declaration that a row is
    about), or none (DATA_TEAM); of a table for ALL, where `visible_where` names a flag, the rows in which it is true.
    A table of many rows is published in parts by month: `month` is the column with the
    first day of a row's month, and `month_checksums` the model of the warehouse that tells which months are as they
    were. A table with `in_parquet` false stands in the DuckDB file alone. `shown` are the columns that a message may
    name a row by.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[MartColumn, ...]
    description: str = ""
    month: str | None = None
    month_checksums: str | None = None
    visible_to: str = DATA_TEAM
    visible_where: str | None = None
    in_parquet: bool = True
    watched: Watched | None = None
    shown: tuple[str, ...] = ()

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Mart:
        """The mart that `as_record` told of: all but formulas and watched figures."""
        columns = tuple(MartColumn(**column) for column in record["columns"])
        return cls(**(dict(record) | {"key": tuple(record["key"]), "columns": columns}))

    def as_record(self) -> dict[str, Any]:
        """What a release keeps of it, so that a reader knows who sees what without the code that made it."""
        names = ("schema", "name", "key", "description", "month", "visible_to", "visible_where", "in_parquet")
        of_column = ("name", "description", "visible_to", "withheld_where", "null_in_parquet")
        columns = [{name: asdict(column)[name] for name in of_column} for column in self.columns]
        return {name: getattr(self, name) for name in names} | {"columns": columns}

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def order(self) -> str:
        """The total order of its rows, as an SQL list; of a part, within its month."""
        return ", ".join(f"{quoted(column)} asc nulls last" for column in self.key)

    @property
    def money(self) -> tuple[str, ...]:
        """Its columns of euros that sum to something."""
        return tuple(column.name for column in self.columns if column.name.endswith("_eur") and column.is_additive)

    def has(self, *names: str) -> bool:
        """Whether it has all these columns."""
        return set(names) <= {column.name for column in self.columns}
