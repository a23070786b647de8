"""`zorgmart sample` and `zorgmart check`: deliveries that are made up, and one that is looked at."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.options import Landing, app


class Files(StrEnum):
    mixed = "mixed"
    parquet = "parquet"
    csv = "csv"


@app.command()
def sample(
    landing: Landing = None,
    scale: Annotated[
        float, typer.Option(help="1 is the country: 10 million declarations a year.", min=0.0001, max=10)
    ] = 0.01,
    days: Annotated[int, typer.Option(help="Number of delivery dates.", min=1, max=4000)] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    until: Annotated[datetime, typer.Option(help="The last delivery date.", formats=["%Y-%m-%d"])] = datetime(
        2026, 2, 28
    ),
    format: Annotated[
        Files | None, typer.Option(help="Files of the daily feeds; mixed, or parquet from scale 0.5 on.")
    ] = None,
) -> None:
    """Write a realistic set of deliveries for all feeds, faults included."""
    from dagster_project.cli.console import watching
    from dagster_project.sample import write_sample
    from dagster_project.settings import read_settings

    folder = read_settings(landing=landing).landing
    with watching() as report:
        made = write_sample(
            folder, scale=scale, days=days, seed=seed, until=until.date(), progress=report,
            format=format.value if format else None,
        )  # fmt: skip
    rows = ", ".join(f"{count:,} {feed}" for feed, count in made.rows.items())
    print(f"{made.files:,} deliveries in {folder}: {rows}.")
    print(f"What is planted in them, and must be found, is listed in {made.planted}.")
    print("The sample has a key of its own to replace patients with; never use it for real deliveries.")


@app.command()
def check(
    feed: Annotated[str, typer.Argument(help="Feed that the file belongs to.")],
    file: Annotated[Path, typer.Argument(help="The file, as it would be delivered.")],
) -> None:
    """Tell what would happen to a file, and write its return file; nothing is loaded."""
    from dagster_project.cli.checking import check_lines
    from dagster_project.settings import read_settings

    lines, good = check_lines(read_settings(), feed, file)
    for line in lines:
        print(line)
    raise typer.Exit(0 if good else 1)
