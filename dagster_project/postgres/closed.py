"""What is closed to whoever connects: everything that tells of other databases, or writes.

PostgreSQL lets every role read counters of the whole server (sizes, transactions, log, sessions), and so the volume of
the others; and lets it write large objects and temporary tables, or ask its own questions in a language. What is
closed is closed in the database that all others are copies of, by a superuser: by this module if the account is one,
else once by `prepare`.
"""

# ruff: noqa: S608 - what stands in these queries is written here
from __future__ import annotations

import psycopg
from psycopg import sql

from dagster_project.errors import ZorgmartError
from dagster_project.marts.sql import literal
from dagster_project.postgres.connection import connect, in_a_sentence, require_mended, server_dsn, statement
from dagster_project.postgres.databases import DATA_TEAM, INSURERS, MONITORS, TEMPLATE

FUNCTIONS = (
    "pg_stat_get_(db|bgwriter|checkpointer|buf|wal|archiver|slru|io|activity|backend|progress|subscription|replication"
    "|recovery|lock|bgworker).*",
    "pg_(tablespace_size|tablespace_databases|lock_status|prepared_xact|control_.*|get_replication.*)",
    "pg_(current_wal|last_wal|last_xact|get_wal|walfile|available_wal|wal_summary|last_committed|xact_commit).*",
    "pg_(current_xact|current_snapshot|xact_status|export_snapshot|get_multixact|logical|replication).*",
    "pg_(blocking_pids|safe_snapshot_blocking_pids|notification_queue_usage|show_replication.*|column_toast_chunk_id)",
    "pg_(isolation_test.*|stat_have_stats|get_aios|get_shmem.*|ls_.*|postmaster_start_time|conf_load_time)",
    "txid_(current.*|status)",
    "lo_.*|lowrite|loread|mxid_age",
)
"""Regular expressions of names in pg_catalog. Left open: what tells of the database itself, and
`pg_advisory_unlock_all`, which a driver calls."""
_NAMES = f"^({'|'.join(FUNCTIONS)})$"
_OPEN_FUNCTIONS = f"""
    select coalesce(string_agg(p.oid::regprocedure::text, ', ' order by p.oid::regprocedure::text), '')
    from pg_catalog.pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
        and (p.proname ~ '{_NAMES}' or (p.proname = 'age' and p.pronargs = 1 and p.proargtypes[0] = 'xid'::regtype))
        and has_function_privilege('public', p.oid, 'execute')
"""
_OPEN_LANGUAGES = """
    select coalesce(string_agg(quote_ident(lanname), ', ' order by lanname), '') from pg_catalog.pg_language
    where lanpltrusted and has_language_privilege('public', oid, 'usage')
"""
_OPEN_SCHEMAS = """
    select coalesce(string_agg(quote_ident(nspname), ', ' order by nspname), '') from pg_catalog.pg_namespace
    where (has_schema_privilege('public', oid, 'create') or has_schema_privilege('public', oid, 'usage'))
        and nspname not in ('pg_catalog', 'information_schema')
"""
_NAMED = (DATA_TEAM.name, MONITORS.name, TEMPLATE, "template1", "postgres")
_OPEN_DATABASES = """
    select coalesce(string_agg(quote_ident(datname), ', ' order by datname), '') from pg_catalog.pg_database
    where datallowconn and (
        has_database_privilege('public', oid, 'connect') or has_database_privilege('public', oid, 'temporary')
        or has_database_privilege('public', oid, 'create')
    )
"""
_OURS = f"and (datname in ({', '.join(map(literal, _NAMED))}) or datname ~ '{INSURERS}')"


def prepare(dsn: str, loader: str) -> None:
    """Closes the server as a superuser, and gives the account `loader` what it needs to publish and to watch without
    being one; it is made if it is not there, without a password. Raises ZorgmartError where the DSN's is no superuser.
    """
    named = server_dsn(dsn)
    with in_a_sentence(), connect(named, autocommit=True) as con:
        require_mended(con)
        if not _may_close(con):
            raise ZorgmartError("Preparing a server takes a superuser's DSN; nothing was changed.")
        role = sql.Identifier(loader)
        if not con.execute("select 1 from pg_roles where rolname = %s", [loader]).fetchone():
            con.execute(sql.SQL("create role {}").format(role))
        con.execute(sql.SQL("alter role {} login createdb createrole").format(role))
        con.execute(sql.SQL("grant set on parameter temp_file_limit to {}").format(role))
        con.execute(sql.SQL("grant pg_read_all_stats, pg_signal_backend to {}").format(role))
        con.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(con.info.dbname), role))
        close_server(named, con)


def close_server(dsn: str, con: psycopg.Connection) -> None:
    """Closes the server and makes the closed template; `con` is on the DSN's own database, in autocommit.

    Raises ZorgmartError that says what a superuser has to do where the account is none and something is open.
    """
    if _may_close(con):
        _close(con, _OPEN_DATABASES + _OURS, "revoke all on database {} from public")
        if not con.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone():
            con.execute(
                statement(f"create database {TEMPLATE} template template0 encoding 'UTF8' locale 'C' is_template true")
            )
            con.execute(statement(f"revoke all on database {TEMPLATE} from public"))
    require_closed_databases(con)
    if not con.execute("select 1 from pg_database where datname = %s and datistemplate", [TEMPLATE]).fetchone():
        raise ZorgmartError(
            f"The server has no closed database {TEMPLATE} to copy, and this account can't make one; run `zorgmart"
            " serve-postgres --prepare` once with a superuser's DSN (docs/postgres.md)."
        )
    if _may_close(con):
        close_database(dsn, TEMPLATE)


def close_database(dsn: str, database: str) -> None:
    """Closes what is in a database, if the account may; else raises ZorgmartError where something is open."""
    with connect(dsn, database, autocommit=True) as con:
        if _may_close(con):
            _close(con, _OPEN_FUNCTIONS, "revoke execute on function {} from public")
            _close(con, _OPEN_LANGUAGES, "revoke usage on language {} from public")
            _close(con, _OPEN_SCHEMAS, "revoke all on schema {} from public")
        opened = {
            "functions": _found(con, _OPEN_FUNCTIONS),
            "languages": _found(con, _OPEN_LANGUAGES),
            "schemas": _found(con, _OPEN_SCHEMAS),
        }
    if still := [f"{what} {names}" for what, names in opened.items() if names]:
        raise ZorgmartError(
            f"In database {database} everybody may use {'; '.join(still)}, which tells of others or writes;"
            " nothing was published. Publish once with a superuser's DSN, or make the database again."
        )


def require_closed_databases(con: psycopg.Connection) -> None:
    """Raises ZorgmartError if a role of ours could connect to a database that is not its own by what PUBLIC may do."""
    if names := _found(con, _OPEN_DATABASES):
        raise ZorgmartError(
            f"Everybody may connect to or write in the database(s) {names} of this server, insurers too. Let a"
            " superuser run `revoke all on database … from public` for each, and grant it to who needs it; nothing"
            " was published."
        )


def _may_close(con: psycopg.Connection) -> bool:
    ((is_superuser,),) = con.execute("select rolsuper from pg_roles where rolname = current_user").fetchall()
    return is_superuser


def _close(con: psycopg.Connection, which: str, revoke: str) -> None:
    if names := _found(con, which):
        con.execute(statement(revoke.format(names)))


def _found(con: psycopg.Connection, which: str) -> str:
    ((names,),) = con.execute(statement(which)).fetchall()
    return names
