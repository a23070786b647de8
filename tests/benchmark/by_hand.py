"""The hand-written scripts on a landing folder: `python -m tests.benchmark.by_hand LANDING OUT LEFT_OUT [MEMORY]`.

Nothing of the pipeline is imported here. LEFT_OUT is a file that lists, one a line, what the pipeline rejects: the
expert is told which files are bad. Files are only looked at to tell a comma from a semicolon.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb

from tests.benchmark.delivered import FEEDS, KEY_BLOCK, good_files, kind_of, last_day, listed, pseudonym_key

SCRIPTS = [Path(__file__).with_name(name) for name in ("by_hand.sql", "by_hand_capacity.sql")]

OF_PARQUET = {
    "birth_year": "bigint", "service_end": "timestamptz", "provider_agb": "varchar", "location_code": "varchar",
    "unit": "varchar", "measured_at": "timestamptz", "places_total": "bigint", "places_occupied": "bigint",
    "status": "varchar", "crowding_index": "decimal(9, 4)",
}  # fmt: skip
"""What the scripts name of a Parquet file."""


def run_by_hand(landing: Path, out: Path, left_out: set[str], memory: str | None) -> None:
    """Write the finance and capacity tables of `landing` into the new DuckDB file `out`."""
    good = good_files(landing, left_out)
    with duckdb.connect(out, config={"memory_limit": memory} if memory else {}) as connection:
        _name_files(connection, good, _without_rows(connection, out))
        _give_key(connection, landing)
        connection.execute("set variable as_of = ?", [last_day(landing)])
        for script in SCRIPTS:
            connection.execute(script.read_text(encoding="utf-8"))


def _without_rows(connection: duckdb.DuckDBPyConnection, out: Path) -> dict[str, str]:
    """A file without rows for each kind of file, since DuckDB refuses an empty list."""
    csv, parquet = out.with_suffix(".none.csv"), out.with_suffix(".none.parquet")
    csv.write_text("none\n", encoding="utf-8")
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in OF_PARQUET.items())
    connection.execute(f"copy (select {columns} limit 0) to '{parquet}'")
    return {"comma": str(csv), "semicolon": str(csv), "parquet": str(parquet)}


def _name_files(connection: duckdb.DuckDBPyConnection, good: list[Path], without_rows: dict[str, str]) -> None:
    connection.execute(
        "create temp table files as select *, delivery_date || '/' || file as delivery_file from (select"
        " unnest(?) as path, unnest(?) as delivery_date, unnest(?) as file, unnest(range(?)) as delivery_order)",
        [
            [str(path) for path in good],
            [date.fromisoformat(path.parent.name) for path in good],
            [path.name for path in good],
            len(good),
        ],
    )
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in good:
        kinds[f"{path.parts[-3]}_{kind_of(path)}"].append(str(path))
    for feed in FEEDS:
        for kind, none in without_rows.items():
            connection.execute(f"set variable {feed}_{kind} = ?", [kinds[f"{feed}_{kind}"] or [none]])


def _give_key(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Both halves of the sample's key as HMAC has them; SHA-256 does the rest in SQL."""
    padded = pseudonym_key(landing).ljust(KEY_BLOCK, b"\0")
    for name, pad in (("inner_key", 0x36), ("outer_key", 0x5C)):
        connection.execute(f"set variable {name} = ?", [bytes(byte ^ pad for byte in padded)])


if __name__ == "__main__":
    run_by_hand(Path(sys.argv[1]), Path(sys.argv[2]), listed(Path(sys.argv[3])), (sys.argv[4:] or [None])[0])
