"""A sound row of any feed, made from its contract alone, so that a new feed needs nothing here."""

from __future__ import annotations

from ingest.made import BSN

from dagster_project.feeds import Column, Feed
from dagster_project.feeds.contract import AGB, CODE, EPISODE, IDENTIFIER, PATIENT, REGION, UZOVI

TEXTS = {
    AGB: "53000001", UZOVI: "0101", REGION: "noord", PATIENT: BSN, CODE: "HA001", IDENTIFIER: "D1", EPISODE: "E1",
}  # fmt: skip
OF_KIND = {
    "text": "{}", "int": "1", "decimal": "1", "bool": "true", "date": "2026-01-30",
    "timestamp": "2026-01-30T10:00:00+01:00",
}  # fmt: skip
OF_NAME = {"kpi_id": "self_care", "from_month": "2026-01-01", "form": "budget", "scope": "all"}
"""What a rule of one row asks of a column, beyond its kind."""
EMPTY = ("corrects_declaration_id", "network_agb", "valid_to", "percentage")
"""Columns that must be empty beside what the others say, where they may be."""


def sound(feed: Feed, **changes: str) -> dict[str, str]:
    """Column → text; a row that the feed accepts of a delivery on 2026-01-31, with changes of columns that it has."""
    made = {column.name: _value(column) for column in feed.columns}
    return made | {name: value for name, value in changes.items() if name in made}


def _value(column: Column) -> str:
    if column.name in EMPTY and not column.required:
        return ""
    if column.values:
        return column.values[0]
    if column.name in OF_NAME:
        return OF_NAME[column.name]
    if column.pattern:
        return TEXTS[column.pattern]
    if column.kind == "int" and column.minimum and column.minimum >= 1900:
        return "2026"
    return OF_KIND[column.kind]
