"""The warehouse is a cache: whatever is wrong with it, and whatever a killed run left beside it, goes."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest
from pipeline.homes import environment

from dagster_project.defs import resources
from dagster_project.defs.resources import Warehouse
from dagster_project.settings import read_settings
from dagster_project.transform import raw


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("create schema raw; create table raw.run as select 'same' as code_version")
    return file


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[8] ^= 255
    file.write_bytes(data)


FAULTS = {
    "torn": lambda file: file.write_bytes(file.read_bytes()[:5_000]),
    "flipped": _flip,
    "empty": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_warehouse_that_cannot_be_opened_is_built_anew(warehouse: Path, fault: str) -> None:
    """E11: the raw tables come from the store again."""
    FAULTS[fault](warehouse)
    raw.reset(warehouse, "same")
    with duckdb.connect(warehouse) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


@pytest.mark.parametrize("left", [b"", b"not a log of this file" * 100], ids=["", "with another's log beside it"])
def test_a_good_warehouse_stays(warehouse: Path, left: bytes) -> None:
    if left:
        Path(f"{warehouse}.wal").write_bytes(left)
    raw.reset(warehouse, "same")
    with duckdb.connect(warehouse, read_only=True) as connection:
        assert connection.execute("select code_version from raw.run").fetchone() == ("same",)


def test_what_a_killed_run_spilled_is_gone_when_the_next_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E21: pseudonyms, but patients' rows all the same."""
    home = tmp_path / "home"
    for folder in (home / "spill", home / "warehouse.duckdb.tmp"):
        folder.mkdir(parents=True)
        (folder / "duckdb_temp_storage.tmp").write_bytes(b"rows")
    monkeypatch.setattr(resources, "QualityWorker", _NoWorker)
    with environment(tmp_path, ZORGMART_HOME=str(home)), Warehouse().yield_for_execution(None):
        spill = read_settings().spill
        assert list(spill.iterdir()) == [] and stat.S_IMODE(spill.stat().st_mode) == 0o700
        assert not (home / "warehouse.duckdb.tmp").exists()


class _NoWorker:
    """Judges nothing: the resource is opened and closed."""

    def __enter__(self) -> _NoWorker:
        return self

    def __exit__(self, *_: object) -> None:
        pass
