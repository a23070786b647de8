"""A release and a slice are files that clients of others open: DuckDB 1, which DBeaver, JDBC, ODBC and the command line
have, in an environment of its own and from another folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.publish.pointer import Release

from .made import rows_of, slice_file

CLIENT = Path(sys.prefix) / "client"
READ = """
import json, sys
import duckdb
with duckdb.connect(sys.argv[1], read_only=True) as con:
    if len(sys.argv) > 3:
        con.execute(f"set variable zorgmart = '{sys.argv[3]}'")
    con.execute("set TimeZone = 'UTC'")
    print(json.dumps([duckdb.__version__, con.execute(sys.argv[2]).fetchall()], default=str))
"""
SUMS = (
    "select service_month, count(*), sum(amount_eur), min(service_start)::varchar from finance.declaration group by 1"
)

pytestmark = pytest.mark.skipif(not CLIENT.is_dir(), reason="an older DuckDB is not installed (make .venv/dev)")


def read_by_client(file: Path, sql: str, place: Path | None = None) -> list[list]:
    told = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(CLIENT)!r})\n{READ}", str(file), sql]
        + ([str(place)] if place else []),
        capture_output=True, text=True, cwd="/", env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    version, rows = json.loads(told.stdout)
    assert version.startswith("1.")
    return rows


def as_json(rows: list[tuple]) -> list[list]:
    return json.loads(json.dumps(rows, default=str))


@pytest.mark.parametrize("table", ["finance.budget", "finance.insurer_allocation", "integrity.quarantine"])
def test_tables_of_a_release(published: Release, table: str) -> None:
    asked = f"from {table} order by all"
    assert read_by_client(published.database, asked) == as_json(rows_of(published.database, asked))


def test_months_of_a_release_where_it_is_and_where_it_was_copied_to(tmp_path: Path, published: Release) -> None:
    asked = f"{SUMS} order by all"
    expected = read_by_client(published.database, asked)
    assert expected and sum(row[1] for row in expected) == 300
    copied = Path(shutil.copytree(published.path, tmp_path / "it's a copy"))
    quoted = Path(str(copied).replace("'", "''"))
    assert read_by_client(copied / "zorgmart.duckdb", asked, quoted) == expected


def test_a_slice(published: Release) -> None:
    asked = "select count(*), sum(amount_eur) from finance.declaration"
    file = slice_file(published, "0102")
    assert read_by_client(file, asked) == as_json(rows_of(file, asked)) and file.stat().st_size < 2_000_000
