"""A release or a slice to take away: one self-contained DuckDB file, or a folder of Parquet, and what has to come back
as a CSV beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.parquet import OPTIONS
from dagster_project.publish.pointer import Release
from dagster_project.publish.reader import reading
from dagster_project.publish.render import render
from dagster_project.publish.tables import ANY_CLIENT, OFFLINE, comment, point_at, published

RECLAIM = "finance.to_reclaim"
_OUT = "taken"


def to_file(release: Release, slice_file: Path | None, target: Path) -> list[Path]:
    """Writes a DuckDB file with every table of the release, or of a slice of it, and beside it the CSV of what has to
    come back; the files. Raises ZorgmartError if one stands there."""
    beside = target.with_name(f"{target.stem}.to_reclaim.csv")
    with _unfinished(target) as file, _unfinished(beside) as csv:
        if slice_file:
            shutil.copyfile(slice_file, file)
        else:
            _write_tables(release, file)
        with reading(slice_file or release, f"from {RECLAIM} order by all") as rows, csv.open("wb") as out:
            render(rows, "csv", out)
    return [target, beside]


def to_folder(release: Release, slice_file: Path | None, target: Path) -> list[Path]:
    """Writes a folder of Parquet, a file or a folder of months per table; returns it."""
    with _unfinished(target) as folder:
        if slice_file is None:
            shutil.copytree(release.path / "parquet", folder)
        else:
            folder.mkdir()
            with duckdb.connect(str(slice_file), read_only=True, config=OFFLINE) as con:
                for schema, table in con.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                    file = literal(str(folder / f"{schema}.{table}.parquet"))
                    con.execute(f"copy (from {quoted(schema, table)} order by all) to {file} ({OPTIONS})")
    return [target]


def _write_tables(release: Release, file: Path) -> None:
    marts = [Mart.of_record(record) for record in release.manifest()["marts"]]
    with duckdb.connect(":memory:", config={"temp_directory": str(file.with_suffix(".spill")), **OFFLINE}) as con:
        con.execute("set TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false")
        con.execute(f"attach {literal(str(release.database))} as release (read_only)")
        con.execute(f"attach {literal(str(file))} as {_OUT} ({ANY_CLIENT}); begin")
        point_at(con, release.path)
        for mart in marts:
            con.execute(f"create schema if not exists {quoted(_OUT, mart.schema)}")
            con.execute(f"create table {published(mart, _OUT)} as from {published(mart, 'release')}")
            comment(con, _OUT, mart)
        con.execute(f"commit; checkpoint {_OUT}; detach {_OUT}")


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A path that gets its name when it is whole."""
    if target.exists():
        raise ZorgmartError(f"{target} is there already; give another name, or move it away")
    if not target.parent.is_dir():
        raise ZorgmartError(f"there is no folder {target.parent}; make it")
    made = target.with_name(f".{target.name}.unfinished")
    _remove(made)
    try:
        yield made
        made.rename(target)
    finally:
        _remove(made)
        _remove(made.with_suffix(".spill"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
