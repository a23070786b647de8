"""The folder of a table's parts as a Delta table of one version, for Spark, warehouses in the cloud, and delta-rs.

The protocol is delta-io/delta, PROTOCOL.md: one JSON action a line. Paths are relative and nothing tells a time, so the
same release has the same bytes.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.publish.parts import Part

_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "long",
    "INTEGER": "integer",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def write_delta_log(folder: Path, mart: Mart, types: dict[str, str], parts: Iterable[Part], release_id: str) -> None:
    """Writes version 0; `folder` is the release's, `types` are DuckDB's by column."""
    table = folder / "parquet" / mart.full_name
    actions = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {"metaData": _meta_data(mart, types, release_id)},
        *({"add": _add(mart, part, table, folder)} for part in parts),
    ]
    log = table / "_delta_log"
    log.mkdir()
    lines = "".join(json.dumps(action, separators=(",", ":"), ensure_ascii=False) + "\n" for action in actions)
    (log / f"{0:020d}.json").write_text(lines, encoding="utf-8")


def _meta_data(mart: Mart, types: dict[str, str], release_id: str) -> dict[str, Any]:
    words = {column.name: column.description for column in mart.columns}
    fields = [
        {"name": name, "type": _type(mart, name, kind), "nullable": True, "metadata": {"comment": words[name]}}
        for name, kind in types.items()
    ]
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"zorgmart/{release_id}/{mart.full_name}")),
        "name": mart.full_name,
        "description": mart.description,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": fields}, separators=(",", ":"), ensure_ascii=False),
        "partitionColumns": [mart.month],
        "configuration": {},
    }


def _add(mart: Mart, part: Part, table: Path, folder: Path) -> dict[str, Any]:
    return {
        "path": (folder / part.file).relative_to(table).as_posix(),
        "partitionValues": {mart.month: str(part.month)},
        "size": part.bytes,
        "modificationTime": 0,
        "dataChange": True,
        "stats": json.dumps({"numRecords": part.rows}),
    }


def _type(mart: Mart, name: str, kind: str) -> str:
    if decimal := _DECIMAL.fullmatch(kind):
        return f"decimal({decimal[1]},{decimal[2]})"
    if kind not in _TYPES:
        raise ZorgmartError(
            f"{mart.full_name}.{name} is {kind}, which a Delta table can't hold; cast it in the mart,"
            " nothing is published"
        )
    return _TYPES[kind]
