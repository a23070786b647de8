"""The one kind of error that a user reads: a sentence with the next step, and its exit code."""


class ZorgmartError(Exception):
    """Something a user can mend: usage or environment. Exit code 1, no traceback."""

    exit_code = 1


class HeldBack(ZorgmartError):
    """The guard kept the release back; the last one stands. Exit code 2."""

    exit_code = 2
