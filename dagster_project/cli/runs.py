"""`zorgmart run` and `zorgmart remake`: the nightly job, and an earlier release again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import click
import typer

from dagster_project.cli.options import Home, Landing, app
from dagster_project.errors import ZorgmartError
from dagster_project.run.tuning import without_garbage_collection

if TYPE_CHECKING:
    from dagster_project.run.plan import Asked


def _instant(text: str) -> datetime:
    """An aware instant of ISO text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no instant such as 2026-03-01T02:00:00+01:00") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


@app.command()
def run(
    landing: Landing = None,
    home: Home = None,
    as_of: Annotated[
        datetime | None, typer.Option(help="Deliveries up to this date only.", formats=["%Y-%m-%d"])
    ] = None,
    known_on: Annotated[
        datetime | None,
        typer.Option(
            help="Of those the versions received by this instant, such as 2026-03-01T02:00:00+01:00; Dutch time if it"
            " has no offset.",
            parser=_instant,
            metavar="INSTANT",
        ),
    ] = None,
    make_current: Annotated[
        bool, typer.Option(help="Let `current` name this release, also one of an earlier date than it names now.")
    ] = False,
    full_refresh: Annotated[bool, typer.Option(help="Throw the warehouse away and build it again.")] = False,
) -> None:
    """Run the nightly job: ingest, build, check, publish."""
    with without_garbage_collection():
        from dagster_project.run.plan import Asked

        asked = Asked(as_of.date() if as_of else None, known_on, make_current, full_refresh)
        _run(landing, home, asked)


def _run(landing: Path | None, home: Path | None, asked: Asked) -> None:
    from dagster_project.cli.console import watching
    from dagster_project.cli.summary import not_read_by_run, not_read_now, summary_lines
    from dagster_project.run.nightly import run_night
    from dagster_project.settings import read_settings

    settings = read_settings(home=home, landing=landing)
    try:
        with watching() as report:
            result = run_night(settings, asked, report)
    except ZorgmartError:
        for line in not_read_now(settings):
            print(line)
        raise
    for line in not_read_by_run(settings):
        print(line)
    for line in result.warnings:
        print(f"warning: {line}")
    for line in result.without_data:
        print(f"no data: {line}")
    for line in summary_lines(settings, result.release_id):
        print(line)


@app.command()
def remake(
    release: Annotated[str, typer.Argument(help="Its id, as in `published`; it may be gone from there.")],
    landing: Landing = None,
    home: Home = None,
) -> None:
    """Make a release again from its deliveries, with the same Parquet, or tell what differs; `current` stays."""
    from dagster_project.cli.console import watching
    from dagster_project.run.remake import remake as make
    from dagster_project.settings import read_settings

    with without_garbage_collection(), watching() as report:
        made = make(read_settings(home=home, landing=landing), release, report)
    print(f"Release {release} is made again, all {made.parquet_files} Parquet files byte for byte, in")
    print(f"{made.release.path}; `current` names {made.current or 'no release'}.")
