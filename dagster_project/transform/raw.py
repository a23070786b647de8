"""The raw tables of the warehouse: what the door accepted, of the deliveries in force at a date.

Only what is new is loaded, and what is no longer in force is taken out; the result is the same as
loading all of it into an empty file. Feeds with millions of rows are not copied: a view reads them in the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from dagster_project.errors import TemporaryError, ZorgmartError, may_pass
from dagster_project.feeds import FEEDS, Feed
from dagster_project.ingest.ledger import PassedOver
from dagster_project.ingest.store import check_stored
from dagster_project.keyed_hash import derived_key, pads
from dagster_project.run.plan import Known, Plan
from dagster_project.run.retrying import patiently
from dagster_project.settings import Settings
from dagster_project.transform import key_spellings, pending_changes
from dagster_project.transform.project import warehouse_version

BOOKS = (
    "deliveries",
    "not_read",
    "quarantine",
    "key_spellings",
    "run",
    "release_nights",
    "finding_key",
    "loaded_versions",
    "pending_versions",
    "pending_days",
)
FINDINGS = "ids of findings"
"""What the key of finding ids is derived for; a finding keeps its id for as long as the home keeps its key."""

_LOADED = """
    create table if not exists raw.loaded_versions (
        feed varchar, version_id bigint, store_file varchar, sha256 varchar
    )
"""


@dataclass(frozen=True)
class Loaded:
    """Rows in one raw table after loading, and how many of them this run brought."""

    name: str
    rows: int
    new_rows: int


def reset(warehouse: Path, version: str, *, force: bool = False) -> None:
    """Throw the warehouse away when asked to, when another `version` built it (see `warehouse_version`), or when it
    can't be opened: it is a cache.

    One that another process has open is waited for, some seconds, for building all takes longer.
    """
    if warehouse.exists() and (force or _built_by(warehouse) != version):
        warehouse.unlink()
    Path(f"{warehouse}.wal").unlink(missing_ok=True) if not warehouse.exists() else None


def _built_by(warehouse: Path) -> str | None:
    try:
        return patiently(lambda: _recorded_version(warehouse))
    except (duckdb.Error, TemporaryError):
        return None


def _recorded_version(warehouse: Path) -> str:
    try:
        with duckdb.connect(warehouse) as connection:
            return connection.execute("select code_version from raw.run").fetchone()[0]
    except duckdb.IOException as error:
        if may_pass(error):
            raise TemporaryError(f"The warehouse {warehouse} is open in another process.") from error
        raise


def require_loaded(warehouse: Path, release_id: str) -> None:
    """Raise ZorgmartError unless the raw tables are those of this release: the step that loads them may have failed."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        loaded = connection.execute("select release_id from raw.run").fetchone()[0]
    if loaded != release_id:
        raise ZorgmartError(
            f"The warehouse holds the rows of {loaded}, not of {release_id}; start the whole job again."
        )


def load(settings: Settings, plan: Plan, known: Known, key: str) -> list[Loaded]:
    """Bring schema `raw` in step with the versions that a plan was made from.

    A store file that is damaged raises ZorgmartError. `key` is the home's secret, of which the warehouse gets one
    derived key: it is no less secret than the rows beside it.
    """
    versions, stored = known.versions, known.stored
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(settings.warehouse, config={"memory_limit": settings.memory}) as connection:
        connection.execute("set preserve_insertion_order = false; create schema if not exists raw;" + _LOADED)
        connection.execute("begin")
        pending_changes.prepare(connection)
        loaded = [_load_feed(connection, settings.home, feed, versions, stored) for feed in FEEDS.values()]
        _load_quarantine(connection, settings.home, versions, stored)
        key_spellings.load(connection)
        _load_books(connection, versions, plan)
        _load_finding_key(connection, key)
        _load_not_read(connection, known.not_read)
        pending_changes.decide(connection)
        connection.execute("commit")
        books = [Loaded(book, _count(connection, book), 0) for book in BOOKS]
    return loaded + books


def _load_feed(
    connection: duckdb.DuckDBPyConnection, home: Path, feed: Feed, versions: pl.DataFrame, stored: dict[str, str]
) -> Loaded:
    is_viewed = feed.stays_in_store
    wanted = versions.filter(
        (pl.col("feed") == feed.name) & pl.col("in_force") & pl.col("store_file").is_not_null()
    ).select("version_id", "store_file", "sha256")
    loaded = connection.execute(
        "select version_id, store_file, sha256 from raw.loaded_versions where feed = ?", [feed.name]
    )
    present = pl.DataFrame(loaded.fetchall(), schema=wanted.schema, orient="row")
    keys = ["version_id", "store_file", "sha256"]
    gone, new = present.join(wanted, on=keys, how="anti"), wanted.join(present, on=keys, how="anti")
    check_stored(home, stored, (wanted if is_viewed else new)["store_file"].unique())
    if not gone.join(new, on="version_id", how="semi").is_empty():
        # A ledger that was put back gave the same number to another file; what stands of it nobody can tell.
        pending_changes.require_full_refresh(connection)
    _forget(connection, home, feed, gone)
    if is_viewed:
        _view(connection, home, feed, wanted)
    else:
        _copy(connection, home, feed, gone, new)
    _remember(connection, feed, new)
    new_rows = _count(connection, feed.name, new["version_id"].to_list())
    return Loaded(feed.name, _count(connection, feed.name), new_rows)


def _count(connection: duckdb.DuckDBPyConnection, table: str, version_ids: list[int] | None = None) -> int:
    condition = "true" if version_ids is None else f"version_id in ({', '.join(map(str, version_ids)) or 'null'})"
    return connection.execute(f"select count(*) from raw.{table} where {condition}").fetchone()[0]


def _forget(connection: duckdb.DuckDBPyConnection, home: Path, feed: Feed, gone: pl.DataFrame) -> None:
    if gone.is_empty():
        return
    if feed.stays_in_store and not all((home / name).exists() for name in gone["store_file"].unique()):
        pending_changes.require_full_refresh(connection)
    ids = gone["version_id"].to_list()
    pending_changes.note(connection, feed, ids, is_deleted=True)
    connection.execute(
        "delete from raw.loaded_versions where feed = ? and version_id in (select unnest(?))", [feed.name, ids]
    )


def _remember(connection: duckdb.DuckDBPyConnection, feed: Feed, new: pl.DataFrame) -> None:
    ids, *names = (new[column].to_list() for column in ("version_id", "store_file", "sha256"))
    connection.execute(
        "insert into raw.loaded_versions select ?, unnest(?), unnest(?), unnest(?)", [feed.name, ids, *names]
    )
    pending_changes.note(connection, feed, ids, is_deleted=False)


def _copy(connection: duckdb.DuckDBPyConnection, home: Path, feed: Feed, gone: pl.DataFrame, new: pl.DataFrame) -> None:
    connection.execute(f"create table if not exists raw.{feed.name} as {_nothing(feed)}")
    if not gone.is_empty():
        ids = gone["version_id"].to_list()
        connection.execute(f"delete from raw.{feed.name} where version_id in (select unnest(?))", [ids])
    if not new.is_empty():
        connection.execute(f"insert into raw.{feed.name} {_stored(home, feed, new)}")


def _view(connection: duckdb.DuckDBPyConnection, home: Path, feed: Feed, wanted: pl.DataFrame) -> None:
    rows = _nothing(feed) if wanted.is_empty() else _stored(home, feed, wanted)
    connection.execute(f"create or replace view raw.{feed.name} as {rows}")


def _types(feed: Feed) -> dict[str, str]:
    return {"version_id": "bigint", "row": "integer"} | {column.name: column.sql_type for column in feed.columns}


def _nothing(feed: Feed) -> str:
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in _types(feed).items())
    return f"select {columns} where false"


def _stored(home: Path, feed: Feed, versions: pl.DataFrame) -> str:
    """A query for the rows of these versions in the store."""
    columns = ", ".join(f"{name}::{kind} as {name}" for name, kind in _types(feed).items())
    paths = [str(home / name).replace("'", "''") for name in versions["store_file"].unique().sort()]
    files = ", ".join(f"'{path}'" for path in paths)
    ids = ", ".join(map(str, versions["version_id"].sort()))
    return f"select {columns} from read_parquet([{files}], hive_partitioning = false) where version_id in ({ids})"


def _load_quarantine(
    connection: duckdb.DuckDBPyConnection, home: Path, versions: pl.DataFrame, stored: dict[str, str]
) -> None:
    """Quarantined rows are few: they are read again."""
    held = versions.filter(pl.col("in_force") & pl.col("quarantine_file").is_not_null() & (pl.col("quarantined") > 0))
    connection.execute(
        "create or replace table raw.quarantine (version_id bigint, row integer, rules varchar[], row_text varchar)"
    )
    check_stored(home, stored, held["quarantine_file"].unique())
    if not held.is_empty():
        files = [str(home / name) for name in sorted(set(held["quarantine_file"]))]
        connection.execute(
            "insert into raw.quarantine select version_id, row, rules, row_text"
            " from read_parquet(?, hive_partitioning = false) where version_id in (select unnest(?))",
            [files, held["version_id"].to_list()],
        )


def _load_books(connection: duckdb.DuckDBPyConnection, versions: pl.DataFrame, plan: Plan) -> None:
    connection.register("ledger", versions.drop("store_file", "quarantine_file", "door_version").to_arrow())
    connection.execute("create or replace table raw.deliveries as select * from ledger")
    connection.unregister("ledger")
    connection.execute(
        "create or replace table raw.run as select ?::date as as_of, ? as release_id, ? as code_version",
        [plan.as_of, plan.release_id, warehouse_version()],
    )
    connection.execute(
        "create or replace table raw.release_nights as"
        " select unnest(?::date[]) as delivery_date, unnest(?::varchar[]) as release_id",
        [list(plan.nights), list(plan.nights.values())],
    )


def _load_finding_key(connection: duckdb.DuckDBPyConnection, key: str) -> None:
    """The two blocks of the HMAC that ids of findings are (macro `keyed_hash`)."""
    inner, outer = pads(derived_key(key, FINDINGS))
    connection.execute(
        "create or replace table raw.finding_key as select ? as inner_pad, ? as outer_pad", [inner.hex(), outer.hex()]
    )


def _load_not_read(connection: duckdb.DuckDBPyConnection, not_read: Sequence[PassedOver]) -> None:
    connection.execute(
        "create or replace table raw.not_read (path varchar, kind varchar, reason varchar, first_seen_at timestamptz)"
    )
    if not_read:
        rows = [list(column) for column in zip(*(entry.row for entry in not_read), strict=True)]
        connection.execute("insert into raw.not_read select unnest(?), unnest(?), unnest(?), unnest(?)", rows)
