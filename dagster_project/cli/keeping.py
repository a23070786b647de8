"""`zorgmart backup` and `zorgmart rebuild-ledger`: a home kept, and brought back."""

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
