"""A release that took parts over from the one before is the one that is written from nothing."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from dagster_project.errors import ZorgmartError
from dagster_project.publish.manifest import is_whole
from dagster_project.publish.parts import sweep_store
from dagster_project.publish.pointer import Release, release_named
from dagster_project.publish.release import publish
from dagster_project.status.verify import verify

from .made import INSURERS, OWN, SHARED, TABLES, make_manifest, make_warehouse, request, slice_file

FIRST, SECOND = "2026-03-01-00000001", "2026-03-02-00000002"
ROWS = 6_000
CHANGES = """
    delete from finance.declaration where delivery_row % 50 = 3;
    delete from finance.declaration where date_trunc('month', service_start) = timestamptz '2025-04-01 00:00';
    update finance.declaration set amount_eur = amount_eur + 1 where delivery_row % 77 = 5;
    update finance.declaration set insurer_uzovi = '0102' where declaration_id = 'D0000012';
    update finance.declaration set service_start = service_start + interval 1 year,
        service_month = service_month + interval 1 year where declaration_id = 'D0000017';
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
        one, other = (rows(slice_file(release, uzovi), table) for release in (renewed, fresh))
        assert one == other


def parts(release: Release, table: str) -> dict[str, Path]:
    return {part["month"]: release.path / part["file"] for part in release.manifest()["parts"][table]}


def test_a_part_is_written_once(renewed: Release) -> None:
    """Months of hours that changed are those of one location in one night; those of declarations are nearly all."""
    first = release_named(renewed.path.parents[1], FIRST)
    before, after = (parts(release, "capacity.hourly") for release in (first, renewed))
    same = {month for month, file in after.items() if file.stat().st_ino == before[month].stat().st_ino}
    assert after.keys() - same == {"2025-10-01"} and len(same) >= 1
    assert not parts(renewed, "finance.declaration").keys() & {"2025-04-01"}


def test_every_part_stands_once_on_the_disk_and_goes_with_its_last_release(
    tmp_path: Path, warehouses: tuple[Path, Path]
) -> None:
    first = publish(request(tmp_path, warehouses[0], FIRST))
    second(tmp_path, warehouses[1])
    store = tmp_path / "published" / "parts"
    files = list((tmp_path / "published").rglob("*=*/*.parquet"))
    assert {file.stat().st_ino for file in files} == {file.stat().st_ino for file in store.glob("*/*")}
    gone = {file.stat().st_ino for file in files if file.stat().st_nlink == 2 and file.is_relative_to(first.path)}
    shutil.rmtree(first.path)
    assert gone and sweep_store(tmp_path / "published") > 0
    assert not gone & {file.stat().st_ino for file in store.glob("*/*")}


def test_where_links_are_refused_each_release_has_a_copy(
    tmp_path: Path, warehouses: tuple[Path, Path], fresh: Release, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    publish(request(tmp_path, warehouses[0], FIRST))
    made = second(tmp_path, warehouses[1])
    assert {file.stat().st_nlink for file in made.path.rglob("*.parquet")} == {1} and is_whole(made.path)
    assert made.manifest()["parts"] == fresh.manifest()["parts"]
    assert "can't be linked here, so it is copied" in caplog.text


def test_parquet_is_the_same_to_the_byte(renewed: Release, fresh: Release) -> None:
    for one, other in ((renewed, fresh), (fresh, renewed)):
        for file in (path for path in (one.path / "parquet").rglob("*") if path.is_file()):
            assert file.read_bytes() == (other.path / file.relative_to(one.path)).read_bytes(), file


def test_other_readers_read_the_folder_as_one_table(renewed: Release) -> None:
    folder = renewed.path / "parquet" / "finance.declaration"
    expected = len(rows(renewed.database, "finance.declaration"))
    wanted, month = "D0000017", date(2026, 1, 1)
    assert pq.read_table(folder).num_rows == expected
    frame = pl.scan_parquet(folder / "**/*.parquet", hive_partitioning=True, try_parse_hive_dates=True)
    assert frame.select(pl.len()).collect().item() == expected
    assert frame.filter(pl.col("service_month") == month, pl.col("declaration_id") == wanted).collect().height == 1
    delta = DeltaTable(str(folder))
    assert delta.version() == 0 and delta.metadata().partition_columns == ["service_month"]
    table = delta.to_pyarrow_table(filters=[("service_month", "=", month), ("declaration_id", "=", wanted)])
    assert table.num_rows == 1
    part = next(iter(parts(renewed, "finance.declaration").values()))
    assert pq.ParquetFile(part).metadata.num_rows == pl.read_parquet(part, hive_partitioning=False).height > 0


@pytest.mark.parametrize(
    ("why", "is_written"),
    [
        pytest.param({}, False, id="as every night"),
        pytest.param({"as_of": date(2026, 4, 1)}, False, id="the first of a month"),
        pytest.param({"made_by": {"contract of budgets": "2"}}, False, id="a contract of the door"),
        pytest.param({"made_by": {"code that publishes": "2"}}, True, id="other code"),
        pytest.param({"full_refresh": True}, True, id="asked for"),
    ],
)
def test_what_is_written_again(
    tmp_path: Path, warehouses: tuple[Path, Path], caplog: pytest.LogCaptureFixture, why: dict, is_written: bool
) -> None:
    """What is written again and comes out the same takes the bytes that stand there."""
    first = publish(request(tmp_path, warehouses[0], FIRST))
    with caplog.at_level(logging.INFO, logger="dagster_project.publish"):
        made = second(tmp_path, warehouses[0], **why)
    new = re.search(r"capacity.hourly has (\d+) parts, (\d+) of them new", caplog.text)
    assert new[2] == (new[1] if is_written else "0")
    for table in ("capacity.hourly", "finance.declaration"):
        before, after = (parts(release, table) for release in (first, made))
        assert {month: file.stat().st_ino for month, file in before.items()} == {
            month: file.stat().st_ino for month, file in after.items()
        }


def test_a_part_that_was_cut_short_is_not_taken_over(
    tmp_path: Path, warehouses: tuple[Path, Path], fresh: Release
) -> None:
    first = publish(request(tmp_path, warehouses[0], FIRST))
    for file in (first.path / "parquet" / "capacity.hourly").rglob("*.parquet"):
        file.chmod(0o644)
        os.truncate(file, 100)
    assert not is_whole(first.path)
    made = second(tmp_path, warehouses[1])
    assert made.manifest()["parts"] == fresh.manifest()["parts"] and is_whole(made.path)
    assert verify(tmp_path)[-1].damaged == tuple(sorted(
        str(file.relative_to(tmp_path)) for file in (first.path / "parquet" / "capacity.hourly").rglob("*.parquet")
    ))  # fmt: skip


@pytest.mark.parametrize("is_next", [False, True])
def test_a_row_of_no_month_is_not_lost_in_silence(tmp_path: Path, warehouses: tuple[Path, Path], is_next: bool) -> None:
    if is_next:
        publish(request(tmp_path, warehouses[0], FIRST))
    changed = Path(shutil.copy(warehouses[1], tmp_path / "warehouse.duckdb"))
    shutil.copy(warehouses[1].with_name("manifest.json"), tmp_path)
    with duckdb.connect(str(changed)) as con:
        con.execute("update finance.declaration set service_month = null where declaration_id = 'D0000012'")
    with pytest.raises(ZorgmartError, match=r"finance.declaration: there are rows without service_month"):
        second(tmp_path, changed, expected_current=FIRST if is_next else None)


def test_a_key_in_two_months_is_told(tmp_path: Path, warehouses: tuple[Path, Path]) -> None:
    changed = Path(shutil.copy(warehouses[1], tmp_path / "warehouse.duckdb"))
    shutil.copy(warehouses[1].with_name("manifest.json"), tmp_path)
    with duckdb.connect(str(changed)) as con:
        con.execute("""
            insert into finance.declaration select * replace (service_month + interval 3 year as service_month)
            from finance.declaration limit 2
        """)
    with pytest.raises(ZorgmartError, match=r"finance.declaration: 2 row\(s\) have the key .* of another row"):
        second(tmp_path, changed, expected_current=None)
