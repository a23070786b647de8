"""Publishing a release to a PostgreSQL server, all databases in turn."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from dagster_project.errors import TemporaryError
from dagster_project.postgres import closed, roles, shape
from dagster_project.postgres.connection import connect, in_a_sentence, require_mended, server_dsn
from dagster_project.postgres.contents import Contents, contents
from dagster_project.postgres.databases import TEMPLATE, Database, databases
from dagster_project.postgres.load import Loaded, load
from dagster_project.publish.pointer import Release

_LOCK = 0x7A6F7267
"""Of the server, for the one that publishes: “zorg”."""


@dataclass(frozen=True)
class Request:
    """What to publish where: `insurers` are UZOVI separated by commas or `all`, `passwords` by role."""

    release: Release
    key: str
    dsn: str
    limits: roles.Limits
    insurers: str = "all"
    passwords: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Served:
    """What publishing did: per database its tables, whose role may log in, and roles that were closed."""

    tables: Mapping[Database, list[Loaded]]
    without_password: list[str]
    closed: list[str]


def serve(request: Request, on_progress: Callable[[str, int, int], None] = lambda *_: None) -> Served:
    """Publishes the release to every database. Raises ZorgmartError in one sentence; a database then has the release
    that it had or this one, whole."""
    dsn = server_dsn(request.dsn)
    home = request.release.path.parents[1]
    with (
        in_a_sentence(),
        connect(dsn, autocommit=True) as con,
        _only_one(con),
        _spill(home) as spill,
        contents(request.release, request.key, spill) as found,
    ):
        require_mended(con)
        served = databases(request.insurers, found.insurers)
        closed.close_server(dsn, con)
        for database in served:
            _make_database(dsn, con, database)
            with connect(dsn, database.name) as own:
                if not shape.is_made(own):
                    shape.make_tables(own, database, found.tables(database))
        for database in served:
            roles.require_own_database_only(con, database)
        done = {}
        for number, database in enumerate(served):
            on_progress("postgres", number, len(served))
            done[database] = _publish(dsn, database, found)
        on_progress("postgres", len(served), len(served))
        for database in served:
            roles.set_role(con, database, request.limits, request.passwords.get(database.role))
        without = [database.role for database in served if database.role not in request.passwords]
        return Served(done, without, roles.close_others(con, served))


def _make_database(dsn: str, con: psycopg.Connection, database: Database) -> None:
    """The database as a copy of the closed one, and its role, which alone may connect. The tables of all are made
    before the rows of any: the number that the server gives a table then tells nothing of the rows of others."""
    name, role = sql.Identifier(database.name), sql.Identifier(database.role)
    roles.make_role(con, database)
    if not con.execute("select 1 from pg_database where datname = %s", [database.name]).fetchone():
        con.execute(
            sql.SQL("create database {} template {} allow_connections false").format(name, sql.Identifier(TEMPLATE))
        )
    con.execute(sql.SQL("revoke all on database {} from public").format(name))
    con.execute(sql.SQL("grant connect on database {} to {}").format(name, role))
    con.execute(sql.SQL("alter database {} allow_connections true").format(name))
    closed.close_database(dsn, database.name)


def _publish(dsn: str, database: Database, found: Contents) -> list[Loaded]:
    """One database, in one transaction."""
    tables = found.tables(database)
    with connect(dsn, database.name) as con:
        shape.make_tables(con, database, tables)
        return [load(con, found, table) for table in tables]


@contextmanager
def _only_one(con: psycopg.Connection) -> Iterator[None]:
    """Raises TemporaryError while another process publishes to this server."""
    ((is_free,),) = con.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchall()
    if not is_free:
        raise TemporaryError("Another process publishes to this server; wait until it ends and run again.")
    yield


@contextmanager
def _spill(home: Path) -> Iterator[Path]:
    """Where DuckDB may write meanwhile: its owner's alone, and swept of what a kill left. Raises TemporaryError while
    another process of this home publishes to a server."""
    folder, lock = home / ".postgres-spill", os.open(home / ".postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        raise TemporaryError("Another process publishes this release; wait until it ends and run again.") from None
    finally:
        os.close(lock)
