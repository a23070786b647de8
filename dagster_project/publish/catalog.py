"""What is published: marts, keys and descriptions, read from dbt's manifest.json.

A mart's words stand once, in its YAML; nothing here repeats them. The one table that dbt does not
make, `audit.release`, is described in `audit.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError

SCHEMAS = ("finance", "capacity", "kpi", "integrity", "reference", "scenario", "audit")
ALL, OWN_ROWS, DATA_TEAM, OWN_COUNTER = "all", "own_rows", "data_team", "own_counter"
INSURER = "insurer_uzovi"
DECLARATION, COUNTER_DECLARATION = (
    ("provider_agb", "declaration_id"),
    ("counter_provider_agb", "counter_declaration_id"),
)
UNITS = {"_eur": "EUR", "_pct": "percent", "_minutes": "minutes", "_count": "count"}


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
    DuckDB file alone.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[MartColumn, ...]
    description: str = ""
    part: str | None = None
    visible_to: str = DATA_TEAM
    in_parquet: bool = True

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


def quoted(*names: str) -> str:
    """An SQL identifier of one or more parts, safe for any name."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(text: str) -> str:
    """An SQL string, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def read_marts(manifest: Path) -> tuple[Mart, ...]:
    """All marts of a dbt manifest.json, by name; raises ZorgmartError if it is missing or says no key."""
    try:
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    except (OSError, ValueError, KeyError) as error:
        raise ZorgmartError(f"{manifest} is no dbt manifest ({error}); run the dbt models first") from error
    marts = sorted((_mart(node) for node in nodes if _is_published(node)), key=lambda mart: mart.full_name)
    if not marts:
        raise ZorgmartError(f"{manifest} names no model in the schemas {', '.join(SCHEMAS)}; nothing to publish")
    return tuple(marts)


def _is_published(node: dict[str, Any]) -> bool:
    """A seed is published where it has a key; the others are parameters of the rules."""
    config = node.get("config", {})
    is_table = node.get("resource_type") == "model" or (
        node.get("resource_type") == "seed" and "primary_key" in _meta(node)
    )
    return (
        is_table
        and config.get("materialized") != "ephemeral"
        and (config.get("schema") or node.get("schema")) in SCHEMAS
    )


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return node.get("config", {}).get("meta") or node.get("meta") or {}


def _mart(node: dict[str, Any]) -> Mart:
    config = node.get("config", {})
    meta = _meta(node)
    key = meta.get("primary_key") or ()
    mart = Mart(
        schema=config.get("schema") or node["schema"],
        name=node.get("alias") or node["name"],
        key=(key,) if isinstance(key, str) else tuple(key),
        columns=tuple(_column(column) for column in node.get("columns", {}).values()),
        description=node.get("description") or "",
        part=meta.get("published_by_month_of"),
        visible_to=meta.get("visible_to") or "",
        in_parquet=meta.get("in_parquet", True),
    )
    if not mart.key or not mart.has(*mart.key):
        raise ZorgmartError(
            f"{mart.full_name}: meta.primary_key {list(mart.key)} must name columns of the model; set it in its YAML"
        )
    if mart.part and not mart.has(mart.part):
        raise ZorgmartError(
            f"{mart.full_name}: meta.published_by_month_of {mart.part!r} must name a column of the model; set it in its"
            " YAML"
        )
    _require_policy(mart)
    return mart


def _column(column: dict[str, Any]) -> MartColumn:
    meta = (column.get("config") or {}).get("meta") or {}
    return MartColumn(
        name=column["name"],
        description=column.get("description") or "",
        visible_to=meta.get("visible_to"),
        withheld_where=meta.get("withheld_where"),
        null_in_parquet=bool(meta.get("null_in_parquet")),
    )


def _require_policy(mart: Mart) -> None:
    """Raises ZorgmartError unless the YAML says who sees the table, in words that fit its columns."""
    if mart.visible_to not in (ALL, OWN_ROWS, DATA_TEAM):
        raise ZorgmartError(
            f"{mart.full_name}: meta.visible_to is {mart.visible_to!r}; say who sees it in its YAML:"
            f" {ALL}, {OWN_ROWS} or {DATA_TEAM}"
        )
    # reference.* tells who insurers are, and nothing of what is theirs.
    if mart.visible_to == ALL and mart.has(INSURER) and mart.schema != "reference":
        raise ZorgmartError(f"{mart.full_name} has rows of one insurer each, so meta.visible_to can't be {ALL}")
    if mart.visible_to == OWN_ROWS and not (mart.has(INSURER) or mart.has(*DECLARATION)):
        raise ZorgmartError(
            f"{mart.full_name}: nothing tells whose a row is; meta.visible_to {OWN_ROWS} needs {INSURER},"
            f" or {' and '.join(DECLARATION)}"
        )
    for column in mart.columns:
        if column.visible_to not in (None, DATA_TEAM, OWN_COUNTER):
            raise ZorgmartError(
                f"{mart.full_name}.{column.name}: meta.visible_to is {column.visible_to!r}; a column's is"
                f" {DATA_TEAM} or {OWN_COUNTER}"
            )
        if column.withheld_where and not mart.has(column.withheld_where):
            raise ZorgmartError(
                f"{mart.full_name}.{column.name}: meta.withheld_where names {column.withheld_where}, which is no column"
            )
