"""Chromium without a screen: what a page writes to its console, and every address that it asks for."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = f"none of {', '.join(NAMES)} is installed; `apt-get install chromium` makes this test run"
_OPTIONS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--enable-logging=stderr", "--net-log-capture-mode=Everything",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """The lines of the console, the addresses that the page asked for, and the page as it stood in the end."""

    console: list[str]
    asked: list[str]
    dom: str


def find() -> str | None:
    """The browser's command, if there is one."""
    return next((command for name in NAMES if (command := shutil.which(name))), None)


def visit(command: str, page: Path, folder: Path, *options: str) -> Visit:
    """Opens a page with a profile in `folder`; raises if the browser does not end by itself in a minute."""
    log = folder / "net.json"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    words = [
        command,
        *_OPTIONS,
        *options,
        *root,
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={log}",
        "--dump-dom",
    ]
    done = subprocess.run([*words, page.as_uri()], capture_output=True, text=True, timeout=60, check=True)
    console = re.findall(r":CONSOLE[:(]\d+\)?\] (.*)", done.stderr)
    return Visit(console, _addresses(log), done.stdout)


def _addresses(log: Path) -> list[str]:
    """What the page asked for, by the browser's log of the network; the browser's own requests have no origin."""
    told = json.loads(log.read_text(encoding="utf-8"))
    asked = [event["params"] for event in told["events"] if "initiator" in event.get("params", {})]
    return sorted({params["url"] for params in asked if params["initiator"] != "not an origin"})
