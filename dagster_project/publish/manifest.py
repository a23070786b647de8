"""manifest.json: what a release is made of and what is in it, and whether it is still whole."""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted
from dagster_project.publish.tables import published

MANIFEST = "manifest.json"


def contents(con: duckdb.DuckDBPyConnection, mart: Mart) -> dict[str, Any]:
    """Rows, and the sum of every amount as exact text, of one published table: {rows, money: {column: euros}}."""
    money = [column.name for column in mart.columns if column.name.endswith("_eur")]
    sums = "".join(f", coalesce(sum({quoted(name)}), 0)::decimal(38, 2)::varchar" for name in money)
    ((rows, *totals),) = con.execute(f"select count(*){sums} from {published(mart)}").fetchall()
    return {"rows": rows, "money": dict(zip(money, totals, strict=True))}


def digests(folder: Path) -> dict[str, dict[str, Any]]:
    """sha256 and bytes of every file of a folder but its manifest, by relative path.

    Only for files that no connection of this process has open for writing: opening one would drop its lock.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    with ThreadPoolExecutor(4) as pool:
        return {
            file.relative_to(folder).as_posix(): told for file, told in zip(files, pool.map(digest, files), strict=True)
        }


def digest(file: Path) -> dict[str, Any]:
    """sha256 and bytes of one file."""
    with file.open("rb") as handle:
        return {"sha256": hashlib.file_digest(handle, "sha256").hexdigest(), "bytes": file.stat().st_size}


def write_json(file: Path, value: dict[str, Any]) -> None:
    """Readable JSON; dates and instants in ISO form."""
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False, default=_iso) + "\n", encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether a release folder has a manifest and exactly the files that it names, byte for byte."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest["release_id"] == folder.name and manifest["files"] == digests(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def require_parquet(folder: Path, release_id: str, expected: dict[str, str] | None) -> None:
    """Raise ZorgmartError if a release that is made again in `folder` has other Parquet than it had: path → sha256."""
    if expected is None:
        return
    made = {f"parquet/{file.name}": digest(file)["sha256"] for file in (folder / "parquet").iterdir()}
    names = sorted(made.keys() | expected.keys())
    if other := [name for name in names if made.get(name) != expected.get(name)]:
        raise ZorgmartError(
            f"Release {release_id} can't be made again: {len(other)} of its {len(names)} Parquet files differ (first"
            f" {other[0]}), though deliveries, code and packages are those that made it; run `zorgmart status"
            " --verify`. Nothing was made."
        )


def _iso(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
