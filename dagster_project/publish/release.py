"""Making a release: everything into a folder of its own, to the disk, then one step of the pointer.

Belongs here: the order of those steps and what a run must bring. How each file is made stands beside it.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from dagster_project.errors import ZorgmartError, error_because
from dagster_project.marts.catalog import read_marts
from dagster_project.marts.mart import Mart
from dagster_project.publish import audit, build_folder, datapackage, manifest, readers
from dagster_project.publish.base_release import usable
from dagster_project.publish.changed_figures import deliveries_changed, figures, moved
from dagster_project.publish.difference import Difference
from dagster_project.publish.findings import write_findings
from dagster_project.publish.parquet import export, parquet_name
from dagster_project.publish.pointer import (
    Release,
    current_id,
    current_release,
    is_of_earlier_date,
    move_pointer,
    publish_lock,
    published_folder,
    require_current,
)
from dagster_project.publish.recipients import write_released
from dagster_project.publish.slices import write_slices
from dagster_project.publish.space import slices_of_first_release
from dagster_project.publish.tables import RELEASE, comment, differences_of, drop_others, workshop, write_mart

ExtraFile = bytes | Path | Callable[[Path], bytes]
log = logging.getLogger(__name__)
RELEASE_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_OURS = re.compile(r"zorgmart\.duckdb.*|manifest\.json|datapackage\.json|(parquet|insurers|findings|\.spill)(/.*)?")


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


def publish(request: PublishRequest) -> Release:
    """Makes the release, or takes the whole one that is there, and points `current` at it unless that has a later date.

    Raises ZorgmartError in one sentence; whatever happens, the release before stays as it is.
    """
    _require_valid(request)
    try:
        return _publish(request)
    except (OSError, duckdb.Error) as error:
        reason = str(error).strip().splitlines()[0]
        sentence = (
            f"release {request.release_id} could not be made ({reason}); the current release stands,"
            " mend that and run again"
        )
        raise error_because(error, sentence) from error


def _publish(request: PublishRequest) -> Release:
    published = published_folder(request.home)
    published.mkdir(parents=True, exist_ok=True)
    target = published.resolve() / request.release_id
    readers.grant_all(request.home, request.readers)
    require_current(request.home, request.expected_current, request.release_id)
    if request.same_parquet is not None or not manifest.is_whole(target):
        before = _before(request)
        slices = 0 if before else slices_of_first_release(request.warehouse, read_marts(request.manifest))
        build_folder.require_space(published, request.warehouse, _bytes(before), slices)
        with build_folder.build_folder(published, request.release_id) as folder:
            _write(request, folder, before)
            manifest.require_parquet(folder, request.release_id, request.same_parquet)
            with _timed("to disk"):
                build_folder.seal(folder)
                readers.grant(folder, request.readers)
            with publish_lock(published):
                require_current(request.home, request.expected_current, request.release_id)
                if not manifest.is_whole(target):
                    build_folder.settle(folder, target)
                _point(request)
    else:
        with publish_lock(published):
            _point(request)
    return Release(request.release_id, target)


def _point(request: PublishRequest) -> None:
    """Points `current` at the release, unless one of a later date stands there and nobody asked to go back."""
    if request.same_parquet is not None:
        return
    standing = current_id(request.home)
    is_gone = standing is None or not (published_folder(request.home) / standing).is_dir()
    stays = request.beside or is_of_earlier_date(request.release_id, standing)
    if request.make_current or is_gone or not stays:
        move_pointer(request.home, request.release_id, request.expected_current)


def _write(request: PublishRequest, folder: Path, before: dict[str, Any] | None) -> None:
    """Writes every file of the release; the manifest comes last."""
    for part in ("parquet", "insurers"):
        (folder / part).mkdir()
    marts = read_marts(request.manifest)
    spill, database = folder / ".spill", folder / "zorgmart.duckdb"
    with _timed("what may be taken over"):
        start = _start(request, before)
        if start:
            shutil.copyfile(start.database, database)
    with workshop(request.warehouse, database, spill, request.settings) as (con, warehouse):
        with _timed("pseudonyms"):
            write_released(con, warehouse, marts, request.pseudonym_key)
        with _timed("differences"):
            differences = differences_of(con, warehouse, marts) if start else {}
        with _timed("tables"):
            told = _write_tables(con, warehouse, marts, differences, request, before)
        marts = (*marts, audit.MART)
        with _timed("Parquet and slices"):
            threads = int(request.settings.get("threads", os.cpu_count() or 1))
            _write_exports(con, marts, differences, folder, start, threads, request.pseudonym_key)
        with _timed("findings per provider"):
            write_findings(con, warehouse, marts, folder / "findings")
        resources = [datapackage.resource(con, mart) for mart in marts if mart.in_parquet]
    shutil.rmtree(spill)
    _write_extra(request.extra_files, folder, database)
    with _timed("hashes"):
        files = manifest.digests(folder)
    package = datapackage.package(request.release_id, resources, request.deliveries, files)
    manifest.write_json(folder / "datapackage.json", package)
    files |= {"datapackage.json": manifest.digest(folder / "datapackage.json")}
    manifest.write_json(folder / manifest.MANIFEST, told | {"deliveries": request.deliveries, "files": files})


def _start(request: PublishRequest, before: dict[str, Any] | None) -> Release | None:
    """The release before, if this one may begin from a copy of it."""
    told = None if request.full_refresh else before
    return usable(current_release(request.home), told, request.as_of, request.code_version) if told else None


def _write_tables(
    con: duckdb.DuckDBPyConnection,
    warehouse: str,
    marts: tuple[Mart, ...],
    differences: dict[str, Difference],
    request: PublishRequest,
    before: dict[str, Any] | None,
) -> dict[str, Any]:
    """Fills zorgmart.duckdb and returns what the manifest tells of it."""
    con.execute("begin")
    drop_others(con, differences)
    for mart in marts:
        write_mart(con, warehouse, mart, differences.get(mart.full_name))
    tables = {mart.full_name: manifest.contents(con, mart) for mart in marts}
    after = figures(con, marts, {name: table["rows"] for name, table in tables.items()})
    told = _about(request) | _against(request, before, after)
    audit.write_release(con, RELEASE, told)
    comment(con, RELEASE, audit.MART)
    con.execute(f"commit; checkpoint {RELEASE}")
    tables[audit.MART.full_name] = manifest.contents(con, audit.MART)
    return told | {"tables": tables}


def _about(request: PublishRequest) -> dict[str, Any]:
    return {
        "release_id": request.release_id,
        "as_of": request.as_of,
        "known_on": request.known_on,
        "code_version": request.code_version,
        "made_by": request.made_by,
        "started_at": request.started_at,
        "finished_at": datetime.now(UTC),
        "checks": request.checks,
    }


def _before(request: PublishRequest) -> dict[str, Any] | None:
    """The manifest of the release before; None if there is none, or if it is damaged and this run mends it."""
    try:
        release = current_release(request.home)
        return release.manifest() if release and release.release_id != request.release_id else None
    except (OSError, ValueError, ZorgmartError) as error:
        log.warning("publish: no comparison with the release before (%s)", error)
        return None


def _bytes(manifest: dict[str, Any] | None) -> int:
    return sum(file["bytes"] for file in manifest["files"].values()) if manifest else 0


def _against(request: PublishRequest, before: dict[str, Any] | None, after: dict[str, str]) -> dict[str, Any]:
    """What moved against the release before; a first release moved nothing."""
    old = before or {"release_id": None, "figures": after, "deliveries": request.deliveries}
    new, gone = deliveries_changed(old["deliveries"], request.deliveries)
    return {
        "moved_against": old["release_id"],
        "moved": moved(old["figures"], after),
        "deliveries_new": new,
        "deliveries_gone": gone,
        "figures": after,
    }


def _write_exports(
    con: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    differences: dict[str, Difference],
    folder: Path,
    start: Release | None,
    workers: int,
    key: str,
) -> None:
    """Parquet and slices side by side: a slice is too small to keep more than one core busy."""
    with ThreadPoolExecutor(1) as pool:
        slices = pool.submit(write_slices, con.cursor(), marts, folder / "insurers", workers, differences, start, key)
        for mart in (mart for mart in marts if mart.in_parquet):
            difference = differences.get(mart.full_name)
            before = start.path / "parquet" / parquet_name(mart) if start and difference else None
            export(con, mart, folder / "parquet", before, difference.months if difference else ())
    slices.result()


def _write_extra(extra_files: dict[str, ExtraFile], folder: Path, database: Path) -> None:
    for name, content in extra_files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, file)
        else:
            file.write_bytes(content(database) if callable(content) else content)


def _require_valid(request: PublishRequest) -> None:
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


@contextmanager
def _timed(part: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    log.info("publish: %s in %.2f s", part, time.monotonic() - began)
