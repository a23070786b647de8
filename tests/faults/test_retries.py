"""What passes by itself within seconds fails no night: a share that is gone, a lock that is held. The rest does."""

from __future__ import annotations

import errno
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from oracle import tiny
from pipeline.homes import KEY, REPOSITORY, Home, environment

from dagster_project.defs import ingest
from dagster_project.defs.resources import Warehouse
from dagster_project.errors import TemporaryError, ZorgmartError, may_pass
from dagster_project.ingest import receive
from dagster_project.ingest.landing import Scan, scan
from dagster_project.run import retrying
from dagster_project.run.failure import cause_of
from dagster_project.transform import raw

GIVEN_BACK_AFTER = 1
HOLDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from dagster_project.run.lock import writer_lock
with writer_lock(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
"""
OPENER = "import duckdb, sys; con = duckdb.connect(sys.argv[2]); print('held', flush=True); sys.stdin.readline()"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home", tiny.write_tiny(tmp_path / "landing"), KEY)


def _away(folder: Path) -> Path:
    return folder.rename(folder.with_name("away"))


def _give_back(away: Path, landing: Path) -> None:
    threading.Timer(GIVEN_BACK_AFTER, lambda: away.rename(landing)).start()


@contextmanager
def _holding(code: str, path: Path) -> Iterator[list[str]]:
    """Another process holds a lock until somebody says that it waits for it; gives what is said."""
    words, said = [sys.executable, "-c", code, str(REPOSITORY), str(path)], []
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"

        class Releasing(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                said.append(record.getMessage())
                if len(said) == 1:
                    process.communicate("\n")

        handler = Releasing()
        retrying.log.addHandler(handler)
        try:
            yield said
        finally:
            retrying.log.removeHandler(handler)


def _door(home: Home) -> tuple[dg.ExecuteInProcessResult, int]:
    """The door as Dagster runs it, and how often its step was tried again."""
    with environment(home.path, **home.variables), dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [ingest.door], instance=instance, resources={"warehouse": Warehouse()}, raise_on_error=False,
            selection=[dg.AssetKey(["door", "payments"])],
        )  # fmt: skip
    return result, sum(event.is_step_restarted for event in result.all_events)


def test_a_landing_folder_that_is_gone_for_seconds_fails_no_step(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    away = _away(home.landing)

    def scan_and_give_back(landing: Path) -> Scan:
        try:
            return scan(landing)
        except ZorgmartError:
            _give_back(away, landing)
            raise

    monkeypatch.setattr(receive, "scan", scan_and_give_back)
    result, again = _door(home)
    assert result.success and again == 1


def test_a_landing_folder_that_goes_while_files_are_read_fails_no_step(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are not passed over as unreadable."""
    listed = []

    def scan_and_lose(landing: Path) -> Scan:
        found = scan(landing)
        if not listed:
            away = _away(landing)
            _give_back(away, landing)
        listed.append(found)
        return found

    monkeypatch.setattr(receive, "scan", scan_and_lose)
    result, again = _door(home)
    assert result.success and again == 1 and len(listed) == 2
    with receive.Ledger(home.path) as ledger:
        assert {version.status for version in ledger.all_versions()} == {"accepted"} and not ledger.passed_over()


def test_a_ledger_that_is_no_database_is_not_tried_again(home: Home) -> None:
    (home.path / "ledger.sqlite").write_bytes(b"no database" * 1000)
    result, again = _door(home)
    assert not result.success and again == 0
    (failure,) = (event.step_failure_data for event in result.all_events if event.is_step_failure)
    assert "restore it from a backup" in failure.user_failure_data.description


@pytest.mark.parametrize(("error", "attempts"), [(ValueError("a bug"), 1), (OSError(errno.EIO, "no answer"), 3)])
def test_an_error_without_a_sentence_keeps_its_name(
    home: Home, monkeypatch: pytest.MonkeyPatch, error: Exception, attempts: int
) -> None:
    """A bug stays a bug, however often it is tried."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ingest, "ingest", fail)
    result, again = _door(home)
    (failure,) = (event.step_failure_data for event in result.all_events if event.is_step_failure)
    cause = cause_of(failure)
    assert again == attempts - 1 and (cause.cls_name, str(error) in cause.message) == (type(error).__name__, True)


def test_a_landing_folder_that_stays_away_is_told_in_the_end(home: Home) -> None:
    _away(home.landing)
    result, again = _door(home)
    assert not result.success and again == 2
    (failure,) = (event.step_failure_data for event in result.all_events if event.is_step_failure)
    assert f"The landing folder {home.landing} does not exist" in failure.user_failure_data.description


def test_a_landing_folder_that_is_gone_for_seconds_fails_no_command(home: Home) -> None:
    home.night()
    away = _away(home.landing)
    with home.start() as process:
        told = process.stderr.readline()
        away.rename(home.landing)
        _, more = process.communicate(timeout=900)
    assert "Trying again in 5 seconds" in told and process.returncode == 0, told + more


def test_a_first_landing_folder_that_does_not_exist_is_told_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most likely its path is mistyped; nobody is kept waiting."""
    monkeypatch.setattr(retrying, "SECONDS", 3600)
    _away(home.landing)
    with pytest.raises(ZorgmartError, match="does not exist; make it or set ZORGMART_LANDING"):
        home.night()


def test_a_home_that_is_held_for_seconds_is_waited_for(home: Home) -> None:
    with _holding(HOLDER, home.path) as said:
        result, _ = _door(home)
    assert result.success and len(said) == 1 and f"is writing {home.path}" in said[0]


def test_a_warehouse_that_is_open_for_seconds_is_not_built_anew(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema raw; create table raw.run as select 'same' as code_version")
    file = warehouse.stat().st_ino
    with _holding(OPENER, warehouse) as said:
        raw.reset(warehouse, "same")
    assert len(said) == 1 and warehouse.exists() and warehouse.stat().st_ino == file


def _sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("it is so")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (TemporaryError("gone"), True),
        (ZorgmartError("wrong"), False),
        (OSError(errno.ESTALE, "stale"), True),
        (FileNotFoundError(errno.ENOENT, "gone"), True),
        (BlockingIOError(errno.EAGAIN, "held"), True),
        (OSError(errno.ENOSPC, "full"), False),
        (PermissionError(errno.EACCES, "not yours"), False),
        (_sqlite_error(sqlite3.SQLITE_BUSY), True),
        (_sqlite_error(sqlite3.SQLITE_BUSY | 2 << 8), True),
        (_sqlite_error(sqlite3.SQLITE_CORRUPT), False),
        (duckdb.IOException('IO Error: Could not set lock on file "w": Conflicting lock is held'), True),
        (duckdb.IOException('IO Error: Cannot open file "a.parquet": No such file or directory'), True),
        (duckdb.IOException("IO Error: The file exists, but it is not a valid DuckDB database file!"), False),
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), False),
        (duckdb.BinderException("Binder Error: no such column"), False),
        (ValueError("a bug"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, passes: bool) -> None:
    assert may_pass(error) is passes
