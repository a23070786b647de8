"""`audit.release`: the one mart that publishing itself makes, one row about the release.

Which of its columns tell of the run rather than of its inputs stands here too: Parquet, which is
byte-identical for the same inputs, carries those as null.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import json
from typing import Any

import duckdb

from dagster_project.marts.mart import ALL, DATA_TEAM, Mart, MartColumn
from dagster_project.marts.sql import literal, quoted

_DELIVERIES = [
    {"feed": "VARCHAR", "delivery_date": "VARCHAR", "file": "VARCHAR", "version": "VARCHAR", "sha256": "VARCHAR"}
]
_CHECKS = [{"name": "VARCHAR", "outcome": "VARCHAR", "sentence": "VARCHAR"}]
_FIGURES = [{"figure": "VARCHAR", "before": "VARCHAR", "after": "VARCHAR"}]

_COLUMNS = (
    ("release_id", "VARCHAR", "The release: as_of date and 8 hex digits of its inputs' hashes."),
    ("as_of", "DATE", "Last delivery date that counts."),
    ("known_on", "TIMESTAMPTZ", "Versions of deliveries count that had been received by then; null in Parquet."),
    ("code_version", "VARCHAR", "Version of the code that made it."),
    ("started_at", "TIMESTAMPTZ", "When the run began; null in Parquet."),
    ("finished_at", "TIMESTAMPTZ", "When its tables were complete; null in Parquet."),
    ("checks", _CHECKS, "Every check of the run with its outcome; null in Parquet."),
    ("moved_against", "VARCHAR", "The release before, which `moved` compares with; null in Parquet."),
    ("moved", _FIGURES, "Figures that moved against the release before; null in Parquet."),
    ("deliveries_new", _DELIVERIES, "Why: deliveries that the release before did not have; null in Parquet."),
    ("deliveries_gone", _DELIVERIES, "Why: deliveries that only the release before had; null in Parquet."),
)

OF_THE_RUN = tuple(name for name, _, description in _COLUMNS if description.endswith("null in Parquet."))
OF_OTHERS = ("checks", "moved_against", "moved", "deliveries_new", "deliveries_gone")
"""Sentences and figures of all insurers: for the data team alone."""

MART = Mart(
    schema="audit",
    name="release",
    key=("release_id",),
    columns=tuple(
        MartColumn(
            name, description, visible_to=DATA_TEAM if name in OF_OTHERS else None, null_in_parquet=name in OF_THE_RUN
        )
        for name, _, description in _COLUMNS
    ),
    description="One row per release: this one.",
    visible_to=ALL,
)


def write_release(con: duckdb.DuckDBPyConnection, database: str, row: dict[str, Any]) -> None:
    """Creates `audit.release` in an attached database from one row; columns that the row lacks are null."""
    kinds = json.dumps({name: kind for name, kind, _ in _COLUMNS})
    text = json.dumps({name: row.get(name) for name, *_ in _COLUMNS}, default=str)
    con.execute(f"create schema if not exists {quoted(database, 'audit')}")
    con.execute(
        f"create table {quoted(database, 'audit', 'release')} as"
        f" select unnest(from_json({literal(text)}, {literal(kinds)}))"
    )


def without(con: duckdb.DuckDBPyConnection, database: str, names: tuple[str, ...]) -> str:
    """A query of `audit.release` with these columns null, in their own types."""
    return f"select {columns_with_null(con, quoted(database, 'audit', 'release'), names)}"


def columns_with_null(con: duckdb.DuckDBPyConnection, relation: str, names: tuple[str, ...]) -> str:
    """What follows `select`: a table's columns, these of them null in their own types."""
    types = {name: kind for name, kind, *_ in con.execute(f"describe select * from {relation}").fetchall()}
    nulls = ", ".join(f"null::{types[name]} as {quoted(name)}" for name in names)
    return f"* {f'replace ({nulls})' if names else ''} from {relation}"
