"""A patient as its recipient knows it: 32 hex digits, half of the HMAC-SHA256 of the door's pseudonym.

The recipient's key is the HMAC-SHA256 of `zorgmart: patients for <recipient>` under the home's (docs/privacy.md).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

from .expected import Expected

DATA_TEAM = "the data team"


def shown_to(expected: Expected, key: str, recipient: str = DATA_TEAM) -> Expected:
    """The same tables with the patients that a release shows; `compute` has those of the warehouse."""
    of_recipient = hmac.new(key.encode(), f"zorgmart: patients for {recipient}".encode(), hashlib.sha256).digest()

    def shown(row: dict[str, object]) -> dict[str, object]:
        stored = str(row["patient_key"]).encode()
        return row | {"patient_key": hmac.new(of_recipient, stored, hashlib.sha256).hexdigest()[:32]}

    declarations = {place: shown(row) for place, row in expected["finance.declaration"].items()}
    return replace(expected, tables=expected.tables | {"finance.declaration": declarations})
