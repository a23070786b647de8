"""All published tables, read from dbt's manifest.json. Their words stand once, in their YAML; nothing repeats them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import SCHEMAS, Formula, Mart, MartColumn, Watched
from dagster_project.marts.rules import require_sound


def read_marts(manifest: Path) -> tuple[Mart, ...]:
    """All marts of a dbt manifest.json, by name; raises ZorgmartError if it is missing, or if a mart's YAML says no key
    or something that does not fit its columns."""
    try:
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    except (OSError, ValueError, KeyError) as error:
        raise ZorgmartError(f"{manifest} is no dbt manifest ({error}); run the dbt models first") from error
    marts = sorted((_mart(node) for node in nodes if _is_published(node)), key=lambda mart: mart.full_name)
    if not marts:
        raise ZorgmartError(f"{manifest} names no model in the schemas {', '.join(SCHEMAS)}; nothing to publish")
    for mart in marts:
        require_sound(mart)
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
    meta = _meta(node)
    key = meta.get("primary_key") or ()
    return Mart(
        schema=node.get("config", {}).get("schema") or node["schema"],
        name=node.get("alias") or node["name"],
        key=(key,) if isinstance(key, str) else tuple(key),
        columns=tuple(_column(column) for column in node.get("columns", {}).values()),
        description=node.get("description") or "",
        month=meta.get("published_by_month_of"),
        month_checksums=meta.get("month_checksums"),
        visible_to=meta.get("visible_to") or "",
        visible_where=meta.get("visible_where"),
        in_parquet=meta.get("in_parquet", True),
        watched=_watched(meta.get("watched")),
        shown=tuple(meta.get("shown_in_messages") or ()),
    )


def _watched(said: dict[str, Any] | None) -> Watched | None:
    return Watched(tuple(said.get("by") or ()), tuple((said.get("figures") or {}).items())) if said else None


def _column(column: dict[str, Any]) -> MartColumn:
    meta = (column.get("config") or {}).get("meta") or {}
    formula = meta.get("formula")
    return MartColumn(
        name=column["name"],
        description=column.get("description") or "",
        visible_to=meta.get("visible_to"),
        withheld_where=meta.get("withheld_where"),
        null_in_parquet=bool(meta.get("null_in_parquet")),
        is_additive=meta.get("additive", True),
        formula=Formula(formula.get("text") or "", tuple(formula.get("inputs") or ())) if formula else None,
    )
