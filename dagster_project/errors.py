"""The one kind of error that a user reads: a sentence with the next step, and its exit code.

Which errors may pass by themselves is decided here alone.
"""

from __future__ import annotations

import errno
import os
import sqlite3

_PASSING_ERRNO = {
    errno.EAGAIN, errno.EBUSY, errno.EDEADLK, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.EINTR, errno.EIO,
    errno.ENETDOWN, errno.ENETUNREACH, errno.ENODEV, errno.ENOENT, errno.ENOLCK, errno.ENOTCONN, errno.ENXIO,
    errno.EREMOTEIO, errno.ESTALE, errno.ETIMEDOUT,
}  # fmt: skip
"""A share that is gone or does not answer, a lock that is held. A full disk and a missing right stay as they are."""
_PASSING_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_PASSING_DUCKDB = ("Could not set lock", "No files found", *map(os.strerror, sorted(_PASSING_ERRNO)))
"""A damaged file is an `IO Error` too, and stays damaged."""


class ZorgmartError(Exception):
    """Something a user can mend: usage or environment. Exit code 1, no traceback."""

    exit_code = 1


class TemporaryError(ZorgmartError):
    """Something that may pass by itself within seconds, so that trying again can help."""


class HeldBack(ZorgmartError):
    """The guard kept the release back; the last one stands. Exit code 2."""

    exit_code = 2


def may_pass(error: BaseException) -> bool:
    """Whether the same may succeed when it is tried again within seconds: the share is back, the lock is released."""
    match error:
        case ZorgmartError():
            return isinstance(error, TemporaryError)
        case OSError():
            return error.errno in _PASSING_ERRNO
        case sqlite3.Error():
            return getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING_SQLITE
        case _:
            return is_passing_duckdb(str(error))


def is_passing_duckdb(message: str) -> bool:
    """As `may_pass`, by the text that DuckDB gives, and dbt passes on."""
    return "IO Error: " in message and any(reason in message for reason in _PASSING_DUCKDB)


def error_because(cause: BaseException, sentence: str) -> ZorgmartError:
    """The sentence as an error that may be tried again if its cause may pass."""
    return TemporaryError(sentence) if may_pass(cause) else ZorgmartError(sentence)
