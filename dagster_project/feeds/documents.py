"""What is written from the contracts: dbt's sources and the page of the feeds, which a test keeps in step; and the
staging model of a feed that has none yet."""

from pathlib import Path
from typing import Any

import yaml

from dagster_project.feeds import FEEDS, Column, Feed
from dagster_project.feeds.contract import LINE_RULES, REPEATED_KEY, UNTIDY, Reference, SetRule
from dagster_project.feeds.rejections import REJECTIONS

ROOT = Path(__file__).parents[2]
STAGING = ROOT / "dbt/models/staging"
SOURCES = STAGING / "_sources.yml"
CONTRACTS = ROOT / "dbt/macros/feed_contracts.sql"
PAGE = ROOT / "docs/feeds.md"
WRITTEN = "Written from dagster_project/feeds by `make contracts`; change the contract, not this file."

_VERSION = {"name": "version_id", "data_type": "bigint", "description": "Delivered file version, in raw.deliveries."}
_ROW = {"name": "row", "data_type": "integer", "description": "Data row in the file, the first after the header is 1."}
_BOOKS: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "deliveries": (
        "One row per delivered file version up to the run's date: the ledger.",
        {
            "version_id": ("bigint", "Number of the file version in this home folder."),
            "feed": ("varchar", "Feed."),
            "delivery_date": ("date", "Date of the folder."),
            "file": ("varchar", "File name."),
            "version": ("bigint", "1, 2, and so on for the versions of one name and delivery date, as received."),
            "sha256": ("varchar", "Hash of the bytes as delivered."),
            "bytes": ("bigint", "Size as delivered."),
            "status": ("varchar", "accepted, rejected or replaced."),
            "reason": ("varchar", "Why it was rejected."),
            "rows": ("bigint", "Rows delivered."),
            "accepted": ("bigint", "Rows accepted at the door."),
            "quarantined": ("bigint", "Rows quarantined at the door."),
            "amount_cents": ("bigint", "Eurocents delivered."),
            "accepted_amount_cents": ("bigint", "Eurocents accepted at the door."),
            "in_force": ("boolean", "Whether no newer version of the same name replaced it."),
            "received_at": ("timestamptz", "When it was received; null before version 0.5.0."),
        },
    ),
    "not_read": (
        "One row per path of the landing folder that the run of the night did not read.",
        {
            "path": ("varchar", "Within the landing folder, escaped."),
            "kind": ("varchar", "waiting (a later run reads it by itself) or not_read."),
            "reason": ("varchar", "Why it was not read."),
            "first_seen_at": ("timestamptz", "When a run first passed it over."),
        },
    ),
    "quarantine": (
        "One row per row quarantined at the door.",
        {
            "version_id": ("bigint", "Delivered file version."),
            "row": ("integer", "Data row in the file."),
            "rules": ("varchar[]", "Names of all rules it broke."),
            "row_text": ("varchar", "The row, patient fields masked."),
        },
    ),
    "key_spellings": (
        "One row per accepted row of a feed without millions of rows, and each text or key that can be spelled twice.",
        {
            "feed": ("varchar", "Feed."),
            "columns": ("varchar", "Names of the columns: the key, or a text that rows are grouped by."),
            "version_id": ("bigint", "Delivered file version."),
            "row": ("integer", "Data row in the file."),
            "spelling": ("varchar", "The values as accepted."),
            "folded": ("varchar", "The values after NFKC and case folding."),
            "set_key": ("varchar", "Rows that a later delivery date replaces together; empty where rows go by key."),
        },
    ),
    "loaded_versions": (
        "One row per file version whose rows stand in the raw tables.",
        {
            "feed": ("varchar", "Feed."),
            "version_id": ("bigint", "Delivered file version."),
            "store_file": ("varchar", "File of the store that holds its rows."),
            "sha256": ("varchar", "Hash of the bytes as delivered."),
        },
    ),
    "pending_versions": (
        "One row per file version that was loaded or deleted since the last whole build.",
        {
            "feed": ("varchar", "Feed."),
            "version_id": ("bigint", "Delivered file version."),
            "is_deleted": ("boolean", "Whether its rows were deleted; else they were loaded."),
        },
    ),
    "pending_days": (
        "One row per local day of a feed whose rows changed since the last whole build.",
        {"feed": ("varchar", "Feed."), "day": ("date", "Day in the Netherlands.")},
    ),
    "run": (
        "One row: what this run builds.",
        {
            "as_of": ("date", "Deliveries up to and including this date."),
            "release_id": ("varchar", "The release that it will be."),
            "code_version": ("varchar", "Hash of the code and the packages that build the warehouse."),
        },
    ),
    "release_nights": (
        "One row per delivery date: the release that a run as of that date publishes.",
        {"delivery_date": ("date", "Delivery date."), "release_id": ("varchar", "Release of that night.")},
    ),
    "finding_key": (
        "One row: the key that ids of findings are hashed under, derived from the home's; never published.",
        {
            "inner_pad": ("varchar", "Inner block of the HMAC, as hex digits."),
            "outer_pad": ("varchar", "Outer block of the HMAC, as hex digits."),
        },
    ),
}


def write_documents() -> None:
    """Write the files from the contracts; a staging model that is there stays as it is."""
    for feed in FEEDS.values():
        _write_staging_model(feed)
    SOURCES.write_text(sources_yaml(), encoding="utf-8")
    CONTRACTS.write_text(contracts_macro(), encoding="utf-8")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(feeds_page(), encoding="utf-8")


def _write_staging_model(feed: Feed) -> None:
    path = STAGING / f"stg_{feed.name}.sql"
    if path.exists():
        return
    path.write_text(
        f"{{{{ config(materialized='table_in_place') }}}}\n{{{{ current_rows('{feed.name}') }}}}\n", encoding="utf-8"
    )
    model = {
        "name": path.stem,
        "description": f"One row per current row of the feed {feed.name}: {feed.row[0].lower()}{feed.row[1:]}",
    }
    text = yaml.safe_dump({"version": 2, "models": [model]}, sort_keys=False, allow_unicode=True, width=110)
    path.with_suffix(".yml").write_text(text, encoding="utf-8")


def sources_yaml() -> str:
    """dbt's sources: every feed with its columns, types and meaning, and the books of the door."""
    tables = [_feed_source(feed) for feed in FEEDS.values()] + [_book_source(name) for name in _BOOKS]
    source = {"name": "raw", "description": "What the door accepted, as delivered.", "schema": "raw", "tables": tables}
    text = yaml.safe_dump({"version": 2, "sources": [source]}, sort_keys=False, allow_unicode=True, width=110)
    return f"# {WRITTEN}\n{text}"


def contracts_macro() -> str:
    """The contracts as a dbt macro: dbt has to know what a model reads before it can look at a source's YAML."""
    contracts = ",\n".join(f"    '{feed.name}': {_contract(feed)!r}" for feed in FEEDS.values())
    waiting = [feed.name for feed in FEEDS.values() if feed.reference_rules]
    return (
        f"{{# {WRITTEN} #}}\n{{% macro feed_contract(feed) -%}}\n{{%- set contracts = {{\n{contracts},\n}} -%}}\n"
        "{{ return(contracts[feed]) }}\n{%- endmacro %}\n"
        f"\n{{% macro feeds_that_wait() -%}}\n{{{{ return({waiting!r}) }}}}\n{{%- endmacro %}}\n"
    )


def _contract(feed: Feed) -> dict[str, Any]:
    return {
        "feed": feed.name,
        "key": list(feed.key),
        "amount": feed.amount or "",
        "columns": {column.name: {"type": column.sql_type, "patient": column.patient} for column in feed.columns},
        "replaced_whole_by": list(feed.replaced_whole_by),
        "reference_rules": [rule.name for rule in feed.reference_rules],
        "references": [_reference(reference) for reference in feed.references],
        "set_rules": [_set_rule(one) for one in feed.set_rules if one.by],
    }


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "rule": reference.rule.name,
        "known_as": reference.known_as,
        "columns": list(reference.columns),
        "on": list(reference.on),
        "pattern": reference.pattern or "",
        "also": list(reference.also),
    }


def _set_rule(one: SetRule) -> dict[str, Any]:
    return {"rule": one.rule.name, "by": list(one.by), "amounts": list(one.amounts)}


def _feed_source(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "description": feed.row,
        "columns": [dict(_VERSION), dict(_ROW), *(_column_source(column) for column in feed.columns)],
    }


def _column_source(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "data_type": column.sql_type,
        "description": column.description,
        "config": {"meta": {"delivered": True, "patient": column.patient}},
    }


def _book_source(name: str) -> dict[str, Any]:
    row, columns = _BOOKS[name]
    described = [{"name": c, "data_type": kind, "description": text} for c, (kind, text) in columns.items()]
    return {"name": name, "description": row, "columns": described}


def feeds_page() -> str:
    """The page for whoever delivers: every feed, column and rule."""
    start = "# Feeds\n\nWritten from `dagster_project/feeds` by `make contracts`.\n\n"
    return start + "\n".join([*(_feed_section(feed) for feed in FEEDS.values()), _every_feed()])


def _every_feed() -> str:
    """What holds of any file and row: lines, text in keys, and why a file is rejected whole."""
    lines = ["## Every feed", "", "Of any feed, at the door:", "", "| rule | what a row that breaks it needs |"]
    lines += ["|---|---|", *(f"| `{rule.name}` | {rule.sentence} |" for rule in (*LINE_RULES, REPEATED_KEY))]
    lines += ["| `missing_<column>`, `invalid_<column>` | what the column's type and limits ask for |"]
    lines += [f"| `untidy_<column>` | the text {UNTIDY} (in keys, and in what rows are grouped by) |", ""]
    lines += ["A file is rejected as a whole, and the others are read, with one of these codes in front of the reason:"]
    lines += ["", "| code | what it says |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{rule.name}` | {rule.sentence} |" for rule in REJECTIONS)]) + "\n"


def _feed_section(feed: Feed) -> str:
    lines = [f"## {feed.name}", "", f"{feed.row} Key: `{', '.join(feed.key)}`. {feed.tells_apart}", ""]
    lines += [feed.note, ""] if feed.note else []
    lines += ["| column | type | must be there | what |", "|---|---|---|---|"]
    lines += [_column_line(column) for column in feed.columns]
    lines += ["", "| rule | what a row that breaks it needs |", "|---|---|"]
    lines += [
        f"| `{rule.name}` | {_in_cell(rule.sentence)} |"
        for rule in (*feed.row_rules, *feed.bsn_rules, *feed.reference_rules)
    ]
    return "\n".join(lines) + "\n"


def _column_line(column: Column) -> str:
    allowed = f" One of: {', '.join(column.values)}." if column.values else ""
    return (
        f"| {column.name} | {column.sql_type} | {'yes' if column.required else 'no'} |"
        f" {_in_cell(column.description)}{allowed} |"
    )


def _in_cell(text: str) -> str:
    """Text as a cell of a table in Markdown."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    write_documents()
