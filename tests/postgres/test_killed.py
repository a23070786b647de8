"""Killed anywhere, each database has the release that it had or the new one, whole; the next time ends the work."""

from __future__ import annotations

import subprocess
import sys

import pytest
from publish.made import KEY

from dagster_project.errors import TemporaryError
from dagster_project.postgres import load
from dagster_project.postgres.serve import serve
from dagster_project.publish.pointer import Release

from .cluster import Cluster
from .conftest import asked
from .same import require_same

PUBLISHES = """
import os, signal, sys
from pathlib import Path
import psycopg
from dagster_project.postgres.roles import Limits
from dagster_project.postgres.serve import Request, serve
from dagster_project.publish.pointer import Release

dsn, path, key, last = sys.argv[1:]
left, execute = [int(last)], psycopg.Connection.execute

def counted(con, *words, **more):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(con, *words, **more)

psycopg.Connection.execute = counted
serve(Request(Release(Path(path).name, Path(path)), key, dsn, Limits(5, "64MB", 60), "0101"))
print(int(last) - left[0])
"""


def _publish_until(server: Cluster, release: Release, last: int) -> str:
    """Publishes in a process that is killed before its statement number `last`; what it said."""
    words = [sys.executable, "-c", PUBLISHES, server.dsn(), str(release.path), KEY, str(last)]
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()


def _require_whole(server: Cluster, old: Release | None, new: Release) -> set[str]:
    """Every database is as one of the releases; which there are."""
    found = set()
    with server.connect() as con:
        names = con.execute("select datname from pg_database where datname in ('zorgmart', 'zorgmart_0101')").fetchall()
    for (name,) in names:
        with server.connect(name) as con:
            if con.execute("select to_regclass('audit.release')").fetchone() == (None,):
                continue
            held = con.execute("select release_id from audit.release").fetchall()
            rows = con.execute("select count(*) from finance.declaration").fetchone()
            if not held:
                assert old is None and rows == (0,)
                continue
            ((release_id,),) = held
            release = new if release_id == new.release_id else old
            found.add(release_id)
            if name == "zorgmart":
                require_same(release.database, con, ["finance.declaration", "finance.budget", "integrity.quarantine"])
    return found


def test_killed_anywhere(server: Cluster, release: Release, next_release: Release) -> None:
    for last in (75, 140):
        assert _publish_until(server, release, last) == ""
        _require_whole(server, None, release)
    assert int(_publish_until(server, release, 100_000)) > 140
    assert _require_whole(server, None, release) == {release.release_id}
    seen = set()
    for last in (60, 120):
        assert _publish_until(server, next_release, last) == ""
        seen |= _require_whole(server, release, next_release)
    assert release.release_id in seen
    assert int(_publish_until(server, next_release, 100_000)) > 120
    assert _require_whole(server, release, next_release) == {next_release.release_id}


def test_a_connection_that_breaks_may_be_tried_again(
    server: Cluster, release: Release, next_release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(asked(release, server.dsn(), insurers="0101"))

    def broken(con: object, *_: object) -> None:
        with server.connect() as other:
            other.execute("select pg_terminate_backend(%s)", [con.info.backend_pid])
        con.execute("select 1")

    with monkeypatch.context() as patch:
        patch.setattr(load, "_require_same", broken)
        with pytest.raises(TemporaryError, match="each database has the release that it had"):
            serve(asked(next_release, server.dsn(), insurers="0101"))
    assert _require_whole(server, release, next_release) == {release.release_id}
