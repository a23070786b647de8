"""The command line's one application, the options that commands share, and `--version`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project import __version__

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Home = Annotated[Path | None, typer.Option(help="Folder of ledger, warehouse and releases [ZORGMART_HOME, data].")]
Landing = Annotated[
    Path | None, typer.Option(help="Folder that deliveries arrive in [ZORGMART_LANDING, data/landing].")
]


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
