"""How a file is refused: by a reader or a judge that says why, or by whatever they raise about it.

One file must never stop a night, so only what is no file's fault goes on: memory, the disk, someone who stops the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from dagster_project.errors import ZorgmartError
from dagster_project.feeds.rejections import REJECTIONS

CODES = frozenset(rule.name for rule in REJECTIONS)
NOT_THE_FILE = (ZorgmartError, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit, pa.ArrowCancelled)
# What a damaged length in a file can ask for, and no machine has.
NO_MACHINE_HAS = 1 << 40


class Rejected(Exception):
    """The whole file can't be read for what it is.

    `code` is one of `feeds.rejections`; `sentence` tells the cause and the next step without any value of a row.
    """

    def __init__(self, code: str, sentence: str) -> None:
        if code not in CODES:
            raise ValueError(f"{code!r} is no code of feeds.rejections")
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


@contextmanager
def rejecting() -> Iterator[None]:
    """Turn what is raised about a file into Rejected. Panics of Polars are no Exception; texts may quote rows."""
    try:
        yield
    except Rejected:
        raise
    except BaseException as error:
        if not is_about_the_file(error):
            raise
        kind = type(error).__name__
        raise Rejected(
            "unreadable_value", f"its values can't be read ({kind}); send the file in another form"
        ) from None


def is_about_the_file(error: BaseException) -> bool:
    """Whether the file is to blame; an OSError with a number is the system's, one without is Arrow's about bytes."""
    if isinstance(error, MemoryError):
        asked = re.search(r"of size ([0-9]+)", str(error))
        return asked is not None and int(asked[1]) > NO_MACHINE_HAS
    return not isinstance(error, NOT_THE_FILE) and getattr(error, "errno", None) is None
