"""What the raw tables gained or lost since the last whole build, for the models that build only that.

Noted in the transaction that changes the raw tables, forgotten when a build is whole: a run that dies in between
leaves the note, and building the same rows twice gives the same. When a reference changed, or too much did, all is
built again.
"""

# ruff: noqa: S608 - names of tables come from the contracts
from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.feeds import FEEDS, Feed
from dagster_project.feeds.contract import LARGEST_SUM_CENTS

MOST_DAYS = 40

_TABLES = """
    create table if not exists raw.pending_versions (feed varchar, version_id bigint, is_deleted boolean);
    create table if not exists raw.pending_days (feed varchar, day date);
    create table if not exists raw.build_state (references_hash varchar, full_refresh_due boolean);
    insert into raw.build_state select null, true where not exists (from raw.build_state);
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the notes of a new warehouse, in which all is to be built."""
    connection.execute(_TABLES)


def note(connection: duckdb.DuckDBPyConnection, feed: Feed, version_ids: list[int], *, is_deleted: bool) -> None:
    """Note versions whose rows stand in the raw table: just brought in, or about to be taken out (`is_deleted`)."""
    if not version_ids or full_refresh_due(connection):
        return
    connection.execute("insert into raw.pending_versions select ?, unnest(?), ?", [feed.name, version_ids, is_deleted])
    if instant := feed.changes_by_day_of:
        connection.execute(
            f"insert into raw.pending_days select distinct ?, cast(timezone('Europe/Amsterdam', {instant}) as date)"
            f" from raw.{feed.name} where version_id in (select unnest(?))",
            [feed.name, version_ids],
        )


def require_full_refresh(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the next build take nothing for granted."""
    connection.execute("update raw.build_state set full_refresh_due = true")


def decide(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a full refresh due when a reference feed changed, or when most days would be built anyway."""
    is_beyond = _may_be_out_of_range(connection)
    found = "|".join([*(_hash(connection, feed) for feed in FEEDS.values() if feed.decides_on_others), str(is_beyond)])
    days = connection.execute("select count(distinct day) from raw.pending_days").fetchone()[0]
    connection.execute(
        "update raw.build_state set references_hash = ?,"
        " full_refresh_due = full_refresh_due or references_hash is distinct from ? or ?",
        [found, found, days > MOST_DAYS or is_beyond],
    )
    connection.execute(
        "create or replace table raw.pending_days as select distinct * from raw.pending_days order by all"
    )


def _may_be_out_of_range(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether some provider's year may sum to too much: then a new row can change what is made of any older one."""
    query = (
        "select coalesce(sum(accepted_amount_cents), 0) from raw.deliveries where feed = 'declarations' and in_force"
    )
    return connection.execute(query).fetchone()[0] > LARGEST_SUM_CENTS


def _hash(connection: duckdb.DuckDBPyConnection, feed: Feed) -> str:
    """Of what was delivered per key, in order; the same again, whatever file it is in, changes nothing."""
    keys, columns = ", ".join(feed.key), ", ".join(feed.names)
    return connection.execute(
        f"""
        with versions as (
            select
                row({keys}) as key,
                row({columns}) as content,
                row_number() over (partition by {keys} order by d.delivery_date, d.file) as place,
            from raw.{feed.name}
            inner join raw.deliveries as d using (version_id)
        ),

        changes as (
            select *
            from versions
            qualify content is distinct from lag(content) over (partition by key order by place)
        )

        select coalesce(md5(string_agg(content::varchar, '\n' order by key::varchar, place)), '') from changes
        """
    ).fetchone()[0]


def full_refresh_due(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the next build takes nothing for granted."""
    return connection.execute("select full_refresh_due from raw.build_state").fetchone()[0]


def full_refresh_is_due(warehouse: Path) -> bool:
    """As `full_refresh_due`, for a warehouse that nobody has open."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return full_refresh_due(connection)


def forget(warehouse: Path) -> None:
    """A build is whole: nothing is left to build."""
    with duckdb.connect(warehouse) as connection:
        connection.execute("begin; delete from raw.pending_versions; delete from raw.pending_days")
        connection.execute("update raw.build_state set full_refresh_due = false; commit")
