"""`zorgmart ui`: Dagster's pages."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli.options import Home, Landing, app


@app.command()
def ui(
    landing: Landing = None,
    home: Home = None,
    port: Annotated[int, typer.Option(help="Port on loopback.", min=1, max=65535)] = 3000,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="For monitors: the pages alone, that change and start nothing.")
    ] = False,
) -> None:
    """Open the Dagster UI with the schedule, on loopback."""
    from dagster_project.settings import read_settings
    from dagster_project.ui.serve import serve

    serve(read_settings(home=home, landing=landing), port, read_only=read_only)
