"""`zorgmart ui` as a process of its own, and asking it as a browser, a page of another origin or a script would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import dagster_project

REPOSITORY = Path(dagster_project.__file__).parents[1]
PATIENCE = 300
NAMED = "monitor.example"
JSON = ("Content-Type", "application/json")
LOCATION = {"repositoryName": "__repository__", "repositoryLocationName": "dagster_project.definitions"}
LAUNCH = """
    mutation Launch($executionParams: ExecutionParams!) {
        launchRun(executionParams: $executionParams) { __typename ... on LaunchRunSuccess { run { runId } } }
    }
"""
LAUNCHED = {
    "query": LAUNCH,
    "variables": {
        "executionParams": {
            "selector": LOCATION | {"pipelineName": "nightly"},
            "runConfigData": {"resources": {"warehouse": {"config": {"as_of": "2026-01-01"}}}},
        }
    },
}
Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Ui:
    """A running UI: its process, its port and its home."""

    process: subprocess.Popen[str]
    port: int
    home: Path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def ask(
        self, method: str, path: str, headers: Headers = (), body: str | None = None, hosts: Iterable[str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of one answer; `hosts` are the Host headers in place of the real one."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in [*(("Host", host) for host in (hosts or [self.host])), *headers]:
            connection.putheader(name, value.encode())
        encoded = (body or "").encode()
        if body is not None:
            connection.putheader("Content-Length", str(len(encoded)))
        connection.endheaders(encoded or None)
        answer = connection.getresponse()
        told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        connection.close()
        return told

    def graphql(self, query: str | dict[str, Any], *headers: tuple[str, str]) -> dict[str, Any]:
        """The data of a query that the UI's own page asks."""
        body = json.dumps(query if isinstance(query, dict) else {"query": query})
        status, _, text = self.ask("POST", "/graphql", [JSON, ("Origin", self.origin), *headers], body)
        assert status == 200, text
        return json.loads(text)["data"]

    @property
    def runs(self) -> list[str]:
        found = self.graphql("{ runsOrError { ... on Runs { results { runId } } } }")
        return [run["runId"] for run in found["runsOrError"]["results"]]

    @property
    def daemon(self) -> int | None:
        """Number of the process of the daemon."""
        found = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
        mine = f"dagster_project.ui.daemon {self.process.pid} "
        return next((int(line.split()[0]) for line in found.splitlines() if mine in line), None)


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[Ui]:
    """A UI that answers; what it prints is in `ui.txt` of the folder."""
    landing, home, port = folder / "landing", folder / "home", _free_port()
    landing.mkdir(exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZORGMART_", "DAGSTER_"))}
    with (
        (folder / "ui.txt").open("w", encoding="utf-8") as printed,
        subprocess.Popen(
            [sys.executable, "-m", "dagster_project.cli", "ui", "--home", str(home), "--landing", str(landing),
             "--port", str(port), *words],
            stdout=printed, stderr=subprocess.STDOUT, text=True, cwd=folder,
            env={**clean, "PYTHONPATH": str(REPOSITORY), "ZORGMART_UI_HOSTS": f"{NAMED}, other.example:8443"},
        ) as process,
    ):  # fmt: skip
        ui = Ui(process, port, home)
        try:
            _wait_until_it_answers(ui, folder / "ui.txt")
            yield ui
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)


def ended(pid: int) -> bool:
    """Whether a process that is no child of this one ends in time."""
    for _ in range(PATIENCE * 2):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.5)
    return False


def _wait_until_it_answers(ui: Ui, printed: Path) -> None:
    for _ in range(PATIENCE * 2):
        assert ui.process.poll() is None, printed.read_text(encoding="utf-8")
        try:
            ui.ask("GET", "/server_info")
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(printed.read_text(encoding="utf-8"))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
