"""`zorgmart ui`: Dagster's web server behind the guard in this process, and its daemon beside it; they end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

import yaml

from dagster_project.errors import ZorgmartError
from dagster_project.run.killed import close_killed
from dagster_project.run.nightly import make_instance
from dagster_project.settings import Settings, export

if TYPE_CHECKING:
    import dagster as dg

HOST = "127.0.0.1"
DEFINITIONS = "dagster_project.definitions"
LIVE_MILLISECONDS = 2000
PATIENCE = 60
"""Seconds that the daemon has to end what it does."""


def serve(settings: Settings, port: int, *, read_only: bool = False) -> None:
    """Serve until told to stop. Read-only is the pages alone: no schedule, no sensor, nothing that a page can start.

    Raises ZorgmartError when the port is taken, or the daemon ends by itself.
    """
    import dagster as dg

    from dagster_project.defs.partitions import catch_up

    export(settings)
    make_instance(settings.dagster_home)
    _require_free(port)
    signal.signal(signal.SIGTERM, _stop)
    with ExitStack() as stack:
        instance = stack.enter_context(dg.DagsterInstance.get())
        if not read_only:
            close_killed(instance, settings.home)
            catch_up(instance, settings)
        workspace = stack.enter_context(_code(instance))
        ended = [] if read_only else stack.enter_context(_daemon(workspace))
        print(f"http://{HOST}:{port}" + (" (read-only)" if read_only else ""), flush=True)  # noqa: T201
        _pages(instance, workspace, settings, port, read_only=read_only)
        if ended:
            raise ZorgmartError(f"The daemon ended by itself (code {ended[0]}); start `zorgmart ui` again.")


def _stop(*_: object) -> NoReturn:
    sys.exit(0)


def _require_free(port: int) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, port))
        except OSError as error:
            raise ZorgmartError(
                f"Port {port} of {HOST} can't be had ({error.strerror}); end what has it, or give another with --port."
            ) from None


@contextmanager
def _code(instance: dg.DagsterInstance) -> Iterator[Path]:
    """Our definitions, loaded once for pages and daemon alike; gives the workspace file that says where."""
    from dagster._cli.proxy_server_manager import ProxyServerManager
    from dagster._core.workspace.load_target import ModuleTarget

    target = ModuleTarget(DEFINITIONS, attribute=None, working_directory=str(Path.cwd()), location_name=None)
    with (
        ProxyServerManager(instance, target, code_server_log_level="warning") as servers,
        TemporaryDirectory(prefix="zorgmart-ui-") as folder,
    ):
        workspace = Path(folder) / "workspace.yaml"
        workspace.write_text(yaml.safe_dump({"load_from": list(servers.get_code_server_specs())}), encoding="utf-8")
        yield workspace


@contextmanager
def _daemon(workspace: Path) -> Iterator[list[int]]:
    """The daemon; gives a list that gets its exit code when it ends by itself, which ends the pages too."""
    words = ["-m", "dagster_project.ui.daemon", str(os.getpid()), str(workspace)]
    process = subprocess.Popen([sys.executable, *words], start_new_session=True)  # Ctrl-C is for this process
    ended: list[int] = []
    stopping = threading.Event()

    def watch() -> None:
        code = process.wait()
        if not stopping.is_set():
            ended.append(code)
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield ended
    finally:
        stopping.set()
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _pages(instance: dg.DagsterInstance, workspace: Path, settings: Settings, port: int, *, read_only: bool) -> None:
    """Dagster's own app, behind the guard."""
    import uvicorn
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context
    from dagster_webserver.version import __version__

    from dagster_project.ui.guard import Guard

    hosts = [host.strip() for host in settings.ui_hosts.split(",") if host.strip()]
    target = WorkspaceFileTarget([str(workspace)])
    with WorkspaceProcessContext(instance, target, version=__version__, read_only=read_only) as context:
        app = create_app_from_workspace_process_context(context, live_data_poll_rate=LIVE_MILLISECONDS)
        uvicorn.run(
            Guard(app, hosts),
            host=HOST,
            port=port,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
