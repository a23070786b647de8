"""One DuckDB file per insurer: its own rows and what belongs to all, nothing of another insurer.

What an insurer sees stands in `insurer_visibility.py`. Each slice is a file that only ever held rows of its insurer
and of all: a copy of the part for all, which is written once, or of its slice of before.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish import insurer_visibility, recipients
from dagster_project.publish.difference import Difference
from dagster_project.publish.pointer import Release
from dagster_project.publish.tables import comment, published


def write_slices(
    con: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    folder: Path,
    workers: int,
    differences: Mapping[str, Difference],
    start: Release | None,
    key: str,
) -> None:
    """Writes `<uzovi>.duckdb` for every insurer into a folder, from the release file attached to the connection.

    With a release to start from, a slice begins as a copy of that insurer's slice there. The pseudonyms of each
    insurer follow from `key`.
    """
    shared = folder / ".for_all.duckdb"
    with _opened(con, shared) as database:
        for mart, query in insurer_visibility.for_all(marts).items():
            _write(con, database, mart, query)
    insurer_visibility.gather_sides(con, marts)
    known = start.insurers if start else ()
    with ThreadPoolExecutor(workers) as pool:
        jobs = []
        for uzovi in insurer_visibility.insurers(con, marts):
            origin = start.insurer_database(uzovi) if start and uzovi in known else shared
            file = folder / f"{uzovi}.duckdb"
            jobs.append(pool.submit(_write_slice, con.cursor(), marts, origin, file, differences, key))
        for job in jobs:
            job.result()
    shared.unlink()


def _write_slice(
    cursor: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    origin: Path,
    file: Path,
    differences: Mapping[str, Difference],
    key: str,
) -> None:
    """Brings a copy in step, which only ever held rows of all, and of this insurer if it was its slice before."""
    shutil.copyfile(origin, file)
    uzovi, was_its_own = file.stem, origin.name == file.name
    patients = insurer_visibility.own_patients(marts, uzovi)
    with recipients.shown_to(cursor, uzovi, patients, key) as shown, _opened(cursor, file) as database:
        for mart, query in (insurer_visibility.for_all(marts) if was_its_own else {}).items():
            _write(cursor, database, mart, query)
        for mart in insurer_visibility.own(marts):
            difference = differences.get(mart.full_name) if was_its_own else None
            rows = insurer_visibility.own_rows(mart, uzovi, shown, difference.come if difference else None)
            if difference:
                difference.apply(cursor, published(mart, database), rows)
            else:
                _write(cursor, database, mart, rows)
    cursor.close()


@contextmanager
def _opened(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[str]:
    """A file attached, everything in one transaction, whole on leaving; gives the name it has meanwhile."""
    database = f"slice {file.stem}"
    con.execute(f"attach {literal(str(file))} as {quoted(database)}; begin")
    yield database
    con.execute(f"commit; checkpoint {quoted(database)}; detach {quoted(database)}")


def _write(con: duckdb.DuckDBPyConnection, database: str, mart: Mart, query: str) -> None:
    con.execute(f"create schema if not exists {quoted(database, mart.schema)}")
    con.execute(f"create or replace table {published(mart, database)} as {query}")
    comment(con, database, mart)
