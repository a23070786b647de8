"""The same rows give the same Parquet, byte for byte: other threads, other order of rows, other day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dagster_project.publish.release import publish

from .made import make_manifest, make_warehouse, request

ROWS = 800_000  # more in a month than one row group of 61,440


def test_parquet_is_the_same_to_the_byte(tmp_path: Path) -> None:
    seen = []
    for run, threads in enumerate(("1", "4")):
        folder = tmp_path / str(run)
        folder.mkdir()
        warehouse = make_warehouse(folder, ROWS, shuffle=run)
        make_manifest(folder, warehouse)
        started = datetime(2026, 3, 1 + run, tzinfo=UTC)
        checks = [
            {"name": "new_signals", "outcome": "warned", "sentence": f"{run} new signals since the last release."}
        ]
        release = publish(request(folder, warehouse, started_at=started, checks=checks, settings={"threads": threads}))
        files = release.manifest()["files"]
        seen.append(
            {name: told for name, told in files.items() if name.startswith("parquet/") or name == "datapackage.json"}
        )
    assert seen[0] == seen[1] and len(seen[0]) > 24
