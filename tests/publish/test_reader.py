"""A query reads the release or a slice of it, and can change nothing and see nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish import reader
from dagster_project.publish.pointer import Release
from dagster_project.publish.reader import query


def test_reads_the_release_and_a_slice(home: Path) -> None:
    assert query(home, "select count(*) as n from finance.declaration").to_pylist() == [{"n": 300}]
    assert query(home, "select count(*) as n from finance.declaration", "0102").to_pylist() == [{"n": 100}]
    assert query(home, "from integrity.quarantine").num_rows == 1
    assert query(home, "pivot finance.declaration on region_code using count(*) group by insurer_uzovi").num_rows == 3
    assert query(home, "use finance; select 1; select 2 as two").to_pylist() == [{"two": 2}]
    assert query(home, "describe finance.budget").num_rows == 5


def test_days_are_those_of_amsterdam(home: Path) -> None:
    result = query(
        home, "select service_start, service_start::date::varchar as d from finance.declaration order by 1 limit 1"
    )
    assert result.schema.field("service_start").type == pa.timestamp("us", "Europe/Amsterdam")
    assert result["d"].to_pylist() == ["2025-01-01"]


FORBIDDEN = (
    "copy finance.budget to '{database}' (use_tmp_file false)",
    "copy finance.budget to '{database}'",
    "copy finance.budget to '{database}.wal'",
    "explain analyze copy (select 1) to '{database}' (use_tmp_file false)",
    "copy finance.budget to '{home}/out.csv'",
    "copy finance.budget to '{home}/out' (format parquet, partition_by (year))",
    "copy finance.budget from '{database}'",
    "export database '{home}/out'",
    "import database '{home}/out'",
    "attach '{database}' as again",
    "attach '{database}' as again (read_write)",
    "attach '{home}/new.duckdb' as fresh",
    "attach ':memory:' as fresh",
    "attach '{slice}' as other",
    "install httpfs",
    "load httpfs",
    "from read_csv('/etc/passwd')",
    "from read_text('/etc/passwd')",
    "from read_blob('{slice}')",
    "from read_parquet('{parquet}')",
    "from '{parquet}'",
    "from glob('/*')",
    "select getenv('HOME')",
    "create table finance.more as select 1",
    "drop table finance.budget",
    "insert into finance.budget from finance.budget",
    "with gone as (delete from finance.budget returning *) from gone",
    "update finance.budget set amount_eur = 0",
    "alter table finance.budget add column x int",
    "comment on table finance.budget is 'x'",
    "create view finance.v as select 1",
    "set enable_external_access = true",
    "set disabled_filesystems = ''",
    "reset disabled_filesystems",
    "reset lock_configuration",
    "set temp_directory = '{home}/out'",
    "set TimeZone = 'UTC'",
    "pragma profiling_output = '{home}/out'",
    "create persistent secret s (type s3)",
)


@pytest.mark.parametrize("sql", FORBIDDEN)
@pytest.mark.parametrize("insurer", [None, "0101"])
def test_can_change_nothing_and_reach_nothing(published: Release, home: Path, sql: str, insurer: str | None) -> None:
    database = published.database if insurer is None else published.insurer_database(insurer)
    before = {p: p.stat() for p in home.rglob("*")}
    digest = hashlib.sha256(database.read_bytes()).digest()
    places = {
        "home": home,
        "database": database,
        "slice": published.insurer_database("0102"),
        "parquet": published.path / "parquet/finance.budget.parquet",
    }
    with pytest.raises(ZorgmartError) as caught:
        query(home, sql.format(**places), insurer)
    assert len(str(caught.value).splitlines()) == 1
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == {p: s.st_mtime_ns for p, s in before.items()}
    assert hashlib.sha256(database.read_bytes()).digest() == digest


@pytest.mark.parametrize(
    ("sql", "insurer", "sentence"),
    [
        (
            "select * from finance.nowhere",
            None,
            "the query failed .*nowhere does not exist.*; correct it .* The release has .*finance.declaration",
        ),
        ("selec 1", None, "the query failed .*syntax error"),
        ("select 'x'::int", None, "the query failed .*Could not convert"),
        ("", None, "the query is empty"),
        (" -- nothing", None, "the query is empty"),
        ("select 1", "9999", "has no insurer '9999'; it has 0101, 0102, 0103"),
        ("select 1", "../zorgmart", "has no insurer"),
        (
            "from integrity.quarantine",
            "0101",
            "the query failed .*quarantine does not exist.* The slice of insurer 0101 has audit.release, finance",
        ),
    ],
)
def test_mistakes_are_told_in_a_sentence(home: Path, sql: str, insurer: str | None, sentence: str) -> None:
    with pytest.raises(ZorgmartError, match=sentence) as caught:
        query(home, sql, insurer)
    assert "\n" not in str(caught.value)


def test_without_a_release(tmp_path: Path) -> None:
    with pytest.raises(ZorgmartError, match=r"no release under .* run `zorgmart run`"):
        query(tmp_path, "select 1")


def test_a_damaged_release_is_told(tmp_path: Path, first: Release) -> None:
    first.database.chmod(0o644)
    first.database.write_bytes(b"torn")
    with pytest.raises(ZorgmartError, match=r"the query failed .*not a valid DuckDB database"):
        query(tmp_path, "select 1")


def test_too_large_a_query_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reader._CONFIG, "memory_limit", "40MB")
    with pytest.raises(ZorgmartError, match=r"needs more memory than there is .* select fewer rows or columns"):
        query(home, "select count(distinct hash(n)) from range(4000000) as made (n)")
    assert not list(home.rglob("*.tmp"))


def test_variables_of_the_program_are_no_tables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "planted", pa.table({"a": [1]}), raising=False)
    with pytest.raises(ZorgmartError, match=r"planted does not exist"):
        query(home, "from planted")
