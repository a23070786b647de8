"""Passwords of roles: a file of `role:password` lines that only its owner may read. None is printed, stored, or sent:
the server gets the SCRAM verifier."""

from __future__ import annotations

import os
import re
from pathlib import Path

from dagster_project.errors import ZorgmartError
from dagster_project.postgres.databases import DATA_TEAM, INSURERS, MONITORS


def read_passwords(file: Path | None) -> dict[str, str]:
    """The passwords by role. Raises ZorgmartError that names file and line, and never what stands there."""
    if file is None:
        return {}
    try:
        with file.open(encoding="utf-8") as handle:
            status = os.fstat(handle.fileno())
            if status.st_mode & 0o077 or status.st_uid not in (os.geteuid(), 0):
                raise ZorgmartError(f"{file} can be read by others than its owner; run `chmod 600 {file}`.")
            lines = handle.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ZorgmartError(f"{file}, which ZORGMART_PG_PASSWORDS names, can't be read: {reason}.") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        role, separator, password = line.partition(":")
        if not separator or not password:
            raise ZorgmartError(f"{file}, line {number}: write role:password.")
        if role not in (DATA_TEAM.role, MONITORS.role) and not re.fullmatch(INSURERS, role):
            raise ZorgmartError(
                f"{file}, line {number}: the role before the colon is none of ours; they are {DATA_TEAM.role},"
                f" {MONITORS.role} and zorgmart_<uzovi>."
            )
        if role in found:
            raise ZorgmartError(f"{file}, line {number}: {role} has a password already; keep one.")
        found[role] = password
    return found
