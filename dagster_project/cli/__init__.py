"""The commands: parse, call, print. What they do stands in the rooms that they call."""

from __future__ import annotations

import sys

import click

from dagster_project.cli.options import app
from dagster_project.errors import ZorgmartError
from dagster_project.private import keep_private
from dagster_project.run.tuning import keep_memory
from dagster_project.utf8 import start_in_utf8

# isort: off
# Each registers its commands as it is imported, in the order that `zorgmart --help` lists them.
from dagster_project.cli import deliveries, runs, readers, keeping, serving, pages  # noqa: F401
# isort: on

__all__ = ["app", "main"]


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
