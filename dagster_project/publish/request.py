"""What a run hands over to be published, and whether it can be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from dagster_project.errors import ZorgmartError

ExtraFile = bytes | Path | Callable[[Path], bytes]
RELEASE_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_OURS = re.compile(r"zorgmart\.duckdb.*|manifest\.json|datapackage\.json|(parquet|findings|\.spill)(/.*)?")


@dataclass(frozen=True)
class PublishRequest:
    """What a run hands over: a checked warehouse that no one writes to, and what the release says of itself.

    `expected_current` is the id that the pointer had when the run began (None: there was no release).
    `deliveries` have feed, delivery_date, file, version, sha256, and may have more; `checks` have name, outcome,
    sentence. `pseudonym_key` is the home's secret. `extra_files` maps a relative path to its bytes, to what makes them
    from the finished zorgmart.duckdb, or to a file to copy. `settings` go to DuckDB (threads, memory_limit).
    `full_refresh` takes nothing over from the release before. `make_current` moves the pointer also to an earlier date.
    `readers` is the id of the group that may read it. `made_by` names code and packages part by part. `beside` leaves
    the pointer where it is while a release stands there. `same_parquet` (path → sha256) is of a release that is made
    again: also if it stands whole, and it must come out with these files; the pointer stays.
    """

    home: Path
    warehouse: Path
    manifest: Path
    release_id: str
    as_of: date
    known_on: datetime
    code_version: str
    started_at: datetime
    expected_current: str | None
    deliveries: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    pseudonym_key: str = field(repr=False)
    extra_files: dict[str, ExtraFile] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    full_refresh: bool = False
    make_current: bool = False
    readers: int | None = None
    made_by: dict[str, str] = field(default_factory=dict)
    beside: bool = False
    same_parquet: dict[str, str] | None = None


def require_valid(request: PublishRequest) -> None:
    if not RELEASE_ID.fullmatch(request.release_id):
        raise ZorgmartError(f"release_id {request.release_id!r} is not <as_of date>-<8 hex digits>; correct the caller")
    if request.started_at.tzinfo is None:
        raise ZorgmartError("started_at has no time zone; give an instant")
    if not request.warehouse.is_file():
        raise ZorgmartError(f"there is no warehouse at {request.warehouse}; build it first with `zorgmart run`")
    for name in request.extra_files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or _OURS.fullmatch(str(path)):
            raise ZorgmartError(f"extra file {name!r} is no free path inside the release; give it another name")
