"""The secret key that patients are replaced with: from the settings, or the sample's own."""

from __future__ import annotations

import json

from dagster_project.errors import ZorgmartError
from dagster_project.settings import Settings

MAKE_KEY = 'python -c "import secrets; print(secrets.token_hex(32))"'
"""Prints a key that nobody guesses."""
SAMPLE_MARKER = ".zorgmart-sample.json"


def pseudonym_key(settings: Settings) -> tuple[str, bool]:
    """The key, and whether it is the sample's. Raises ZorgmartError when there is none."""
    if settings.pseudonym_key is not None:
        return settings.pseudonym_key.get_secret_value(), False
    marker = settings.landing / SAMPLE_MARKER
    if marker.is_file():
        return str(json.loads(marker.read_text(encoding="utf-8"))["pseudonym_key"]), True
    raise ZorgmartError(
        "No key to replace patients with: set ZORGMART_PSEUDONYM_KEY to a secret of 32 characters or more"
        f" (in the environment or in .env), as `{MAKE_KEY}` prints one, and keep it; nothing was read."
    )
