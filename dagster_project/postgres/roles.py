"""The roles that connect: one per database, nobody's member, with the limits that bind them."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from dagster_project.errors import ZorgmartError
from dagster_project.postgres.databases import INSURERS, Database

_POWERS = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


@dataclass(frozen=True)
class Limits:
    """What a role may take of the server. The server lets no role lift `connections` and `temp_files`; what `seconds`
    a statement may take is a default that a role can lift, so `watch.py` ends those that last longer."""

    connections: int
    temp_files: str
    seconds: float


def make_role(con: psycopg.Connection, database: Database) -> None:
    """The role of a database, made without a right to log in if it is not there.

    Raises ZorgmartError if one of that name has more than we give.
    """
    role = sql.Identifier(database.role)
    found = con.execute(
        sql.SQL("select oid, {} from pg_roles where rolname = %s").format(
            sql.SQL(" or ").join(map(sql.Identifier, _POWERS))
        ),
        [database.role],
    ).fetchone()
    if found is None:
        con.execute(sql.SQL("create role {} nologin noinherit").format(role))
        return
    oid, has_powers = found
    if has_powers or con.execute("select 1 from pg_auth_members where member = %s", [oid]).fetchone():
        raise ZorgmartError(
            f"The role {database.role} is on the server with more than zorgmart gives (superuser, create, replication,"
            " or a member of another role); take that from it, nothing was published."
        )


def require_own_database_only(con: psycopg.Connection, database: Database) -> None:
    """Raises ZorgmartError if the role may connect to a database that is not its own."""
    others = con.execute(
        "select datname from pg_database where datallowconn and datname <> %s"
        " and has_database_privilege(%s, oid, 'connect') order by 1",
        [database.name, database.role],
    ).fetchall()
    if others:
        raise ZorgmartError(
            f"The role {database.role} may connect to {', '.join(name for (name,) in others)}; revoke that,"
            " nothing was published."
        )


def set_role(con: psycopg.Connection, database: Database, limits: Limits, password: str | None) -> None:
    """Its limits, its defaults and whether it may log in: only with a password, of which the server gets the verifier
    that SCRAM has in place of one."""
    role = sql.Identifier(database.role)
    secret = sql.Literal(None)
    if password is not None:
        verifier = con.pgconn.encrypt_password(password.encode(), database.role.encode(), b"scram-sha-256")
        secret = sql.Literal(verifier.decode())
    con.execute(
        sql.SQL("alter role {} {} connection limit {} password {}").format(
            role, sql.SQL("nologin" if password is None else "login"), sql.Literal(limits.connections), secret
        )
    )
    settings = {
        "temp_file_limit": limits.temp_files,
        "statement_timeout": f"{round(limits.seconds * 1000)}ms",
        "default_transaction_isolation": "repeatable read",
        "default_transaction_read_only": "on",
        "timezone": "Europe/Amsterdam",
    }
    for name, value in settings.items():
        con.execute(sql.SQL("alter role {} set {} = {}").format(role, sql.Identifier(name), sql.Literal(value)))


def close_others(con: psycopg.Connection, served: tuple[Database, ...]) -> list[str]:
    """Takes the right to log in from the roles of insurers that are served no longer; their names."""
    found = con.execute(
        "select rolname from pg_roles where rolcanlogin and rolname ~ %s and rolname <> all(%s) order by 1",
        [INSURERS, [database.role for database in served]],
    ).fetchall()
    for (name,) in found:
        con.execute(sql.SQL("alter role {} nologin").format(sql.Identifier(name)))
    return [name for (name,) in found]
