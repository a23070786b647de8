"""datapackage.json: the release's Parquet as a Frictionless data package (version 1).

Words come from the marts, types from the published tables; nothing depends on when it was written.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import duckdb

from dagster_project.marts.mart import Mart, MartColumn
from dagster_project.publish.parquet import parquet_name
from dagster_project.publish.parts import Part
from dagster_project.publish.tables import published

_TYPES = (
    (r".*\[\]$", "array"),
    (r"^STRUCT|^MAP|^JSON", "object"),
    (r"^(TINY|SMALL|BIG|HUGE|U\w*)?INT(EGER)?$|INTEGER$", "integer"),
    (r"^DECIMAL|^DOUBLE|^FLOAT|^REAL", "number"),
    (r"^BOOLEAN", "boolean"),
    (r"^DATE$", "date"),
    (r"^TIMESTAMP", "datetime"),
)
LICENSES = [
    {
        "name": "other-closed",
        "title": "Delivered data is its deliverers', under their agreements; data of `zorgmart sample` is synthetic",
    }
]


def resource(con: duckdb.DuckDBPyConnection, mart: Mart, parts: list[Part] | None) -> dict[str, Any]:
    """One table as a resource: every column with type, unit, description and formula, and the primary key.

    Of a table in parts the path is a list, and `partition` names the column that the folder of each part tells.
    """
    described = con.execute(f"describe select * from {published(mart)}").fetchall()
    words = {column.name: column for column in mart.columns}
    return {
        "name": mart.full_name,
        "path": [part.file for part in parts] if parts else f"parquet/{parquet_name(mart)}",
        **({"partition": mart.month} if parts else {}),
        "profile": "data-resource",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": mart.description,
        "schema": {
            "fields": [_field(words[name], kind) for name, kind, *_ in described],
            "primaryKey": list(mart.key),
        },
    }


def package(
    release_id: str,
    resources: Iterable[dict[str, Any]],
    deliveries: Iterable[dict[str, Any]],
    files: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """The whole package; `files` gives hash and bytes of each Parquet file by its path."""
    feeds = Counter(delivery["feed"] for delivery in deliveries)
    return {
        "profile": "data-package",
        "name": "zorgmart",
        "title": "Money and capacity of coordinated acute care",
        "description": "Marts of one zorgmart release; euros are exact decimals, days are Europe/Amsterdam.",
        "version": release_id,
        "licenses": LICENSES,
        "sources": [
            {"title": f"{feed}: {count} delivered file(s), listed in manifest.json"}
            for feed, count in sorted(feeds.items())
        ],
        "resources": [entry | _size(entry["path"], files) for entry in resources],
    }


def _size(path: str | list[str], files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Bytes, and of one file its hash: those of parts stand in manifest.json."""
    if isinstance(path, list):
        return {"bytes": sum(files[name]["bytes"] for name in path)}
    return {"bytes": files[path]["bytes"], "hash": f"sha256:{files[path]['sha256']}"}


def _field(column: MartColumn, kind: str) -> dict[str, Any]:
    """One column; `formula` says in words how it is computed and from what (`schema.table.column`, `feed.column` or
    `parameters.parameter`)."""
    field = {
        "name": column.name,
        "type": frictionless_type(kind),
        "duckdbType": kind,
        "description": column.description,
    }
    field |= {"unit": column.unit} if column.unit else {}
    formula = column.formula
    return field | ({"formula": {"text": formula.text, "inputs": list(formula.inputs)}} if formula else {})


def frictionless_type(kind: str) -> str:
    """The table-schema type of a DuckDB type."""
    return next((name for pattern, name in _TYPES if re.search(pattern, kind)), "string")
