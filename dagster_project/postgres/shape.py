"""The tables of a database: named, keyed and described as in the release, and read by one role.

Columns are granted, not tables, so that the system's own columns are not: `xmin` counts the transactions of the whole
server. There is no view, no function, no materialized view.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

from collections.abc import Sequence

import psycopg

from dagster_project.marts.sql import literal, quoted
from dagster_project.postgres.connection import statement
from dagster_project.postgres.contents import Table
from dagster_project.postgres.databases import Database
from dagster_project.postgres.types import postgres_type

OURS = "zorgmart_load"
"""The schema of what only the loader reads."""
SHAPES, PARTS = f"{OURS}.shape", f"{OURS}.part"
_TABLES_OF_OURS = f"""
    create schema {OURS};
    create table {SHAPES} (table_name text primary key, made_with text not null);
    create table {PARTS} (table_name text, month text, checksum text not null, primary key (table_name, month))
"""


def is_made(con: psycopg.Connection) -> bool:
    """Whether tables were made in a database before."""
    return con.execute("select 1 from pg_namespace where nspname = %s", [OURS]).fetchone() is not None


def make_tables(con: psycopg.Connection, database: Database, tables: Sequence[Table]) -> None:
    """Makes the tables that are not there as they should be, empty, and removes those that the release has no more."""
    if not is_made(con):
        con.execute(statement(_TABLES_OF_OURS))
    made = dict(con.execute(statement(f"select table_name, made_with from {SHAPES}")).fetchall())
    wanted = {table.mart.full_name: _statements(database, table) for table in tables}
    for name in [name for name, said in made.items() if wanted.get(name) != said]:
        con.execute(statement(f"drop table {quoted(*name.split('.'))}"))
        con.execute(statement(f"delete from {PARTS} where table_name = %s"), [name])
        con.execute(statement(f"delete from {SHAPES} where table_name = %s"), [name])
    for name, said in wanted.items():
        if made.get(name) != said:
            con.execute(statement(said))
            con.execute(statement(f"insert into {SHAPES} values (%s, %s)"), [name, said])


def _statements(database: Database, table: Table) -> str:
    """What makes a table, with its key, its words and who reads it."""
    mart, role = table.mart, quoted(database.role)
    name = quoted(mart.schema, mart.name)
    columns = ", ".join(
        f"{quoted(column)} {postgres_type(f'{mart.full_name}.{column}', kind)}"
        for column, kind in table.columns.items()
    )
    key = ", ".join(map(quoted, mart.key))
    said = [
        f"create schema if not exists {quoted(mart.schema)}",
        f"create table {name} ({columns}, unique nulls not distinct ({key}))",
        f"comment on table {name} is {_text(mart.description)}",
        *(f"comment on column {name}.{quoted(one.name)} is {_text(one.description)}" for one in mart.columns),
        f"grant usage on schema {quoted(mart.schema)} to {role}",
        f"grant select ({', '.join(map(quoted, table.columns))}) on {name} to {role}",
    ]
    if mart.month:
        said.append(f"create index on {name} ({quoted(mart.month)})")
    return "; ".join(said)


def _text(text: str) -> str:
    """A text of ours, whatever the server has a backslash mean."""
    return literal(text) if "\\" not in text else "E" + literal(text.replace("\\", "\\\\"))
