"""What the raw tables gained or lost since the last whole build, for the models that build only that.

Noted in the transaction that changes the raw tables, forgotten when a build is whole: a run that dies in between
leaves the note, and building the same rows twice gives the same. When a reference changed, or too much did, all is
built anew.
"""

# ruff: noqa: S608 - names of tables come from the contracts
from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.feeds import FEEDS, Feed
from dagster_project.feeds.contract import LARGEST_SUM_CENTS

INSTANTS = {"capacity_snapshots": "measured_at"}
"""Feeds whose models go by the local day of an instant."""

REFERENCES = ("providers", "insurers", "tariffs")
"""Feeds that decide what every row of the others is; whatever changes in them can change any row."""

MOST_DAYS = 40

_TABLES = """
    create table if not exists raw.unbuilt (feed varchar, version_id bigint, is_gone boolean);
    create table if not exists raw.unbuilt_days (feed varchar, day date);
    create table if not exists raw.state (references_hash varchar, all_anew boolean);
    insert into raw.state select null, true where not exists (from raw.state);
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the notes of a new warehouse, in which all is to be built."""
    connection.execute(_TABLES)


def note(connection: duckdb.DuckDBPyConnection, feed: Feed, version_ids: list[int], *, is_gone: bool) -> None:
    """Note versions whose rows stand in the raw table: just brought in, or about to be taken out (`is_gone`)."""
    if not version_ids or all_anew(connection):
        return
    connection.execute("insert into raw.unbuilt select ?, unnest(?), ?", [feed.name, version_ids, is_gone])
    if instant := INSTANTS.get(feed.name):
        connection.execute(
            f"insert into raw.unbuilt_days select distinct ?, cast(timezone('Europe/Amsterdam', {instant}) as date)"
            f" from raw.{feed.name} where version_id in (select unnest(?))",
            [feed.name, version_ids],
        )


def build_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the next build take nothing for granted."""
    connection.execute("update raw.state set all_anew = true")


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Let all be built anew when a reference is not as it was, or when most of it would be anyway."""
    is_beyond = _may_be_out_of_range(connection)
    found = "|".join([*(_hash(connection, FEEDS[name]) for name in REFERENCES), str(is_beyond)])
    days = connection.execute("select count(distinct day) from raw.unbuilt_days").fetchone()[0]
    connection.execute(
        "update raw.state set all_anew = all_anew or references_hash is distinct from ? or ?, references_hash = ?",
        [found, days > MOST_DAYS or is_beyond, found],
    )
    connection.execute(
        "create or replace table raw.unbuilt_days as select distinct * from raw.unbuilt_days order by all"
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


def all_anew(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the next build takes nothing for granted."""
    return connection.execute("select all_anew from raw.state").fetchone()[0]


def must_build_all(warehouse: Path) -> bool:
    """As `all_anew`, for a warehouse that nobody has open."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return all_anew(connection)


def forget(warehouse: Path) -> None:
    """A build is whole: nothing is left to build."""
    with duckdb.connect(warehouse) as connection:
        connection.execute("begin; delete from raw.unbuilt; delete from raw.unbuilt_days")
        connection.execute("update raw.state set all_anew = false; commit")
