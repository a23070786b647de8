"""Runs the hand-written scripts over a landing folder: `python by_hand.py LANDING OUT LEFT_OUT`.

Nothing of the pipeline is imported here. LEFT_OUT is a file that lists, one a line, what the pipeline rejects: the
expert is told which files are bad. Files are only looked at to tell a comma from a semicolon.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb

SCRIPTS = [Path(__file__).with_name(name) for name in ("by_hand.sql", "by_hand_capacity.sql")]
DELIVERY = re.compile(r"[^.].*\.(csv|csv\.gz|parquet)")
KEY_BLOCK = 64
FEEDS = (
    "providers", "insurers", "tariffs", "market_shares", "budgets", "payments", "function_allocations",
    "legal_indications", "exceptions", "declarations", "capacity_snapshots",
)  # fmt: skip


def run_by_hand(landing: Path, out: Path, left_out: set[str]) -> None:
    """Write the finance and capacity tables of `landing` into the new DuckDB file `out`."""
    found = [path for path in landing.glob("*/*/*") if path.parts[-3] in FEEDS and DELIVERY.fullmatch(path.name)]
    found.sort(key=lambda path: (path.parent.name, path.name.encode()))
    good = [path for path in found if str(path.relative_to(landing)) not in left_out]
    with duckdb.connect(out) as connection:
        _name_files(connection, good, _without_rows(connection, out))
        _give_key(connection, landing)
        as_of = max(path.name for path in landing.glob("*/*"))
        connection.execute("set variable as_of = ?", [date.fromisoformat(as_of)])
        for script in SCRIPTS:
            connection.execute(script.read_text(encoding="utf-8"))


def _without_rows(connection: duckdb.DuckDBPyConnection, out: Path) -> dict[str, str]:
    """A file without rows for each kind of file, since DuckDB refuses an empty list."""
    csv, parquet = out.with_suffix(".none.csv"), out.with_suffix(".none.parquet")
    csv.write_text("none\n", encoding="utf-8")
    columns = "null::bigint as birth_year, null::timestamptz as service_end"
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
        kinds[f"{path.parts[-3]}_{_kind(path)}"].append(str(path))
    for feed in FEEDS:
        for kind, none in without_rows.items():
            connection.execute(f"set variable {feed}_{kind} = ?", [kinds[f"{feed}_{kind}"] or [none]])


def _kind(path: Path) -> str:
    if path.suffix == ".parquet":
        return "parquet"
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return "semicolon" if b";" in file.readline() else "comma"


def _give_key(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Both halves of the sample's key as HMAC has them; SHA-256 does the rest in SQL."""
    key = json.loads((landing / ".zorgmart-sample.json").read_text(encoding="utf-8"))["pseudonym_key"].encode()
    padded = key.ljust(KEY_BLOCK, b"\0")
    for name, pad in (("inner_key", 0x36), ("outer_key", 0x5C)):
        connection.execute(f"set variable {name} = ?", [bytes(byte ^ pad for byte in padded)])


if __name__ == "__main__":
    listed = Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()
    run_by_hand(Path(sys.argv[1]), Path(sys.argv[2]), set(listed))
