"""A PostgreSQL server of Debian's for the length of the tests: in a folder of its own, reached by its socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_ACCESS = "local all postgres trust\nlocal all loader trust\nlocal all all scram-sha-256\n"
_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0777
fsync = off
full_page_writes = off
autovacuum = off
shared_buffers = 32MB
jit = off
max_connections = 30
log_statement = all
logging_collector = off
"""
"""No vacuum by itself: when it comes by differs from run to run, and with it numbers in the catalogue."""


def programs() -> Path | None:
    """The newest PostgreSQL of this machine; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Cluster:
    """A server that runs, its socket in `folder`."""

    folder: Path

    def dsn(self, user: str = "postgres", database: str = "postgres") -> str:
        """For the superuser, or an account that the tests made."""
        return f"host={self.folder} user={user} dbname={database}"

    def connect(self, database: str = "postgres", user: str = "postgres", password: str = "") -> psycopg.Connection:
        """A connection as whoever; statements commit by themselves."""
        return psycopg.connect(self.dsn(user, database), password=password, autocommit=True)

    @property
    def log(self) -> str:
        """All that the server was asked."""
        return (self.folder / "log").read_text(encoding="utf-8")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of the account that PostgreSQL runs as, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="zorgmart-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def initialise() -> Iterator[Path]:
    """The data of a server that is not started."""
    with _folder() as folder:
        data = folder / "data"
        _run(str(programs() / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        (data / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)
        yield data


@contextmanager
def cluster(data: Path) -> Iterator[Cluster]:
    """A server that begins with these data, which stay as they are."""
    with _folder() as folder:
        _run("cp", "-r", str(data), str(folder / "data"))
        _control(folder, "start")
        try:
            yield Cluster(folder)
        finally:
            _control(folder, "stop")


def _control(folder: Path, action: str) -> None:
    options = ["-o", f"-k {folder}"] if action == "start" else ["-m", "immediate"]
    _run(
        str(programs() / "pg_ctl"), "-D", str(folder / "data"), "-w", "-s", "-l", str(folder / "log"), *options, action
    )


def _run(*words: str) -> None:
    """As the account that PostgreSQL asks for, which root is not."""
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_whom, *words], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
