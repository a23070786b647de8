"""manifest.json: what a release is made of and what is in it, and whether it is still whole."""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted

MANIFEST = "manifest.json"


def contents(con: duckdb.DuckDBPyConnection, mart: Mart, relation: str) -> dict[str, Any]:
    """Rows, and the sum of every amount as exact text, of a mart or a part of it: {rows, money: {column: euros}}."""
    sums = "".join(f", coalesce(sum({quoted(name)}), 0)::decimal(38, 2)::varchar" for name in mart.money)
    ((rows, *totals),) = con.execute(f"select count(*){sums} from {relation}").fetchall()
    return {"rows": rows, "money": dict(zip(mart.money, totals, strict=True))}


def digests(folder: Path, but: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """sha256 and bytes of every file of a folder by relative path, but of its manifest and of `but`.

    Only for files that no connection of this process has open for writing: opening one would drop its lock.
    """
    left_out = {folder / name for name in (MANIFEST, *but)}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path not in left_out)
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
    """Whether a release folder has a manifest and exactly the files that it names: parts in their lengths, for reading
    all of history every night would cost what it saves, and all else byte for byte."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
        parts = {
            part["file"]: files.pop(part["file"])
            for of_table in manifest.get("parts", {}).values()
            for part in of_table
        }
        return (
            manifest["release_id"] == folder.name
            and all((folder / name).stat().st_size == told["bytes"] for name, told in parts.items())
            and files == digests(folder, parts)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def require_parquet(folder: Path, release_id: str, expected: dict[str, str] | None) -> None:
    """Raise ZorgmartError if a release that is made again in `folder` has other Parquet than it had: path → sha256."""
    if expected is None:
        return
    made = {
        file.relative_to(folder).as_posix(): digest(file)["sha256"] for file in (folder / "parquet").rglob("*.parquet")
    }
    names = sorted(made.keys() | expected.keys())
    if other := [name for name in names if made.get(name) != expected.get(name)]:
        raise ZorgmartError(
            f"Release {release_id} can't be made again: {len(other)} of its {len(names)} Parquet files differ (first"
            f" {other[0]}), though deliveries, code and packages are those that made it; run `zorgmart status"
            " --verify`. Nothing was made."
        )


def _iso(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
