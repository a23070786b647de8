"""Connections of ours to the server: TLS where it is not on this machine, a release that is mended, errors in a
sentence without a row or a secret."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString, cast

import psycopg
from psycopg import conninfo, pq

from dagster_project.errors import TemporaryError, ZorgmartError

MENDED = {15: 14, 16: 10, 17: 6}
"""The first minor release of each major one that shows nobody statistics of rows that he may not read, and lets
nobody act as a role that is not his (CVE-2025-8713 and, before it, CVE-2024-10978)."""
_ENCRYPTED = ("require", "verify-ca", "verify-full")
_ROWS_ARE_QUOTED = ("22", "23")
"""Classes of errors whose message may have a value of a row."""
_PASSING = ("08", "40", "53", "55", "57")
_OURS = {
    "application_name": "zorgmart",
    "client_encoding": "UTF8",
    "options": "-c search_path=pg_catalog -c TimeZone=UTC -c DateStyle=ISO,YMD -c statement_timeout=0"
    " -c lock_timeout=60s -c default_transaction_isolation=read\\ committed -c default_transaction_read_only=off",
}


def server_dsn(dsn: str) -> str:
    """The DSN with what we say of every connection. Raises ZorgmartError where another machine would be spoken to
    without TLS."""
    try:
        said = conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise ZorgmartError(
            "The DSN can't be read; write it as postgresql://loader@host:5432/postgres or 'host=… user=…'."
        ) from None
    mode = said.get("sslmode") or _default("sslmode")
    if not _is_local(said):
        if mode is not None and mode not in _ENCRYPTED:
            raise ZorgmartError(
                f"The DSN names another machine and says sslmode={mode}; patients' rows go there over TLS alone, so say"
                " sslmode=verify-full."
            )
        said["sslmode"] = mode or "verify-full"
    return conninfo.make_conninfo(**{**said, **_OURS})


def _is_local(said: dict) -> bool:
    """Whether all hosts of a DSN, or of libpq's variables, are this machine; a service file may name any."""
    if said.get("service") or _default("service"):
        return False
    address = said.get("hostaddr") or _default("hostaddr")
    hosts = str(address or said.get("host") or _default("host") or "").split(",")
    return all(_is_here(host.strip()) for host in hosts)


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _default(name: str) -> str | None:
    """What the environment, or a service that it names, says where a DSN says nothing."""
    option = next(option for option in pq.Conninfo.get_defaults() if option.keyword == name.encode())
    return option.val.decode() if option.val and option.val != option.compiled else None


@contextmanager
def connect(dsn: str, database: str | None = None, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """A connection to a database of the server, of the DSN's if none is named. Raises ZorgmartError in one sentence."""
    named = conninfo.make_conninfo(dsn, dbname=database) if database else dsn
    with in_a_sentence(), psycopg.connect(named, autocommit=autocommit, connect_timeout=15) as con:
        yield con


def require_mended(con: psycopg.Connection) -> None:
    """Raises ZorgmartError on a server that shows or lets through what its later minor releases do not."""
    major, minor = divmod(con.info.server_version, 10_000)
    if major < min(MENDED) or minor < MENDED.get(major, 0):
        least = ", ".join(f"{major}.{minor}" for major, minor in MENDED.items())
        raise ZorgmartError(
            f"The server is PostgreSQL {major}.{minor}, whose statistics and roles leak (CVE-2025-8713,"
            f" CVE-2024-10978); zorgmart serves on {least} and later ones."
        )


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """An error of the server becomes a ZorgmartError, one that may pass where it may; no value of a row is in it."""
    try:
        yield
    except psycopg.Error as error:
        kind = error.sqlstate or ""
        said = error.diag.message_primary or str(error).strip().split("\n")[0]
        table = f" in {error.diag.schema_name}.{error.diag.table_name}" if error.diag.table_name else ""
        if kind.startswith(_ROWS_ARE_QUOTED):
            said = f"it refused a row{table}"
        sentence = (
            f"PostgreSQL: {said} (SQLSTATE {kind or 'none'}); each database has the release that it had, mend that and"
            " run `zorgmart serve-postgres` again"
        )
        passing = kind.startswith(_PASSING) or (not kind and isinstance(error, psycopg.OperationalError))
        raise (TemporaryError if passing else ZorgmartError)(sentence) from None


def statement(text: str) -> LiteralString:
    """Text of ours as psycopg takes it: names in it went through `quoted`, texts through `literal`."""
    return cast(LiteralString, text)
