"""A file under a second name: by a hard link, which costs nothing, or as a copy where the file system refuses one."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from pathlib import Path

log = logging.getLogger(__name__)
_REFUSED = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


def link(file: Path, name: Path) -> bool:
    """Give a file one more name, whether or not that name is taken; False where the file system refuses links."""
    beside = name.with_name(f".{name.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        os.link(file, beside)
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        return False
    beside.replace(name)
    # A rename between two names of one file does nothing, and leaves the first.
    beside.unlink(missing_ok=True)
    return True


def link_or_copy(file: Path, name: Path) -> None:
    """Give a file one more name, or copy it and say so."""
    if not link(file, name):
        log.warning("publish: %s can't be linked here, so it is copied and takes its space again", file)
        shutil.copyfile(file, name)
