"""Telling whoever watches that a run failed: by webhook, by mail, or both; by neither unless a setting asks for it.

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
from urllib.request import Request, urlopen

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.masking import masked
from dagster_project.settings import Settings

NEXT = "Mend what it says, then run `zorgmart run`: it goes on from there and does nothing twice."
TRIES = 3
SECONDS = 20


@dataclass(frozen=True)
class FailedRun:
    """A run that published nothing: its number, its job, why, and the release that stands (None: there is none)."""

    run_id: str
    job: str
    reasons: tuple[str, ...]
    standing: str | None

    @property
    def subject(self) -> str:
        return f"zorgmart: the run {self.job} failed"

    @property
    def text(self) -> str:
        """What a person reads."""
        stands = f"Release {self.standing} stands." if self.standing else "Nothing was published before."
        reasons = [f"- {_masked(reason)}" for reason in self.reasons or ("no reason was given",)]
        return "\n".join([f"{self.subject} (run {self.run_id}). {stands}", *reasons, NEXT])


def is_wanted(settings: Settings) -> bool:
    """Whether any setting names somebody to tell."""
    return settings.alert_webhook is not None or settings.alert_mail_to is not None


def tell(settings: Settings, failed: FailedRun) -> None:
    """Send to every channel that is set, each tried three times. Raises ZorgmartError if one did not take it."""
    channels = {
        "ZORGMART_ALERT_WEBHOOK": (settings.alert_webhook, _post),
        "ZORGMART_ALERT_MAIL_TO": (settings.alert_mail_to, _mail),
    }
    silent = [name for name, (asked, send) in channels.items() if asked and not _tried(send, settings, failed)]
    if silent:
        raise ZorgmartError(f"The failed run {failed.run_id} could not be told to {' and '.join(silent)}; mend it.")


def _tried(send: Callable[[Settings, FailedRun], None], settings: Settings, failed: FailedRun) -> bool:
    for attempt in range(TRIES):
        try:
            send(settings, failed)
            return True
        except (OSError, smtplib.SMTPException):  # an HTTP error is an OSError too; its text would show the address
            time.sleep(attempt)
    return False


def _post(settings: Settings, failed: FailedRun) -> None:
    """One JSON object; chat services show its `text`."""
    said = {
        "text": failed.text,
        "run_id": failed.run_id,
        "job": failed.job,
        "reasons": [_masked(reason) for reason in failed.reasons],
        "standing_release": failed.standing,
    }
    address = str(settings.alert_webhook.get_secret_value())
    request = Request(address, json.dumps(said).encode(), {"Content-Type": "application/json"}, method="POST")
    with urlopen(request, timeout=SECONDS) as answer:
        answer.read()


def _mail(settings: Settings, failed: FailedRun) -> None:
    """Through the relay of the network, encrypted where it offers that."""
    message = EmailMessage()
    message["Subject"], message["From"] = failed.subject, settings.alert_mail_from
    message["To"] = settings.alert_mail_to
    message.set_content(failed.text + "\n")
    host, _, port = settings.alert_smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as relay:
        relay.ehlo()
        if relay.has_extn("starttls"):
            relay.starttls()
        relay.send_message(message)


def _masked(reason: str) -> str:
    """Our own sentences show no patient; this is for a library's words within them."""
    return masked(" ".join(reason.split()))[:1_000]
