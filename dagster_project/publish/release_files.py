"""The files of a release, written into its folder: parts, tables, Parquet, findings, words, and the manifest last."""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.marts.catalog import read_marts
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted
from dagster_project.publish import audit, datapackage, manifest, parts, recipients, space
from dagster_project.publish.base_release import Base
from dagster_project.publish.changed_figures import deliveries_changed, figures, moved
from dagster_project.publish.delta_log import write_delta_log
from dagster_project.publish.findings import write_findings
from dagster_project.publish.insurer_visibility import insurers
from dagster_project.publish.links import link_or_copy
from dagster_project.publish.parquet import export
from dagster_project.publish.parts import Months, Part
from dagster_project.publish.pointer import published_folder
from dagster_project.publish.request import ExtraFile, PublishRequest
from dagster_project.publish.tables import RELEASE, comment, published, source, workshop, write_mart, write_view

log = logging.getLogger(__name__)
Parts = Mapping[str, list[Part]]
"""By full name of the table, in the order of their months."""


def write_release(request: PublishRequest, folder: Path, before: dict[str, Any] | None, base: Base) -> Parts:
    """Writes every file; `before` is the manifest of the release before, `base` what of it may be taken over."""
    (folder / "parquet").mkdir()
    marts = read_marts(request.manifest)
    spill, database = folder / ".spill", folder / "zorgmart.duckdb"
    with workshop(request.warehouse, database, spill, request.settings) as (con, warehouse):
        by_month = [
            parts.months(con, warehouse, mart, _may_be_kept(request, base, mart)) for mart in marts if mart.month
        ]
        space.require_space(published_folder(request.home), request.warehouse, before, by_month)
        with timed("pseudonyms"):
            _write_patients(con, warehouse, marts, by_month, request.pseudonym_key)
        with timed("parts"):
            made = {months.mart.full_name: _parts(con, warehouse, months, folder, base) for months in by_month}
        with timed("tables"):
            told = _write_tables(con, warehouse, marts, made, request, before)
        marts = (*marts, audit.MART)
        with timed("Parquet"):
            _write_parquet(con, marts, made, folder, request.release_id)
        with timed("findings per provider"):
            write_findings(con, warehouse, marts, folder / "findings")
        resources = [datapackage.resource(con, mart, made.get(mart.full_name)) for mart in marts if mart.in_parquet]
        told["insurers"] = insurers(con, marts)
    shutil.rmtree(spill)
    _write_extra(request.extra_files, folder, database)
    told |= {
        "marts": [mart.as_record() for mart in marts],
        "parts": {table: [part.as_told() for part in of_table] for table, of_table in made.items()},
        "deliveries": request.deliveries,
    }
    with timed("hashes"):
        known = {
            part.file: {"sha256": part.sha256, "bytes": part.bytes} for of_table in made.values() for part in of_table
        }
        files = known | manifest.digests(folder, known)
    package = datapackage.package(request.release_id, resources, request.deliveries, files)
    manifest.write_json(folder / "datapackage.json", package)
    files |= {"datapackage.json": manifest.digest(folder / "datapackage.json")}
    manifest.write_json(folder / manifest.MANIFEST, told | {"files": dict(sorted(files.items()))})
    return made


def _may_be_kept(request: PublishRequest, base: Base, mart: Mart) -> tuple[Part, ...]:
    return () if request.full_refresh else base.parts.get(mart.full_name, ())


def _write_patients(
    con: duckdb.DuckDBPyConnection, warehouse: str, marts: tuple[Mart, ...], by_month: list[Months], key: str
) -> None:
    """Pseudonyms of the patients whose rows are written; those of a part that is taken over stand in it."""
    months = {each.mart.full_name: each for each in by_month}
    queries = []
    for mart in (mart for mart in marts if mart.has(recipients.PATIENT)):
        query = f"select {recipients.PATIENT} from {quoted(warehouse, mart.schema, mart.name)}"
        if each := months.get(mart.full_name):
            if not each.written:
                continue
            due = ", ".join(f"date '{month}'" for month in each.written)
            query += f" where {quoted(mart.month or '')} in ({due})"
        queries.append(query)
    recipients.write_released(con, queries, key)


def _parts(con: duckdb.DuckDBPyConnection, warehouse: str, months: Months, folder: Path, base: Base) -> list[Part]:
    """All parts of a table in the folder: those of the base under one more name, the others written."""
    for part in months.kept:
        (folder / part.file).parent.mkdir(parents=True)
        link_or_copy(base.release.path / part.file, folder / part.file)
    query, _ = source(con, warehouse, months.mart)
    written = parts.write(con, months, query, folder)
    found = sorted((*months.kept, *written), key=lambda part: part.month)
    if not months.kept:
        parts.require_key_over_months(con, months.mart, found, folder)
    log.info("publish: %s has %d parts, %d of them new", months.mart.full_name, len(found), len(written))
    return found


def _write_tables(
    con: duckdb.DuckDBPyConnection,
    warehouse: str,
    marts: tuple[Mart, ...],
    made: Parts,
    request: PublishRequest,
    before: dict[str, Any] | None,
) -> dict[str, Any]:
    """Fills zorgmart.duckdb and returns what the manifest tells of it."""
    final = published_folder(request.home).resolve() / request.release_id
    con.execute("begin")
    for mart in marts:
        if mart.month:
            write_view(con, warehouse, mart, final if made[mart.full_name] else None)
        else:
            write_mart(con, warehouse, mart)
    tables = {
        mart.full_name: parts.total(mart, made[mart.full_name])
        if mart.month
        else manifest.contents(con, mart, published(mart))
        for mart in marts
    }
    after = figures(con, marts, {name: table["rows"] for name, table in tables.items()})
    told = _about(request) | _against(request, before, after)
    audit.write_release(con, RELEASE, told)
    comment(con, RELEASE, audit.MART)
    con.execute(f"commit; checkpoint {RELEASE}")
    tables[audit.MART.full_name] = manifest.contents(con, audit.MART, published(audit.MART))
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


def _write_parquet(
    con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], made: Parts, folder: Path, release_id: str
) -> None:
    for mart in marts:
        if of_mart := made.get(mart.full_name):
            described = con.execute(f"describe {published(mart)}").fetchall()
            types = {name: kind for name, kind, *_ in described}
            write_delta_log(folder, mart, types, of_mart, release_id)
        elif mart.in_parquet:
            export(con, mart, folder / "parquet")


def _write_extra(extra_files: dict[str, ExtraFile], folder: Path, database: Path) -> None:
    for name, content in extra_files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, file)
        else:
            file.write_bytes(content(database) if callable(content) else content)


@contextmanager
def timed(part: str) -> Iterator[None]:
    """Says in the log how long a part of publishing took."""
    began = time.monotonic()
    yield
    log.info("publish: %s in %.2f s", part, time.monotonic() - began)
