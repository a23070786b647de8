"""Whether a database has what a file of DuckDB has, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg

from dagster_project.marts.sql import quoted

from .cluster import Cluster

ALL_TABLES = "select schemaname || '.' || tablename from pg_tables where schemaname not in {} order by 1".format(
    ("pg_catalog", "information_schema", "zorgmart_load")
)


@contextmanager
def reader(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        yield con


def tables_of(server: Cluster, database: str) -> list[str]:
    with server.connect(database) as con:
        return [name for (name,) in con.execute(ALL_TABLES).fetchall()]


def require_same(file: Path, con: psycopg.Connection, tables: list[str]) -> None:
    """Every cell and every type of these tables is the same on both sides."""
    con.execute("set timezone = 'UTC'")
    with reader(file) as here:
        for table in tables:
            described = here.execute(f"describe {table}").fetchall()
            names = [name for name, *_ in described]
            structs = [name for name, kind, *_ in described if kind.startswith("STRUCT")]
            columns = ", ".join(quoted(name) for name in names if name not in structs)
            order = ", ".join(f"{quoted(name)} nulls first" for name in names if name not in structs)
            query = f"select {columns} from {table} order by {order}"
            assert con.execute(query).fetchall() == here.execute(query).fetchall(), table
            assert [column.name for column in con.execute(f"select * from {table}").description] == names
            for name in structs:
                found = here.execute(f"select to_json({quoted(name)})::varchar from {table}").fetchall()
                kept = con.execute(f"select {quoted(name)} from {table}").fetchall()
                assert [text and json.loads(text) for (text,) in found] == [value for (value,) in kept]
