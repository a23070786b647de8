"""`zorgmart query` and `zorgmart status`: reading a release, and how the home does. They change nothing."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from dagster_project.cli.options import Home, Landing, app


class Form(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class StatusForm(StrEnum):
    text = "text"
    json = "json"
    prometheus = "prometheus"


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    insurer: Annotated[
        str | None, typer.Option(help="Read the slice of this insurer (UZOVI) instead; made when first asked for.")
    ] = None,
    release: Annotated[str | None, typer.Option(help="Read this release instead of the current one.")] = None,
    format: Annotated[Form, typer.Option(help="How to print the result.")] = Form.table,
    home: Home = None,
) -> None:
    """Read the current release; nothing can be changed through it."""
    from dagster_project.cli.slices import slice_to_read
    from dagster_project.publish.bounds import Bounds
    from dagster_project.publish.reader import reading, release_to_read
    from dagster_project.publish.render import render
    from dagster_project.settings import read_settings

    settings = read_settings(home=home)
    bounds = Bounds(settings.memory, settings.query_seconds, ends_process=True)
    found = release_to_read(settings.home, release)
    with reading(slice_to_read(settings, found, insurer) or found, sql, bounds) as rows:
        render(rows, format.value, sys.stdout.buffer)
    sys.stdout.buffer.flush()


@app.command()
def status(
    format: Annotated[StatusForm, typer.Option(help="How to print it.")] = StatusForm.text,
    verify: Annotated[bool, typer.Option(help="Compare everything that is kept with its hash, too.")] = False,
    landing: Landing = None,
    home: Home = None,
) -> None:
    """Tell how the home does; exit code 1 when something is wrong. Only reads, also while a run goes on."""
    from dagster_project.settings import read_settings
    from dagster_project.status.collect import collect
    from dagster_project.status.render import RENDER

    found = collect(read_settings(home=home, landing=landing), with_hashes=verify)
    print(RENDER[format.value](found), end="")
    raise typer.Exit(0 if found.is_good else 1)
