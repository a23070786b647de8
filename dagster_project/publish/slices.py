"""One DuckDB file per insurer: its own rows and what belongs to all, nothing of another insurer.

What an insurer sees stands in `seen.py`. Each slice is a file that only ever held rows of its insurer and of all: a
copy of the part for all, which is written once, or of its slice of before.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.publish import seen
from dagster_project.publish.catalog import Mart, literal, quoted
from dagster_project.publish.difference import Difference
from dagster_project.publish.pointer import Release
from dagster_project.publish.tables import comment, published

MOST_ROWS = 2_000_000
"""That are gathered at a time; some 300 bytes each."""


def write_slices(
    con: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    folder: Path,
    workers: int,
    differences: Mapping[str, Difference] | None = None,
    start: Release | None = None,
) -> None:
    """Writes `<uzovi>.duckdb` for every insurer into a folder, from the release file attached to the connection.

    With a release to start from, a slice begins as a copy of that insurer's slice there.
    """
    named = seen.insurers(con, marts)
    origins = {uzovi: start.insurer_database(uzovi) for uzovi in named if start and uzovi in start.insurers}
    for uzovi, origin in origins.items():
        shutil.copyfile(origin, folder / f"{uzovi}.duckdb")
    with ThreadPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(_renew_slice, con.cursor(), marts, folder / f"{uzovi}.duckdb", differences or {})
            for uzovi in origins
        ]
        for job in jobs:
            job.result()
        if fresh := [uzovi for uzovi in named if uzovi not in origins]:
            _write_slices(con, marts, folder, pool, fresh)


def _write_for_all(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path) -> None:
    with _opened(con, file) as database:
        for mart, query in seen.for_all(con, marts).items():
            _write(con, database, mart, query)


def _write_slices(
    con: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    folder: Path,
    pool: ThreadPoolExecutor,
    named: list[str],
) -> None:
    """Fresh files. The part for all is written once; the many rows are gone through once for a few insurers at a
    time, for their rows lie everywhere among those of the others."""
    template = folder / ".for_all.duckdb"
    _write_for_all(con, marts, template)
    for some in _groups(con, marts, named):
        gathered = {mart: _gather(con, mart, some) for mart in marts if mart.has(seen.OWN) and mart.part}
        for uzovi in some:
            shutil.copyfile(template, folder / f"{uzovi}.duckdb")
        jobs = [pool.submit(_write_slice, con.cursor(), marts, folder / f"{uzovi}.duckdb", gathered) for uzovi in some]
        for job in jobs:
            job.result()
    template.unlink()


def _groups(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], named: list[str]) -> Iterator[list[str]]:
    """Insurers whose rows fit in memory together; one that has more than that is alone."""
    rows: Counter[str] = Counter()
    for mart in marts:
        if mart.has(seen.OWN) and mart.part:
            counted = con.execute(f"select {seen.OWN}, count(*) from {published(mart)} group by all").fetchall()
            rows.update(dict(counted))
    group, held = [], 0
    for uzovi in named:
        if group and held + rows[uzovi] > MOST_ROWS:
            yield group
            group, held = [], 0
        group.append(uzovi)
        held += rows[uzovi]
    yield group


def _gather(con: duckdb.DuckDBPyConnection, mart: Mart, some: list[str]) -> str:
    """The rows of some insurers in a table that every cursor of the connection sees; it replaces the last one."""
    table = quoted("memory", "main", f"{mart.full_name} of some")
    named = ", ".join(literal(uzovi) for uzovi in some)
    con.execute(f"create or replace table {table} as from {published(mart)} where {seen.OWN} in ({named})")
    return table


def _write_slice(
    cursor: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path, gathered: Mapping[Mart, str]
) -> None:
    """Adds the own rows to a copy of the part for all."""
    with _opened(cursor, file) as database:
        for mart, query in seen.own(marts, file.stem, database, gathered).items():
            _write(cursor, database, mart, query)
    cursor.close()


def _renew_slice(
    cursor: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path, differences: Mapping[str, Difference]
) -> None:
    """Brings a copy of the insurer's slice of before in step; it only ever held rows of this insurer and of all."""
    with _opened(cursor, file) as database:
        for mart, query in (seen.for_all(cursor, marts) | seen.own(marts, file.stem, database, {})).items():
            if difference := differences.get(mart.full_name):
                difference.apply(
                    cursor, published(mart, database), seen.is_own(file.stem) if mart.has(seen.OWN) else "true"
                )
            else:
                _write(cursor, database, mart, query)
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
