"""The commands: parse, call, print. What they do stands in the rooms that they call."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import click
import typer

from dagster_project import __version__
from dagster_project.errors import ZorgmartError
from dagster_project.private import keep_private
from dagster_project.tuning import keep_memory, without_garbage_collection
from dagster_project.utf8 import start_in_utf8

if TYPE_CHECKING:
    from dagster_project.run.plan import Asked

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Home = Annotated[Path | None, typer.Option(help="Folder of ledger, warehouse and releases [ZORGMART_HOME, data].")]
Landing = Annotated[
    Path | None, typer.Option(help="Folder that deliveries arrive in [ZORGMART_LANDING, data/landing].")
]


class Form(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class StatusForm(StrEnum):
    text = "text"
    json = "json"
    prometheus = "prometheus"


class Files(StrEnum):
    mixed = "mixed"
    parquet = "parquet"
    csv = "csv"


def _instant(text: str) -> datetime:
    """An aware instant of ISO text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no instant such as 2026-03-01T02:00:00+01:00") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("Europe/Amsterdam"))


def _version(asked: bool) -> None:
    if asked:
        print(f"zorgmart {__version__}")
        raise typer.Exit()


@app.callback()
def zorgmart(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """The warehouse for money and quality of coordinated acute care."""


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
    from dagster_project.console import watching
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
    full_refresh: Annotated[bool, typer.Option(help="Throw the warehouse away and build it anew.")] = False,
) -> None:
    """Run the nightly job: ingest, build, check, publish."""
    with without_garbage_collection():
        from dagster_project.run.plan import Asked

        asked = Asked(as_of.date() if as_of else None, known_on, make_current, full_refresh)
        _run(landing, home, asked)


def _run(landing: Path | None, home: Path | None, asked: Asked) -> None:
    from dagster_project.console import watching
    from dagster_project.nightly import run_night
    from dagster_project.settings import read_settings
    from dagster_project.summary import not_read_by_run, not_read_now, summary_lines

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
    from dagster_project.console import watching
    from dagster_project.run.remake import remake as make
    from dagster_project.settings import read_settings

    with without_garbage_collection(), watching() as report:
        made = make(read_settings(home=home, landing=landing), release, report)
    print(f"Release {release} is made again, all {made.parquet_files} Parquet files byte for byte, in")
    print(f"{made.release.path}; `current` names {made.current or 'no release'}.")


@app.command()
def check(
    feed: Annotated[str, typer.Argument(help="Feed that the file belongs to.")],
    file: Annotated[Path, typer.Argument(help="The file, as it would be delivered.")],
) -> None:
    """Tell what would happen to a file, and write its return file; nothing is loaded."""
    from dagster_project.checking import check_lines
    from dagster_project.settings import read_settings

    lines, good = check_lines(read_settings(), feed, file)
    for line in lines:
        print(line)
    raise typer.Exit(0 if good else 1)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    insurer: Annotated[str | None, typer.Option(help="Read the slice of this insurer (UZOVI) instead.")] = None,
    release: Annotated[str | None, typer.Option(help="Read this release instead of the current one.")] = None,
    format: Annotated[Form, typer.Option(help="How to print the result.")] = Form.table,
    home: Home = None,
) -> None:
    """Read the current release; nothing can be changed through it."""
    from dagster_project.publish.bounds import Bounds
    from dagster_project.publish.reader import reading
    from dagster_project.publish.render import render
    from dagster_project.settings import read_settings

    settings = read_settings(home=home)
    bounds = Bounds(settings.memory, settings.query_seconds, ends_process=True)
    with reading(settings.home, sql, insurer, release_id=release, bounds=bounds) as rows:
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


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder, or one that an earlier backup was made in.")],
    home: Home = None,
) -> None:
    """Copy all that can't be made again: ledger, archive, store and releases, whole and consistent."""
    from dagster_project.recovery.backup import back_up
    from dagster_project.settings import read_settings

    done = back_up(read_settings(home=home).home, folder)
    print(f"{done.files:,} files in {folder}, {done.copied:,} of them copied now ({done.bytes / 1e6:,.1f} MB).")
    print(
        "The key (ZORGMART_PSEUDONYM_KEY) is not among them; keep it elsewhere. To restore, copy the folder to a home."
    )


@app.command("rebuild-ledger")
def rebuild_ledger(landing: Landing = None, home: Home = None) -> None:
    """Make the ledger again from the archive and the releases, when it was lost or is not whole."""
    from dagster_project.console import watching
    from dagster_project.keys import pseudonym_key
    from dagster_project.recovery.rebuild import rebuild_ledger as rebuild
    from dagster_project.settings import read_settings

    settings = read_settings(home=home, landing=landing)
    with watching() as report:
        made = rebuild(settings.home, pseudonym_key(settings)[0], report)
    print(f"The ledger knows {made.versions:,} delivered versions again, {made.rejected:,} of them rejected.")
    if made.before:
        print(f"The one before is kept in {made.before}.")
    print("Now run `zorgmart run`.")


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


def main() -> None:
    """The console entry: a sentence and an exit code, never a traceback, for what a user can mend."""
    start_in_utf8()
    keep_private()
    keep_memory()
    try:
        sys.exit(app(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        sys.exit(1)
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "zorgmart"
        print(f"zorgmart: {error.format_message().rstrip('.')}; see `{asked} --help`.", file=sys.stderr)
        sys.exit(1)
    except ZorgmartError as error:
        print(f"zorgmart: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except (KeyboardInterrupt, click.Abort):
        print("zorgmart: stopped; nothing is half done, run again to go on.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
