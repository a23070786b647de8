"""One DuckDB file per insurer: its own rows and what belongs to all, nothing of another insurer.

Made from a release when it is first asked for, into `slices/<release_id>/<uzovi>.duckdb` under the home. What an
insurer sees stands in `insurer_visibility.py`.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish import insurer_visibility, recipients
from dagster_project.publish.pointer import Release, fsync
from dagster_project.publish.tables import ANY_CLIENT, OFFLINE, RELEASE, comment, point_at, published

FOLDER = "slices"


def slice_of(release: Release, uzovi: str, key: str) -> Path:
    """The file of one insurer's slice of a release, made now if nobody asked for it before.

    `key` is the home's secret, from which the insurer's pseudonyms follow. Raises ZorgmartError that names the insurers
    there are.
    """
    told = release.manifest()
    if uzovi not in told["insurers"]:
        known = ", ".join(told["insurers"]) or "none"
        raise ZorgmartError(f"release {release.release_id} has no insurer {uzovi!r}; it has {known}")
    file = slices_folder(release) / f"{uzovi}.duckdb"
    if not file.is_file():
        with _unfinished(file) as made:
            _write_slice(release, uzovi, key, made)
    return file


def slices_folder(release: Release) -> Path:
    """Where the slices of a release are: beside `published`, for they are never the readers' group's."""
    return release.path.parents[1] / FOLDER / release.release_id


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """A path that gets its name whole, or not at all; two that make the same slice do not meet."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = file.with_name(f".{uuid.uuid4().hex}")
    folder.mkdir(mode=0o700)
    try:
        yield folder / file.name
        made = folder / file.name
        made.chmod(0o400)
        fsync(made)
        made.replace(file)
        fsync(file.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_slice(release: Release, uzovi: str, key: str, file: Path) -> None:
    with opened(release, file.with_suffix(".spill")) as (con, marts):
        seen = seen_by(con, marts, uzovi, key)
        database = f"slice {uzovi}"
        con.execute(f"attach {literal(str(file))} as {quoted(database)} ({ANY_CLIENT}); begin")
        for mart, query in seen.items():
            _write(con, database, mart, query)
        con.execute(f"commit; checkpoint {quoted(database)}; detach {quoted(database)}")


@contextmanager
def opened(release: Release, spill: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[Mart, ...]]]:
    """A connection to a release that `seen_by` asks, and the release's marts; `spill` is where DuckDB may write."""
    marts = tuple(Mart.of_record(record) for record in release.manifest()["marts"])
    with duckdb.connect(":memory:", config={"temp_directory": str(spill), **OFFLINE}) as con:
        con.execute("set TimeZone = 'Europe/Amsterdam'; set enable_progress_bar = false")
        con.execute(f"attach {literal(str(release.database))} as {quoted(RELEASE)} (read_only)")
        point_at(con, release.path)
        insurer_visibility.gather_sides(con, marts)
        yield con, marts


def seen_by(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], uzovi: str, key: str) -> dict[Mart, str]:
    """What an insurer sees: each table with the query for its rows, which holds until the next insurer is asked for."""
    recipients.write_shown_to(con, uzovi, insurer_visibility.own_patients(marts, uzovi), key)
    own = {mart: insurer_visibility.own_rows(mart, uzovi) for mart in insurer_visibility.own(marts)}
    return insurer_visibility.for_all(marts) | own


def _write(con: duckdb.DuckDBPyConnection, database: str, mart: Mart, query: str) -> None:
    con.execute(f"create schema if not exists {quoted(database, mart.schema)}")
    con.execute(f"create table {published(mart, database)} as {query}")
    comment(con, database, mart)
