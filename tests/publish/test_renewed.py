"""A release that began as a copy of the one before is the one that is written from nothing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish import release as releasing
from dagster_project.publish.pointer import Release
from dagster_project.publish.release import publish

from .made import INSURERS, OWN, SHARED, TABLES, make_manifest, make_warehouse, request

FIRST, SECOND = "2026-03-01-00000001", "2026-03-02-00000002"
ROWS = 6_000
CHANGES = """
    delete from finance.declaration where delivery_row % 50 = 3;
    delete from finance.declaration where date_trunc('month', service_start) = timestamptz '2025-04-01 00:00';
    update finance.declaration set amount_eur = amount_eur + 1 where delivery_row % 77 = 5;
    update finance.declaration set insurer_uzovi = '0102' where declaration_id = 'D0000012';
    update finance.declaration set service_start = service_start + interval 1 year where declaration_id = 'D0000017';
    insert into finance.declaration select * replace (declaration_id || 'b' as declaration_id)
    from finance.declaration where delivery_row % 60 = 1;
    update capacity.hourly set snapshots = 2 where location_code = 'L3' and hour < timestamptz '2025-10-26 03:00';
    delete from integrity.double_funding_finding where finding_id = 'F3'
"""


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A warehouse, and what it became a night later."""
    found = []
    for name in ("before", "after"):
        folder = tmp_path_factory.mktemp(name)
        file = make_warehouse(folder, ROWS)
        found.append(file)
        if name == "after":
            with duckdb.connect(str(file)) as con:
                con.execute(f"set TimeZone = 'Europe/Amsterdam'; {CHANGES}")
        make_manifest(folder, file)
    return found[0], found[1]


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory, warehouses: tuple[Path, Path]) -> Release:
    home = tmp_path_factory.mktemp("renewed")
    publish(request(home, warehouses[0], FIRST))
    return second(home, warehouses[1])


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, warehouses: tuple[Path, Path]) -> Release:
    return second(tmp_path_factory.mktemp("fresh"), warehouses[1], expected_current=None)


def second(home: Path, warehouse: Path, **other: object) -> Release:
    asked = {"as_of": date(2026, 3, 2), "expected_current": FIRST} | other
    return publish(request(home, warehouse, SECOND, **asked))


def rows(file: Path, table: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("set TimeZone = 'Europe/Amsterdam'")
        return con.execute(f"from {table} order by all").fetchall()


@pytest.mark.parametrize("table", [*TABLES, "kpi.value"])
def test_the_same_rows_everywhere(renewed: Release, fresh: Release, table: str) -> None:
    assert rows(renewed.database, table) == rows(fresh.database, table)
    for uzovi in INSURERS if table in (*SHARED, *OWN) else ():
        one, other = (rows(release.insurer_database(uzovi), table) for release in (renewed, fresh))
        assert one == other


def test_something_was_taken_over(renewed: Release, warehouses: tuple[Path, Path]) -> None:
    """Rows that did not change lie where they lay, so the file is not in order: the test above compares two ways."""
    with duckdb.connect(str(renewed.database), read_only=True) as con:
        lying = con.execute("select date_trunc('month', service_start) from finance.declaration").fetchall()
    assert lying != sorted(lying)


def test_parquet_is_the_same_to_the_byte(renewed: Release, fresh: Release) -> None:
    names = sorted(path.name for path in (fresh.path / "parquet").iterdir())
    assert names == sorted(path.name for path in (renewed.path / "parquet").iterdir())
    for name in names:
        assert (renewed.path / "parquet" / name).read_bytes() == (fresh.path / "parquet" / name).read_bytes(), name


def test_other_readers_read_it(renewed: Release) -> None:
    """Also by a filter, which goes by the statistics and filters of the row groups that were moved."""
    file = renewed.path / "parquet" / "finance.declaration.parquet"
    expected = rows(renewed.database, "finance.declaration")
    assert pq.read_table(file).num_rows == pl.read_parquet(file).height == len(expected)
    wanted = "D0000017"
    assert len(pq.read_table(file, filters=[("declaration_id", "==", wanted)])) == 1
    assert pl.scan_parquet(file).filter(pl.col("declaration_id") == wanted).collect().height == 1
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'Europe/Amsterdam'")
        assert con.execute(f"from '{file}' order by all").fetchall() == expected
        assert len(con.execute(f"from '{file}' where declaration_id = '{wanted}'").fetchall()) == 1


@pytest.mark.usefixtures("uncompressed")
def test_no_byte_of_another_insurer(tmp_path: Path, warehouses: tuple[Path, Path]) -> None:
    """A slice that began as a copy holds what its insurer was shown before, and nothing of another."""
    publish(request(tmp_path, warehouses[0], FIRST))
    release = second(tmp_path, warehouses[1])
    moved = ("canary-0101-", "only-0101")  # of the one declaration that went from one insurer to the other
    for uzovi in INSURERS:
        content = release.insurer_database(uzovi).read_bytes()
        for other in set(INSURERS) - {uzovi}:
            for word in (f"canary-{other}-", f"only-{other}", f"secret of {other}"):
                assert word.encode() not in content or (uzovi == "0102" and word in moved), (uzovi, word)


@pytest.mark.parametrize(
    "why",
    [
        pytest.param({"as_of": date(2026, 4, 1)}, id="the first of a month"),
        pytest.param({"code_version": "0.1.1"}, id="other code"),
        pytest.param({"full_refresh": True}, id="asked for"),
    ],
)
def test_written_from_nothing(
    tmp_path: Path, warehouses: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, why: dict
) -> None:
    publish(request(tmp_path, warehouses[0], FIRST))
    monkeypatch.setattr(releasing.shutil, "copyfile", _refuse_database(shutil.copyfile))
    second(tmp_path, warehouses[1], **why)


def test_nothing_is_taken_over_from_damage(tmp_path: Path, warehouses: tuple[Path, Path], fresh: Release) -> None:
    first = publish(request(tmp_path, warehouses[0], FIRST))
    file = first.path / "parquet" / "finance.declaration.parquet"
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    release = second(tmp_path, warehouses[1])
    assert (release.path / "parquet" / file.name).read_bytes() == (fresh.path / "parquet" / file.name).read_bytes()


def test_a_table_with_other_columns_is_written_whole(tmp_path: Path, warehouses: tuple[Path, Path]) -> None:
    publish(request(tmp_path, warehouses[0], FIRST))
    changed = Path(shutil.copy(warehouses[1], tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(changed)) as con:
        con.execute("alter table finance.declaration add column birth_year integer")
    make_manifest(tmp_path, changed)
    release = second(tmp_path, changed)
    assert len(rows(release.database, "finance.declaration")[0]) == 14


@pytest.mark.parametrize("is_next", [False, True])
def test_a_row_of_no_month_is_not_lost_in_silence(tmp_path: Path, warehouses: tuple[Path, Path], is_next: bool) -> None:
    if is_next:
        publish(request(tmp_path, warehouses[0], FIRST))
    changed = Path(shutil.copy(warehouses[1], tmp_path / "warehouse.duckdb"))
    shutil.copy(warehouses[1].with_name("manifest.json"), tmp_path)
    with duckdb.connect(str(changed)) as con:
        con.execute("update finance.declaration set service_start = null where declaration_id = 'D0000012'")
    with pytest.raises(ZorgmartError, match=r"finance.declaration: 1 row\(s\) have no service_start"):
        second(tmp_path, changed, expected_current=FIRST if is_next else None)


def _refuse_database(copyfile):
    def copy(source: Path, target: Path) -> Path:
        assert source.name != "zorgmart.duckdb", "a copy of the release before was begun with"
        return copyfile(source, target)

    return copy
