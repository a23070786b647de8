"""Whom the server lets in, and what it lets him take: DSN and TLS, versions, roles, passwords, limits, the watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.postgres import watch as watching
from dagster_project.postgres.connection import require_mended, server_dsn
from dagster_project.postgres.passwords import read_passwords
from dagster_project.postgres.roles import Limits
from dagster_project.postgres.serve import serve
from dagster_project.postgres.watch import end_long, watch
from dagster_project.publish.pointer import Release

from .cluster import Cluster
from .conftest import PASSWORDS, asked

ROLE = "zorgmart_0101"


@pytest.mark.parametrize(
    "dsn",
    ["", "host=/run/postgresql user=loader", "postgresql://loader@localhost/postgres", "host=127.0.0.1", "host=::1",
     "host=db.example.nl hostaddr=127.0.0.2"],
)  # fmt: skip
def test_on_this_machine_tls_is_not_asked_for(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGHOST", raising=False)
    assert "sslmode" not in server_dsn(dsn) and "search_path=pg_catalog" in server_dsn(dsn)


@pytest.mark.parametrize(
    "dsn", ["host=db.example.nl", "postgresql://loader:x@10.0.0.3/postgres", "host=localhost,10.0.0.3", "service=there",
            "host=localhost hostaddr=10.0.0.3"],
)  # fmt: skip
def test_to_another_machine_tls_is_demanded(dsn: str) -> None:
    assert "sslmode=verify-full" in server_dsn(dsn)
    assert "sslmode=require" in server_dsn(psycopg.conninfo.make_conninfo(dsn, sslmode="require"))
    for mode in ("disable", "allow", "prefer"):
        with pytest.raises(ZorgmartError, match=f"names another machine and says sslmode={mode}"):
            server_dsn(psycopg.conninfo.make_conninfo(dsn, sslmode=mode))


def test_the_environment_may_name_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.nl")
    assert "sslmode=verify-full" in server_dsn("user=loader")
    monkeypatch.setenv("PGSSLMODE", "disable")
    with pytest.raises(ZorgmartError, match="says sslmode=disable"):
        server_dsn("user=loader")


def test_a_dsn_that_is_none_is_not_repeated() -> None:
    with pytest.raises(ZorgmartError, match="The DSN can't be read") as told:
        server_dsn("postgresql//loader:a secret@")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("version", [150014, 150018, 160010, 170006, 180000, 190001])
def test_mended_releases_are_served(version: int) -> None:
    require_mended(SimpleNamespace(info=SimpleNamespace(server_version=version)))


@pytest.mark.parametrize("version", [90624, 140030, 150013, 160009, 170005, 170000])
def test_releases_that_leak_are_refused(version: int) -> None:
    with pytest.raises(ZorgmartError, match=r"zorgmart serves on 15\.14, 16\.10, 17\.6 and later ones"):
        require_mended(SimpleNamespace(info=SimpleNamespace(server_version=version)))


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "passwords"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_passwords(tmp_path: Path) -> None:
    text = "# ours\n\nzorgmart_0101:with: a colon \nzorgmart_analyst:één\n"
    assert read_passwords(_file(tmp_path, text)) == {"zorgmart_0101": "with: a colon ", "zorgmart_analyst": "één"}
    assert read_passwords(None) == {}


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("zorgmart_0101:secret", 0o640, "can be read by others than its owner; run `chmod 600"),
        ("zorgmart_0101:secret", 0o604, "can be read by others than its owner; run `chmod 600"),
        ("zorgmart_analyst:x\nzorgmart_0101", 0o600, "line 2: write role:password"),
        ("zorgmart_0101:", 0o600, "line 1: write role:password"),
        ("postgres:secret", 0o600, "line 1: the role before the colon is none of ours"),
        ("secret", 0o600, "line 1: write role:password"),
        ("zorgmart_0101:secret\nzorgmart_0101:other", 0o600, "line 2: zorgmart_0101 has a password already"),
    ],
)
def test_passwords_that_are_refused(tmp_path: Path, text: str, mode: int, said: str) -> None:
    with pytest.raises(ZorgmartError, match=said) as told:
        read_passwords(_file(tmp_path, text, mode))
    assert "secret" not in str(told.value)


def test_passwords_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ZorgmartError, match="can't be read: No such file or directory"):
        read_passwords(tmp_path / "none")


def test_a_server_that_is_open_is_refused(server: Cluster, release: Release) -> None:
    """Each time one thing more is found that must be closed first; nothing was published meanwhile."""
    with server.connect() as con:
        con.execute("create database other")
        _refused(server, release, r"Everybody may connect to or write in the database\(s\) other")
        con.execute("revoke all on database other from public")
        con.execute("create role zorgmart_0101 createdb")
        _refused(server, release, "The role zorgmart_0101 is on the server with more than zorgmart gives")
        con.execute("alter role zorgmart_0101 nocreatedb; grant pg_read_all_stats to zorgmart_0101")
        _refused(server, release, "The role zorgmart_0101 is on the server with more than zorgmart gives")
        con.execute("revoke pg_read_all_stats from zorgmart_0101; grant connect on database other to zorgmart_0101")
        _refused(server, release, "The role zorgmart_0101 may connect to other")
        assert con.execute("select rolname from pg_roles where rolname ~ '^zorgmart' and rolcanlogin").fetchall() == []
        con.execute("revoke connect on database other from zorgmart_0101")
    serve(asked(release, server.dsn(), insurers="0101"))


def _refused(server: Cluster, release: Release, said: str) -> None:
    with pytest.raises(ZorgmartError, match=said):
        serve(asked(release, server.dsn(), insurers="0101"))


def test_a_database_that_was_opened_is_closed_again(server: Cluster, release: Release) -> None:
    serve(asked(release, server.dsn(), insurers="0101"))
    with server.connect(ROLE) as con:
        con.execute("grant execute on function pg_current_wal_lsn() to public")
        con.execute("grant usage on language plpgsql to public")
        con.execute(f"grant all on database {ROLE} to public; grant create on schema public to public")
    serve(asked(release, server.dsn(), insurers="0101"))
    with server.connect(ROLE, ROLE, PASSWORDS[ROLE]) as con:
        con.execute("set default_transaction_read_only = off")
        for statement in ("select pg_current_wal_lsn()", "do $$ begin end $$", "create temp table t (a int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                con.execute(statement)


@pytest.fixture
def limited(server: Cluster, release: Release) -> Cluster:
    """A server whose roles have two connections, a megabyte of temporary files and a minute."""
    serve(asked(release, server.dsn(), insurers="0101", limits=Limits(2, "1MB", 60)))
    return server


def test_limits_bind(limited: Cluster) -> None:
    with limited.connect(ROLE, ROLE, PASSWORDS[ROLE]) as con, limited.connect(ROLE, ROLE, PASSWORDS[ROLE]) as busy:
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            limited.connect(ROLE, ROLE, PASSWORDS[ROLE])
        con.execute("set work_mem = '64kB'")
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
            con.execute("select count(*) from (select g from generate_series(1, 1000000) g order by g desc) s")
        shown = [con.execute(f"show {name}").fetchone()[0] for name in ("statement_timeout", "transaction_isolation")]
        assert shown == ["1min", "repeatable read"]
        con.execute("set statement_timeout = 0")
        _require_ended(limited, busy, con)


def _require_ended(server: Cluster, busy: psycopg.Connection, con: psycopg.Connection) -> None:
    """The watch ends a statement without a limit of its own, and a connection that does not read what it asked for."""
    lines: list[str] = []
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(server.dsn(), 0.4, lines.append, ended.is_set), daemon=True)
    watcher.start()
    with pytest.raises(psycopg.errors.QueryCanceled):
        con.execute("select pg_sleep(60)")
    ended.set()
    watcher.join(10)
    assert lines == ["zorgmart_0101: a statement was ended after 0 s"] or lines[0].endswith("ended after 1 s")
    with server.connect() as ours, busy.cursor() as cursor:
        cursor.execute("begin; declare c cursor for select 1")
        busy.pgconn.send_query(b"select repeat('x', 1000) from generate_series(1, 1000) a, generate_series(1, 1000) b")
        busy.pgconn.flush()
        _until(lambda: any("connection" in line for line in _ended_soon(ours)))
    busy.close()
    assert con.execute("select 1").fetchone() == (1,)


def _ended_soon(con: psycopg.Connection) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "GRACE", 0.3)
        return end_long(con, 0.2)


def _until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_who_may_not_end_statements_can_not_watch(server: Cluster) -> None:
    with server.connect() as con:
        con.execute("create role loader login")
    with pytest.raises(ZorgmartError, match="This account can't watch: let a superuser run"):
        watch(server.dsn("loader"), 1, print)
