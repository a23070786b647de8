"""A slice holds an insurer's own rows and what is everyone's; nothing of another, not in any byte."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish.pointer import Release
from dagster_project.publish.release import publish
from dagster_project.publish.slices import slice_of

from .made import INSURERS, KEY, OWN, SHARED, request, slice_file


def read(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_slice_is_made_once_and_is_its_owners_alone(tmp_path: Path, first: Release) -> None:
    assert not list(tmp_path.rglob("0101.duckdb"))
    file = slice_file(first, "0101")
    made = file.stat()
    assert file == tmp_path / "slices" / first.release_id / "0101.duckdb"
    assert slice_file(first, "0101").stat() == made and made.st_mode & 0o777 == 0o400
    assert file.parent.stat().st_mode & 0o077 == 0 and [path.name for path in file.parent.iterdir()] == ["0101.duckdb"]


def test_an_insurer_that_is_not_there_is_told(published: Release) -> None:
    for wrong in ("9999", "../zorgmart"):
        with pytest.raises(ZorgmartError, match=r"has no insurer '.*'; it has 0101, 0102, 0103"):
            slice_of(published, wrong, KEY)


def test_tables_of_a_slice(published: Release) -> None:
    assert published.manifest()["insurers"] == list(INSURERS)
    for uzovi in INSURERS:
        file = slice_file(published, uzovi)
        names = read(file, "select schema_name || '.' || table_name from duckdb_tables() order by 1")
        assert [name for (name,) in names] == sorted(SHARED + OWN)
        assert read(file, "select count(*) from duckdb_columns() where not internal and comment is null") == [(0,)]
        assert not file.with_name(f"{uzovi}.duckdb.wal").exists()


# What of a declaration a slice shows otherwise: the patient of its own, and no place in a file that others share.
HIDDEN = "* replace (null as patient_key, null as delivery_file, null as delivery_row)"


@pytest.mark.parametrize(("table", "columns"), [("finance.declaration", HIDDEN), ("finance.insurer_allocation", "*")])
def test_own_rows_and_all_of_them(published: Release, table: str, columns: str) -> None:
    for uzovi in INSURERS:
        expected = read(published.database, f"select {columns} from {table} where insurer_uzovi = '{uzovi}'")
        assert expected and read(slice_file(published, uzovi), f"select {columns} from {table}") == expected


def test_the_place_in_a_file_is_the_data_teams(published: Release) -> None:
    """The highest row of a file that several insurers share would tell how many rows the others have in it."""
    place = "select count(*), count(delivery_file), count(delivery_row) from finance.declaration"
    assert read(slice_file(published, "0102"), place) == [(100, 0, 0)]
    assert read(published.database, place) == [(300, 300, 300)]


def test_what_is_everyones_is_whole_but_for_what_is_withheld(published: Release) -> None:
    for name in SHARED[1:]:
        shown = read(slice_file(published, "0102"), f"from {name}")
        withheld = "* replace (if(withheld, null, realisation_pct) as realisation_pct)"
        columns = withheld if name == "finance.budget_realisation" else "*"
        assert shown == read(published.database, f"select {columns} from {name}")
    assert read(slice_file(published, "0102"), "from finance.budget_realisation where realisation_pct is null")
    row = "select release_id, code_version, checks, moved, deliveries_new from audit.release"
    assert read(slice_file(published, "0102"), row) == [(published.release_id, "0.1.0", None, None, None)]


def test_findings_tell_only_of_own_declarations(published: Release) -> None:
    """Finding i is on declaration i of insurer i % 3; its counter is its own when the step is 3 (odd i)."""
    query = """select finding_id, counter_declaration_id, counter_provider_agb, counter_sector
        from integrity.double_funding_finding"""
    counters = {uzovi: {row[0]: row[1:] for row in read(slice_file(published, uzovi), query)} for uzovi in INSURERS}
    assert {uzovi: set(found) for uzovi, found in counters.items()} == {
        uzovi: {f"F{i}" for i in range(12) if i % 3 == n} for n, uzovi in enumerate(INSURERS)
    }
    assert counters["0101"]["F3"] == ("D0000006", "00000006", "hap")
    assert counters["0101"]["F0"] == (None, None, None)


@pytest.mark.usefixtures("uncompressed")
def test_no_byte_of_another_insurer(tmp_path: Path, warehouse: Path) -> None:
    release = publish(request(tmp_path, warehouse))
    for uzovi in INSURERS:
        content = slice_file(release, uzovi).read_bytes()
        for other in INSURERS:
            for word in (f"canary-{other}-", f"only-{other}", f"secret of {other}"):
                assert (word.encode() in content) == (other == uzovi), word
        assert b"delivery.csv" not in content
