"""`zorgmart backup`, `rebuild-ledger`, `clean` and `export`: a home kept and brought back, releases removed and taken
away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.options import Home, Landing, app


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
    from dagster_project.cli.console import watching
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
def clean(
    keep: Annotated[
        int | None, typer.Option(min=1, help="Releases to keep beside the last one of each month; else ZORGMART_KEEP.")
    ] = None,
    home: Home = None,
) -> None:
    """Remove releases beyond the retention, with their slices; never one that a pointer names or somebody reads."""
    from dagster_project.publish.cleaning import clean as remove
    from dagster_project.settings import read_settings

    settings = read_settings(home=home)
    done = remove(settings.home, keep or settings.keep)
    for release in done.open:
        print(f"{release} stays: somebody reads it.")
    count = len(done.removed)
    what = "release" if count == 1 else "releases"
    print(f"{count:,} {what} removed{_named(done.removed)}, {done.bytes / 1e6:,.1f} MB free.")


def _named(releases: tuple[str, ...]) -> str:
    return f" ({releases[0]} to {releases[-1]})" if len(releases) > 1 else "".join(f" ({name})" for name in releases)


@app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.duckdb]", help="One self-contained file to write.")
    ] = None,
    parquet: Annotated[Path | None, typer.Option(help="A folder of Parquet to write instead.")] = None,
    release: Annotated[str | None, typer.Option(help="This release instead of the current one.")] = None,
    insurer: Annotated[str | None, typer.Option(help="The slice of this insurer (UZOVI) instead.")] = None,
    home: Home = None,
) -> None:
    """Write a release, or an insurer's slice of it, to take away."""
    from dagster_project.cli.slices import slice_to_read
    from dagster_project.errors import ZorgmartError
    from dagster_project.publish.reader import release_to_read
    from dagster_project.publish.taking_away import to_file, to_folder
    from dagster_project.settings import read_settings

    if (file is None) == (parquet is None):
        raise ZorgmartError("give a FILE.duckdb, or --parquet FOLDER, and not both")
    settings = read_settings(home=home)
    found = release_to_read(settings.home, release)
    own = slice_to_read(settings, found, insurer)
    for path in to_file(found, own, file) if file else to_folder(found, own, parquet):
        print(path)
