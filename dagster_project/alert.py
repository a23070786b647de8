"""Telling whoever watches that a run failed, or that readers have an older release now.

By webhook, by mail, or both; by neither unless a setting asks for it.

Belongs here: what is said and how it is sent. When it is said stands in `defs/alert.py`. A message holds names,
numbers and sentences of this project, never a value of a row.
"""

from __future__ import annotations

import json
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol
from urllib.request import Request, urlopen

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.masking import masked
from dagster_project.settings import Settings

NEXT = "Mend what it says, then run `zorgmart run`: it goes on from there and does nothing twice."
TRIES = 3
SECONDS = 20


class News(Protocol):
    """What is told: a subject, what a person reads, and the same as fields for a program; `name` says which it is."""

    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def fields(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class MovedBack:
    """`current` went from one release to another of an earlier date, whoever moved it."""

    before: str
    now: str

    @property
    def name(self) -> str:
        return f"The move of current to {self.now}"

    @property
    def subject(self) -> str:
        return f"zorgmart: current went back to {self.now}"

    @property
    def text(self) -> str:
        """What a person reads."""
        return (
            f"{self.subject}, from {self.before}: readers have the earlier release now. If that is not meant,"
            " `zorgmart run` makes the newest one current again."
        )

    @property
    def fields(self) -> dict[str, Any]:
        return {"standing_release": self.now, "release_before": self.before}


@dataclass(frozen=True)
class FailedRun:
    """A run that published nothing: its number, its job, why, the release that stands (None: there is none), and lines
    about files that it was the first to pass over."""

    run_id: str
    job: str
    reasons: tuple[str, ...]
    standing: str | None
    not_read: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return f"zorgmart: the run {self.job} failed"

    @property
    def text(self) -> str:
        """What a person reads."""
        stands = f"Release {self.standing} stands." if self.standing else "Nothing was published before."
        reasons = [f"- {_masked(reason)}" for reason in self.reasons or ("no reason was given",)]
        not_read = [f"- {_masked(line)}" for line in self.not_read]
        return "\n".join([f"{self.subject} (run {self.run_id}). {stands}", *reasons, *not_read, NEXT])

    @property
    def name(self) -> str:
        return f"The failed run {self.run_id}"

    @property
    def fields(self) -> dict[str, Any]:
        """What a program reads."""
        return {
            "run_id": self.run_id,
            "job": self.job,
            "reasons": [_masked(reason) for reason in self.reasons],
            "not_read": [_masked(line) for line in self.not_read],
            "standing_release": self.standing,
        }


@dataclass(frozen=True)
class FilesNotRead:
    """A run that published, and passed over files that no run before it saw: a line for each reason."""

    run_id: str
    lines: tuple[str, ...]

    @property
    def subject(self) -> str:
        return "zorgmart: files were delivered that are not read"

    @property
    def text(self) -> str:
        """What a person reads."""
        lines = [f"- {_masked(line)}" for line in self.lines]
        return "\n".join([f"{self.subject} (run {self.run_id}).", *lines, "Have them delivered under a right name."])

    @property
    def name(self) -> str:
        return f"What run {self.run_id} did not read"

    @property
    def fields(self) -> dict[str, Any]:
        """What a program reads."""
        return {"run_id": self.run_id, "not_read": [_masked(line) for line in self.lines]}


def is_wanted(settings: Settings) -> bool:
    """Whether any setting names somebody to tell."""
    return settings.alert_webhook is not None or settings.alert_mail_to is not None


def tell(settings: Settings, news: News) -> None:
    """Send to every channel that is set, each tried three times. Raises ZorgmartError if one did not take it."""
    channels = {
        "ZORGMART_ALERT_WEBHOOK": (settings.alert_webhook, _post),
        "ZORGMART_ALERT_MAIL_TO": (settings.alert_mail_to, _mail),
    }
    silent = [name for name, (asked, send) in channels.items() if asked and not _tried(send, settings, news)]
    if silent:
        raise ZorgmartError(f"{news.name} could not be told to {' and '.join(silent)}; mend it.")


def _tried(send: Callable[[Settings, News], None], settings: Settings, news: News) -> bool:
    for attempt in range(TRIES):
        try:
            send(settings, news)
            return True
        except (OSError, smtplib.SMTPException):  # an HTTP error is an OSError too; its text would show the address
            time.sleep(attempt)
    return False


def _post(settings: Settings, news: News) -> None:
    """One JSON object; chat services show its `text`."""
    said = {"text": news.text, **news.fields}
    address = str(settings.alert_webhook.get_secret_value())
    request = Request(address, json.dumps(said).encode(), {"Content-Type": "application/json"}, method="POST")
    with urlopen(request, timeout=SECONDS) as answer:
        answer.read()


def _mail(settings: Settings, news: News) -> None:
    """Through the relay of the network, encrypted where it offers that."""
    message = EmailMessage()
    message["Subject"], message["From"] = news.subject, settings.alert_mail_from
    message["To"] = settings.alert_mail_to
    message.set_content(news.text + "\n")
    host, _, port = settings.alert_smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as relay:
        relay.ehlo()
        if relay.has_extn("starttls"):
            relay.starttls()
        relay.send_message(message)


def _masked(reason: str) -> str:
    """Our own sentences show no patient; this is for a library's words within them."""
    return masked(" ".join(reason.split()))[:1_000]
