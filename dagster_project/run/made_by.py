"""What a release is made by: code, packages, contracts. Part by part, so that a difference can be named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from dagster_project.ingest.serial_numbers import SerialNumbers
from dagster_project.ingest.worklist import door_parts
from dagster_project.transform.project import code_parts


def made_by(deliveries: Iterable[dict[str, Any]], serial: SerialNumbers) -> dict[str, str]:
    """Name of each part → its version or hash, for deliveries as a manifest lists them."""
    feeds = {delivery["feed"] for delivery in deliveries}
    files = {(delivery["feed"], delivery["file"]) for delivery in deliveries if delivery["status"] != "replaced"}
    marks = sorted(f"{feed}/{file}{mark}" for feed, file in files if (mark := serial.mark(feed, file)))
    listed = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16] if marks else "empty"
    return code_parts() | door_parts(feeds) | {"list of serial numbers": listed}


def differences(then: dict[str, str], now: dict[str, str]) -> list[str]:
    """What differs, in words, packages first: they explain the rest."""
    names = sorted({name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}, key=_order)
    return [_told(name, then.get(name), now.get(name)) for name in names]


def _order(name: str) -> tuple[bool, str]:
    return not name.startswith("package "), name


def _told(name: str, then: str | None, now: str | None) -> str:
    is_readable = name.startswith(("package ", "version"))
    return f"{name} was {then or 'not there'} and is {now or 'not there'}" if is_readable else f"the {name} differs"
