"""Trying again what may pass by itself within seconds; for steps of Dagster, `RETRIES` of `defs/resources` does it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import backoff

from dagster_project.errors import TemporaryError

T = TypeVar("T")
ATTEMPTS = 3
SECONDS = 5
"""Between two attempts: ten seconds in all."""

log = logging.getLogger(__name__)


def patiently(action: Callable[[], T]) -> T:
    """What the action gives, tried again a few times while it raises TemporaryError; then that error."""
    again = backoff.on_exception(
        backoff.constant, TemporaryError, max_tries=ATTEMPTS, interval=SECONDS, jitter=None, on_backoff=_tell,
        logger=None,
    )  # fmt: skip
    return again(action)()


def _tell(details: dict[str, Any]) -> None:
    log.warning("%s Trying again in %d seconds (%d of %d).", details["exception"], SECONDS, details["tries"], ATTEMPTS)
