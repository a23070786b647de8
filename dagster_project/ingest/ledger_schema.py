"""The tables of the ledger, step by step: a ledger of an earlier version gets the steps that it lacks.

A step never changes once it is released; a change of the tables is a new step.
"""

from __future__ import annotations

import sqlite3

from dagster_project.errors import ZorgmartError

STEPS: tuple[tuple[str, ...], ...] = (
    (  # Version 0.4.0 and before wrote these without counting steps, so this one must hold on its tables too.
        """
        create table if not exists version (
            received integer primary key,
            version_id integer not null unique,
            feed text not null,
            delivery_date text not null,
            file text not null,
            sha256 text not null,
            bytes integer not null,
            signature text not null,
            status text not null check (status in ('accepted', 'rejected')),
            reason text,
            rows integer not null,
            accepted integer not null,
            quarantined integer not null,
            amount_cents integer not null,
            accepted_amount_cents integer not null,
            store_file text,
            quarantine_file text,
            door_version text not null,
            check (rows = accepted + quarantined)
        )
        """,
        "create index if not exists version_file on version (feed, delivery_date, file, received)",
        "create table if not exists stored_file (file text primary key, sha256 text not null)",
        "create table if not exists setting (name text primary key, value text not null)",
    ),
    (  # When a version was received (UTC); null is before every known instant. And what no run reads.
        "alter table version add column received_at text",
        """
        create table passed_over (
            path text primary key,
            kind text not null check (kind in ('not_read', 'waiting')),
            reason text not null,
            first_seen_at text not null
        )
        """,
    ),
    (  # What each published release was made from and became (`ingest.ledger_releases`).
        """
        create table release (
            release_id text primary key,
            as_of text not null,
            known_on text not null,
            deliveries_sha256 text not null,
            manifest text not null
        )
        """,
    ),
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date in one transaction; raises ZorgmartError for a ledger of a later version."""
    if _steps_taken(connection) == len(STEPS):
        return
    connection.execute("begin immediate")
    try:
        taken = _steps_taken(connection)  # another process may have been first
        if taken > len(STEPS):
            raise ZorgmartError(
                "The ledger was written by a later version of zorgmart; install that version, nothing was changed."
            )
        for statement in (statement for step in STEPS[taken:] for statement in step):
            connection.execute(statement)
        connection.execute(f"pragma user_version = {len(STEPS)}")
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _steps_taken(connection: sqlite3.Connection) -> int:
    return connection.execute("pragma user_version").fetchone()[0]
