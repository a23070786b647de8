"""A query reads the release or a slice of it, and can change nothing and see nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish import reader
from dagster_project.publish.bounds import Bounds
from dagster_project.publish.pointer import Release
from dagster_project.publish.reader import PIECE, query, reading, release_to_read

from .made import slice_file


def ask(home: Path, sql: str, insurer: str | None) -> pa.Table:
    """A query of the current release, or of an insurer's slice of it."""
    release = release_to_read(home)
    with reading(slice_file(release, insurer) if insurer else release, sql) as rows:
        return rows.table()


def test_reads_the_release_and_a_slice(home: Path) -> None:
    assert query(home, "select count(*) as n from finance.declaration").to_pylist() == [{"n": 300}]
    assert ask(home, "select count(*) as n from finance.declaration", "0102").to_pylist() == [{"n": 100}]
    assert query(home, "from integrity.quarantine").num_rows == 1
    assert query(home, "pivot finance.declaration on region_code using count(*) group by insurer_uzovi").num_rows == 3
    assert query(home, "describe finance.budget").num_rows == 5
    assert query(home, "describe finance.declaration").num_rows == 14
    assert query(home, "select count(*) as n from budget").to_pylist() == [{"n": 1}]


def test_days_are_those_of_amsterdam(home: Path) -> None:
    result = query(
        home, "select service_start, service_start::date::varchar as d from finance.declaration order by 1 limit 1"
    )
    assert result.schema.field("service_start").type == pa.timestamp("us", "Europe/Amsterdam")
    assert result["d"].to_pylist() == ["2025-01-01"]


FORBIDDEN = (
    # A statement of type SELECT that writes.
    "with made as (copy (select 1) to '{database}' (use_tmp_file false)) from made",
    "with made as (copy (select 1) to '{part}' (use_tmp_file false)) from made",
    "with made as (copy (select 1) to '{parts}/more.parquet') from made",
    "from query('with made as (copy (select 1) to ''{part}'') from made')",
    "copy (select 1) to '{part}' (use_tmp_file false)",
    "copy (select 1) to '{parts}/more.parquet'",
    "explain analyze copy (select 1) to '{part}' (use_tmp_file false)",
    "explain analyze with made as (copy (select 1) to '{part}') from made",
    "prepare p as copy (select 1) to '{part}'",
    "from read_parquet('{part}')",
    "from read_blob('{part}')",
    "from glob('{parts}/*')",
    "select 1; select 2",
    "use finance",
    "set variable zorgmart = '{home}'",
    "explain select 1",
    "call pragma_version()",
    "checkpoint",
    "merge into finance.budget using finance.budget as b on true when matched then delete",
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
    database = published.database if insurer is None else slice_file(published, insurer)
    part = next(iter(published.path.glob("parquet/finance.declaration/*/*.parquet")))
    slice_file(published, "0102")
    before = {p: p.stat() for p in home.rglob("*")}
    digest = hashlib.sha256(database.read_bytes()).digest()
    places = {
        "home": home,
        "database": database,
        "slice": slice_file(published, "0102"),
        "part": part,
        "parts": part.parent,
        "parquet": published.path / "parquet/finance.budget.parquet",
    }
    with pytest.raises(ZorgmartError) as caught:
        ask(home, sql.format(**places), insurer)
    assert len(str(caught.value).splitlines()) == 1
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == {p: s.st_mtime_ns for p, s in before.items()}
    assert hashlib.sha256(database.read_bytes()).digest() == digest


@pytest.mark.parametrize(
    ("sql", "insurer", "sentence"),
    [
        (
            "select * from finance.nowhere",
            None,
            "the query failed .*nowhere does not exist.*; correct it .* There are .*finance.declaration",
        ),
        ("selec 1", None, "the query failed .*syntax error"),
        ("select 'x'::int", None, "the query failed .*Could not convert"),
        ("", None, "the query is empty"),
        (" -- nothing", None, "the query is empty"),
        ("insert into finance.budget from finance.budget", None, "it is of type INSERT.*: give one SELECT"),
        ("select 1; select 2", None, "there are 2 statements; give one SELECT"),
        (
            "from integrity.quarantine",
            "0101",
            "the query failed .*quarantine does not exist.* There are audit.release, finance",
        ),
    ],
)
def test_mistakes_are_told_in_a_sentence(home: Path, sql: str, insurer: str | None, sentence: str) -> None:
    with pytest.raises(ZorgmartError, match=sentence) as caught:
        ask(home, sql, insurer)
    assert "\n" not in str(caught.value)


def test_without_a_release(tmp_path: Path) -> None:
    with pytest.raises(ZorgmartError, match=r"no release under .* run `zorgmart run`"):
        query(tmp_path, "select 1")


def test_a_damaged_release_is_told(tmp_path: Path, first: Release) -> None:
    first.database.chmod(0o644)
    first.database.write_bytes(b"torn")
    with pytest.raises(ZorgmartError, match=r"the query failed .*not a valid DuckDB database"):
        query(tmp_path, "select 1")


def test_too_large_a_query_is_told(home: Path) -> None:
    with pytest.raises(ZorgmartError, match=r"needs more memory than there is .*MEMORY is 50MB\); select fewer"):
        query(home, "select count(distinct hash(n)) from range(4000000) as made (n)", bounds=Bounds("50MB"))
    assert not list(home.rglob("*.tmp"))
    assert query(home, "select count(*) as n from range(4000000)", bounds=Bounds("50MB"))["n"].to_pylist() == [4000000]


@pytest.mark.parametrize("text", ["lots", "-5GB", "80%", "2 GBB", ""])
def test_a_memory_that_is_none_is_told(home: Path, text: str) -> None:
    with pytest.raises(ZorgmartError, match=r"ZORGMART_MEMORY is .*; write it as in 2500MiB"):
        query(home, "select 1", bounds=Bounds(text))


def test_a_query_without_an_end_is_ended(home: Path) -> None:
    began = time.monotonic()
    with pytest.raises(ZorgmartError, match=r"more than the 0\.5 seconds that ZORGMART_QUERY_SECONDS gives it"):
        query(home, "select count(*) from range(10000000) as a, range(10000000) as b", bounds=Bounds(seconds=0.5))
    assert time.monotonic() - began < 60


def test_time_that_a_reader_takes_is_not_the_querys(home: Path) -> None:
    with reading(release_to_read(home), f"from range({3 * PIECE})", Bounds(seconds=2)) as rows:
        count = 0
        for piece in rows.pieces:
            time.sleep(1)
            count += piece.num_rows
    assert count == 3 * PIECE


@pytest.mark.parametrize(
    ("sql", "format", "told"),
    [
        (
            "select length(repeat('x', 3000000000))",
            "table",
            "more memory than there is (ZORGMART_MEMORY is 300MiB)",
        ),
        ("from range(100000000)", "json", "more memory than there is (ZORGMART_MEMORY is 300MiB)"),
        ("select regexp_replace(repeat('a', 150000000), '(a|b)*c', 'b') as t", "table", "more than the 1 seconds"),
    ],
)
def test_what_heeds_no_interrupt_ends_too(home: Path, sql: str, format: str, told: str) -> None:
    """Functions whose text DuckDB's own limit does not see, and what becomes of the rows: by the process itself."""
    with subprocess.Popen(
        [sys.executable, "-m", "dagster_project.cli", "query", sql, "--format", format, "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"ZORGMART_MEMORY": "300MiB", "ZORGMART_QUERY_SECONDS": "1" if "regexp" in sql else "300"},
    ) as process:  # fmt: skip
        out, err = process.communicate(timeout=300)
    assert process.returncode == 1 and out == "" and "Traceback" not in err
    assert told in err and err.startswith("zorgmart: ") and len(err.splitlines()) == 1


def test_another_release_than_the_current_one(home: Path, published: Release) -> None:
    assert query(home, "select 1 as a", release_id=published.release_id).num_rows == 1
    with pytest.raises(ZorgmartError, match=rf"no release '2020-01-01-00000000' .*; there are {published.release_id}"):
        query(home, "select 1", release_id="2020-01-01-00000000")


def test_a_message_tells_a_terminal_nothing(home: Path) -> None:
    with pytest.raises(ZorgmartError) as caught:
        query(home, "select error(chr(27) || '[31mred')")
    assert "\x1b" not in str(caught.value) and "[31mred" in str(caught.value)


def test_variables_of_the_program_are_no_tables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "planted", pa.table({"a": [1]}), raising=False)
    with pytest.raises(ZorgmartError, match=r"planted does not exist"):
        query(home, "from planted")


def test_a_release_is_read_as_any_client_reads_it(home: Path, published: Release) -> None:
    """Arrow reads the parts for us and DuckDB for others: the same rows and types."""
    for table in ("finance.declaration", "capacity.hourly", "finance.budget"):
        with duckdb.connect(str(published.database), read_only=True) as con:
            con.execute("set TimeZone = 'Europe/Amsterdam'")
            expected = con.sql(f"from {table} order by all").to_arrow_table()
        assert query(home, f"from {table} order by all").equals(expected), table


def test_a_copied_release_is_read_by_any_client_that_is_told_where(tmp_path: Path, published: Release) -> None:
    copied = Path(shutil.copytree(published.path, tmp_path / "taken away"))
    with duckdb.connect(str(copied / "zorgmart.duckdb"), read_only=True) as con:
        con.execute(f"set variable zorgmart = '{copied}'")
        read = con.execute(
            "select count(*), count(distinct filename) from read_parquet(getvariable('zorgmart') ||"
            " '/parquet/finance.declaration/*/*.parquet', filename = true)"
        ).fetchall()
        assert con.execute("select count(*) from finance.declaration").fetchall() == [(300,)] and read[0][0] == 300
