"""One server, one small release on it, for all tests that only read; where there is no PostgreSQL they are left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from publish.made import INSURERS, KEY, make_manifest, make_warehouse, request

from dagster_project.postgres.roles import Limits
from dagster_project.postgres.serve import Request, serve
from dagster_project.publish.pointer import Release
from dagster_project.publish.release import publish

from .cluster import Cluster, cluster, initialise, programs

PASSWORDS = {f"zorgmart_{name}": f"a password of {name}: with a colon" for name in ("analyst", "monitor", *INSURERS)}


def asked(release: Release, dsn: str, **other: object) -> Request:
    """A request to publish a small release, with limits that no test meets."""
    values = {"key": KEY, "limits": Limits(5, "64MB", 60), "passwords": PASSWORDS}
    return Request(release=release, dsn=dsn, **(values | other))


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = make_warehouse(tmp_path_factory.mktemp("warehouse"))
    make_manifest(file.parent, file)
    return file


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, warehouse: Path) -> Release:
    return publish(request(tmp_path_factory.mktemp("home"), warehouse))


@pytest.fixture(scope="session")
def empty() -> Iterator[Path]:
    """The data of a server that nothing was published to, to copy."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with initialise() as data:
        yield data


@pytest.fixture(scope="session")
def served(empty: Path, release: Release) -> Iterator[Cluster]:
    """A server with the release on it, for tests that change nothing."""
    with cluster(empty) as server:
        serve(asked(release, server.dsn()))
        yield server


@pytest.fixture
def server(empty: Path) -> Iterator[Cluster]:
    """A server of this test's own, that nothing was published to."""
    with cluster(empty) as started:
        yield started


@pytest.fixture
def next_release(release: Release, tmp_path: Path) -> Release:
    """The night after: another amount, a row less, a row more, texts and doubles that are hard to write."""
    file = make_warehouse(tmp_path)
    with duckdb.connect(str(file)) as con:
        con.execute(r"""
            update finance.declaration set amount_eur = -0.01 where declaration_id = 'D0000003';
            delete from finance.declaration where declaration_id = 'D0000270';
            insert into finance.declaration
            select * replace ('D9999999' as declaration_id, E'a\tb\\c\nd\re\\N' as episode_id) from finance.declaration
            where declaration_id = 'D0000003';
            update capacity.hourly set occupied_avg = case location_code
                when 'L0' then 123456789012345678 when 'L1' then 1e-300 else 'nan' end
            where hour = '2025-10-25 00:00:00+02' and location_code < 'L3';
            update integrity.quarantine set rules = ['a"b', 'c\d', '{e,f}', null, ''];
        """)
    make_manifest(tmp_path, file)
    return publish(request(tmp_path / "home", file, "2026-03-02-00000002"))
