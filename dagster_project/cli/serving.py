"""`zorgmart serve-postgres`: the current release on a PostgreSQL server, and the watch over what is asked there."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dagster_project.cli.options import Home, app


@app.command("serve-postgres")
def serve_postgres(
    dsn: Annotated[
        str | None,
        typer.Option(
            help="The server, as an account that may create databases and roles [ZORGMART_POSTGRES_DSN]; others of this"
            " machine see a command line, so leave a password to ~/.pgpass.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and end statements that last longer than ZORGMART_PG_SECONDS.")
    ] = False,
    prepare: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE",
            help="Publish nothing: as a superuser, once, close the server and let this account publish to it.",
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Publish the current release to PostgreSQL: a database per insurer, one for monitors, one for the data team."""
    from dagster_project.cli.console import watching
    from dagster_project.postgres.publication import publish_current, server_named
    from dagster_project.settings import read_settings

    settings = read_settings(home=home)
    given = server_named(settings, dsn)
    if prepare:
        from dagster_project.postgres.closed import prepare as close

        close(given, prepare)
        print(f"The server is closed, and {prepare} may publish to it; let it in by pg_hba.conf.")
        return
    with watching() as report:
        release_id, served = publish_current(settings, given, report)
    print(f"Release {release_id} is in {len(served.tables)} databases.")
    for database, tables in served.tables.items():
        inserted, deleted = sum(one.inserted for one in tables), sum(one.deleted for one in tables)
        print(f"  {database.name}: {len(tables)} tables, {inserted:,} rows came and {deleted:,} went")
    if served.without_password:
        print(f"Without a password, so without a login: {', '.join(served.without_password)}.")
    if served.closed:
        print(f"Served no longer, and closed: {', '.join(served.closed)}.")
    if watch:
        from dagster_project.postgres.watch import watch as stay

        print("Watching; stop it with Ctrl-C.", flush=True)
        stay(given, settings.pg_seconds, lambda line: print(line, file=sys.stderr, flush=True))
