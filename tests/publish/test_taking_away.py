"""What is taken away is one file, or a folder, with the rows that were published."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish import taking_away
from dagster_project.publish.pointer import Release
from dagster_project.publish.taking_away import to_file, to_folder

from .made import BY_MONTH_OF, OWN, SHARED, TABLES, rows_of, slice_file


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of another table: these small warehouses have no finance.to_reclaim."""
    monkeypatch.setattr(taking_away, "RECLAIM", "finance.insurer_allocation")


@pytest.mark.parametrize("insurer", [None, "0102"])
def test_a_file_of_its_own(tmp_path: Path, published: Release, insurer: str | None) -> None:
    own = slice_file(published, insurer) if insurer else None
    written = to_file(published, own, tmp_path / "taken.duckdb")
    assert written == sorted(tmp_path.iterdir()) == [tmp_path / "taken.duckdb", tmp_path / "taken.to_reclaim.csv"]
    with duckdb.connect(str(written[0]), read_only=True) as con:
        kinds = con.execute("select distinct table_type from information_schema.tables").fetchall()
        assert kinds == [("BASE TABLE",)]
        assert con.execute(
            "select count(*) from duckdb_columns() where not internal and comment is null"
        ).fetchone() == (0,)
    for table in [*SHARED, *OWN] if insurer else [*TABLES, "audit.release"]:
        asked = f"from {table} order by all"
        assert rows_of(written[0], asked) == rows_of(own or published.database, asked), table
    lines = written[1].read_text(encoding="utf-8-sig").splitlines()
    of_insurers = {"0102"} if insurer else {"0101", "0102", "0103"}
    assert lines[0].startswith("provider_agb") and {line.split(",")[3].strip('"') for line in lines[1:]} == of_insurers


@pytest.mark.parametrize("insurer", [None, "0102"])
def test_a_folder_of_parquet(tmp_path: Path, published: Release, insurer: str | None) -> None:
    own = slice_file(published, insurer) if insurer else None
    (folder,) = to_folder(published, own, tmp_path / "parquet")
    for table in OWN if insurer else TABLES:
        path = folder / table if table in BY_MONTH_OF and not insurer else folder / f"{table}.parquet"
        ((count,),) = rows_of(own or published.database, f"select count(*) from {table}")
        assert pq.read_table(path).num_rows == count > 0, table
    assert {file.stat().st_nlink for file in folder.rglob("*.parquet")} == {1}


def test_nothing_is_written_over(tmp_path: Path, published: Release) -> None:
    target = tmp_path / "taken.duckdb"
    target.write_text("mine")
    with pytest.raises(ZorgmartError, match=r"taken.duckdb is there already; give another name"):
        to_file(published, None, target)
    with pytest.raises(ZorgmartError, match=r"there is no folder .*nowhere; make it"):
        to_folder(published, None, tmp_path / "nowhere" / "parquet")
    assert target.read_text() == "mine" and list(tmp_path.iterdir()) == [target]


def test_nothing_is_left_of_one_that_failed(
    tmp_path: Path, published: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_away, "RECLAIM", "finance.nowhere")
    with pytest.raises(ZorgmartError, match="nowhere does not exist"):
        to_file(published, None, tmp_path / "taken.duckdb")
    assert list(tmp_path.iterdir()) == []
