"""How the keys of accepted rows are spelled, and how they read to a person: what the warning of alike keys compares.

Made where the raw tables are loaded, since DuckDB knows neither NFKC nor case folding; the contracts say which texts.
"""

# ruff: noqa: S608 - names of tables and columns come from the contracts
from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import duckdb

from dagster_project.feeds import FEEDS, Column, Feed
from dagster_project.feeds.contract import AGB, PATIENT, UZOVI

TABLE = "key_spellings"
ONE_SPELLING = (AGB, UZOVI, PATIENT)
BETWEEN = "chr(31)"


def load(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `raw.key_spellings` again from the raw tables of all feeds but those with millions of rows.

    Columns: feed, columns (names of what is spelled), version_id, row, spelling, folded, set_key.
    """
    connection.create_function("fold", fold, [str], str)
    try:
        feeds = [feed for feed in FEEDS.values() if not feed.stays_in_store]
        queries = " union all ".join(query for feed in feeds for query in _queries(feed))
        connection.execute(f"create or replace table raw.{TABLE} as {queries}")
    finally:
        connection.remove_function("fold")


def fold(text: str) -> str:
    """Unicode's caseless match for compatibility forms (NFKC and case folding until nothing changes)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold()).casefold()
    return unicodedata.normalize("NFKC", folded)


def _queries(feed: Feed) -> Iterator[str]:
    key = [feed.column(name) for name in feed.key]
    spelled = [[column] for column in feed.columns if column.groups and column.name not in feed.key]
    for columns in [key] * any(map(_is_spelled, key)) + spelled:
        names = ", ".join(column.name for column in columns)
        parts = [_text(name) for name in feed.replaced_whole_by]
        yield (
            f"select '{feed.name}' as feed, '{names}' as columns, version_id, row,"
            f" {_joined([_text(column.name) for column in columns])} as spelling,"
            f" {_joined([_folded(column) for column in columns])} as folded,"
            f" {_joined(parts) if parts else 'null::varchar'} as set_key"
            f" from raw.{feed.name} where concat({names}) <> ''"
        )


def _is_spelled(column: Column) -> bool:
    """Whether two texts of the column can read the same."""
    return column.kind == "text" and not column.values and column.pattern not in ONE_SPELLING


def _joined(parts: list[str]) -> str:
    return f"concat_ws({BETWEEN}, {', '.join(parts)})"


def _text(name: str) -> str:
    return f"coalesce({name}::varchar, '')"


def _folded(column: Column) -> str:
    text = _text(column.name)
    if not _is_spelled(column):
        return text
    return f"case when strlen({text}) = length({text}) then lower({text}) else fold({text}) end"
