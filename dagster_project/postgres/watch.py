"""The watch: ends statements that last too long. A role's `statement_timeout` does not bind, for a role can lift it.

A statement is cancelled first; one that goes on, because its client does not read what it asked for, loses its
connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg

from dagster_project.errors import TemporaryError, ZorgmartError
from dagster_project.postgres.connection import connect, in_a_sentence, require_mended, server_dsn
from dagster_project.postgres.databases import DATA_TEAM, INSURERS, MONITORS

GRACE = 5.0
"""Seconds between a statement's cancelling and the end of its connection."""
_TOO_LONG = """
    select pid, usename, extract(epoch from clock_timestamp() - query_start)::float
    from pg_stat_activity
    where (usename = any(%s) or usename ~ %s) and state not in ('idle', 'idle in transaction',
        'idle in transaction (aborted)') and clock_timestamp() - query_start > make_interval(secs => %s)
    order by pid
"""


def watch(dsn: str, seconds: float, say: Callable[[str], None], stop: Callable[[], bool] = lambda: False) -> None:
    """Looks every quarter of the limit, at most every 5 seconds, until `stop`; comes back by itself after the server
    was away. `say` gets a line for each statement that was ended, without its text."""
    named, pause = server_dsn(dsn), min(seconds / 4, 5.0)
    while not stop():
        try:
            with connect(named, autocommit=True) as con, in_a_sentence():
                require_mended(con)
                _require_seeing(con)
                while not stop():
                    for line in end_long(con, seconds):
                        say(line)
                    time.sleep(pause)
        except TemporaryError as error:
            say(f"{error}; looking again in {pause:.0f} s")
            time.sleep(pause)


def end_long(con: psycopg.Connection, seconds: float) -> list[str]:
    """Ends the statements of our roles that last longer than `seconds`; a line for each."""
    asked = [[DATA_TEAM.role, MONITORS.role], INSURERS, seconds]
    lines = []
    for pid, role, lasted in con.execute(_TOO_LONG, asked).fetchall():
        ends = "pg_terminate_backend" if lasted > seconds + GRACE else "pg_cancel_backend"
        con.execute(f"select {ends}(%s)", [pid])
        what = "connection" if ends == "pg_terminate_backend" else "statement"
        lines.append(f"{role}: a {what} was ended after {lasted:.0f} s")
    return lines


def _require_seeing(con: psycopg.Connection) -> None:
    """Raises an error if this account can't see or end the statements of other roles."""
    ((sees,),) = con.execute(
        "select pg_has_role('pg_read_all_stats', 'usage') and pg_has_role('pg_signal_backend', 'usage')"
    ).fetchall()
    if not sees:
        raise ZorgmartError(
            "This account can't watch: let a superuser run `grant pg_read_all_stats, pg_signal_backend to …` for it."
        )
