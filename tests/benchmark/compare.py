"""Whether the tables by hand equal the release's: `python -m tests.benchmark.compare RELEASE BY_HAND`, JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

TABLES = (
    "finance.declaration", "finance.budget", "finance.budget_realisation", "finance.settlement",
    "finance.insurer_allocation", "finance.insurer_macro_category", "capacity.hourly", "capacity.stop",
)  # fmt: skip


def compare(release: Path, by_hand: Path) -> list[dict]:
    """Per table: rows and the sum of all euro columns on both sides, rows that only one side has, columns left out."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{release}' as release (read_only)")
        connection.execute(f"attach '{by_hand}' as by_hand (read_only)")
        return [_compared(connection, table) for table in TABLES]


def _compared(connection: duckdb.DuckDBPyConnection, table: str) -> dict:
    columns = _columns(connection, f"by_hand.{table}")
    names, euros = ", ".join(columns), [name for name in columns if name.endswith("_eur")]
    sides = [f"select {names} from {side}.{table}" for side in ("release", "by_hand")]
    total = " + ".join(f"coalesce(sum({name}), 0)" for name in euros) or "0"
    measured = [connection.execute(f"select count(*), {total} from ({side})").fetchone() for side in sides]
    differing = sum(
        connection.execute(f"select count(*) from ({one} except all {other})").fetchone()[0]
        for one, other in (sides, sides[::-1])
    )
    left_out = [name for name in _columns(connection, f"release.{table}") if name not in columns]
    return {
        "table": table, "rows": [rows for rows, _ in measured], "euros": [str(euros) for _, euros in measured],
        "differing": differing, "left_out": left_out,
    }  # fmt: skip


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"describe {table}").fetchall()]


if __name__ == "__main__":
    print(json.dumps(compare(Path(sys.argv[1]), Path(sys.argv[2]))))
