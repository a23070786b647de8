"""Runs the hand-written script over a landing folder, in a process of its own: `python by_hand.py LANDING OUT [LEFT_OUT]`.

Nothing of the pipeline is imported here. LEFT_OUT lists, one a line, the files that the pipeline rejects: the expert is
told which ones are bad. Files are only looked at to tell a comma from a semicolon.
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

SCRIPT = Path(__file__).with_name("by_hand.sql")
DELIVERY = re.compile(r"[^.].*\.(csv|csv\.gz|parquet)")
KEY_BLOCK = 64


def run_by_hand(landing: Path, out: Path, left_out: set[str]) -> None:
    """Write the finance tables of `landing` into the new DuckDB file `out`."""
    with duckdb.connect(out) as connection:
        _describe_files(connection, landing, left_out)
        _give_key(connection, landing)
        connection.execute(SCRIPT.read_text(encoding="utf-8"))


def _describe_files(connection: duckdb.DuckDBPyConnection, landing: Path, left_out: set[str]) -> None:
    found = [path for path in landing.glob("*/*/*") if DELIVERY.fullmatch(path.name)]
    found.sort(key=lambda path: (path.parent.name, path.name.encode()))
    good = [path for path in found if str(path.relative_to(landing)) not in left_out]
    connection.execute(
        "create temp table files as select unnest(?) as path, unnest(?) as delivery_date,"
        " delivery_date || '/' || parse_filename(path) as delivery_file, generate_subscripts(?, 1) as delivery_order",
        [[str(path) for path in good], [date.fromisoformat(path.parent.name) for path in good], [0] * len(good)],
    )
    kinds = _none_of_a_kind(connection, Path(f"{connection.execute('select path from duckdb_databases()').fetchone()[0]}"))
    for path in good:
        kinds[f"{path.parts[-3]}_{_kind(path)}"].append(str(path))
    for name, paths in kinds.items():
        connection.execute(f"set variable {name} = ?", [paths])
    connection.execute("set variable as_of = ?", [date.fromisoformat(max(path.parent.name for path in found))])


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
    listed = Path(sys.argv[3]).read_text(encoding="utf-8").split() if len(sys.argv) > 3 else []
    run_by_hand(Path(sys.argv[1]), Path(sys.argv[2]), set(listed))
