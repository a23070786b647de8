"""What a first release needs of the disk: its slices count, and the estimate is neither too low nor absurd."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.marts.catalog import read_marts
from dagster_project.publish import build_folder
from dagster_project.publish.build_folder import WAREHOUSE_FACTOR
from dagster_project.publish.release import publish
from dagster_project.publish.space import slices_of_first_release

from .made import make_manifest, make_warehouse, request

INSURERS = 12


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A warehouse of which most stands in a table that all insurers see."""
    warehouse = make_warehouse(tmp_path)
    with duckdb.connect(str(warehouse)) as con:
        one_more = "select * exclude (i) replace ({}) from (from {} limit 1), range({}) as made (i)"
        for table, column, rows in (
            ("finance.budget_realisation", "hash(i)::varchar as provider_agb", 300_000),
            ("finance.insurer_allocation", "lpad((200 + i)::varchar, 4, '0') as insurer_uzovi", INSURERS),
        ):
            con.execute(f"insert into {table} by name {one_more.format(column, table, rows)}")
    return warehouse


def needed(folder: Path, warehouse: Path) -> int:
    slices = slices_of_first_release(warehouse, read_marts(make_manifest(folder, warehouse)))
    return int(WAREHOUSE_FACTOR * warehouse.stat().st_size) + slices


def test_a_first_release_fits_in_what_it_asks_for(tmp_path: Path, many: Path) -> None:
    need = needed(tmp_path, many)
    release = publish(request(tmp_path, many))
    written = sum(file["bytes"] for file in release.manifest()["files"].values())
    assert len(release.insurers) >= INSURERS
    assert WAREHOUSE_FACTOR * many.stat().st_size < written <= need < 2 * written


def test_a_small_release_asks_for_little(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path)
    assert needed(tmp_path, warehouse) < 64 << 20


def test_a_disk_without_room_for_the_slices_is_told(
    tmp_path: Path, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = needed(tmp_path, many) - 1
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(build_folder.shutil, "disk_usage", lambda _: usage._replace(free=free))
    with pytest.raises(ZorgmartError, match=r"MB free and a release needs .* MB"):
        publish(request(tmp_path, many))
    assert not list(tmp_path.glob("**/zorgmart.duckdb"))
