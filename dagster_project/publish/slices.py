"""One DuckDB file per insurer: its own rows and what belongs to all, nothing of another insurer.

A table is left out unless it is named here, so a new mart leaks nothing. Each slice is a fresh file that
only ever held these rows: the part for all is written once and copied, the own rows are added to it.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.publish import audit
from dagster_project.publish.catalog import Mart, literal, quoted
from dagster_project.publish.tables import RELEASE, comment, published

OWN = "insurer_uzovi"
FOR_ALL = (
    "finance.budget",
    "finance.budget_realisation",
    "finance.settlement",
    "finance.fixed_tariff",
    "integrity.double_funding_summary",
)
FOR_ALL_SCHEMAS = ("capacity", "kpi")
FINDING = "integrity.double_funding_finding"
_COUNTER = ("counter_provider_agb", "counter_declaration_id", "counter_sector")


def insurers(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> list[str]:
    """UZOVI of every insurer with a declaration or an allocation; raises ZorgmartError on one that is no UZOVI."""
    named = [m for m in marts if m.full_name in ("finance.declaration", "finance.insurer_allocation") and m.has(OWN)]
    if not named:
        return []
    union = " union ".join(f"select distinct {OWN} from {published(mart)}" for mart in named)
    found = [row[0] for row in con.execute(f"from ({union}) order by 1 nulls first").fetchall()]
    wrong = [uzovi for uzovi in found if not re.fullmatch(r"\d{4}", uzovi or "")]
    if wrong:
        raise ZorgmartError(f"finance has {OWN} {wrong[0]!r}, which is no UZOVI of 4 digits; correct the mart")
    return found


def write_slices(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], folder: Path, workers: int) -> None:
    """Writes `<uzovi>.duckdb` for every insurer into a folder, from the release file attached to the connection."""
    template = folder / ".for_all.duckdb"
    _write_for_all(con, marts, template)
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(_write_slice, con.cursor(), marts, template, uzovi) for uzovi in insurers(con, marts)]
    template.unlink()
    for job in jobs:
        job.result()


def is_for_all(mart: Mart) -> bool:
    """Whether every insurer may see the whole table."""
    return not mart.has(OWN) and (mart.full_name in FOR_ALL or mart.schema in FOR_ALL_SCHEMAS)


def _write_for_all(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path) -> None:
    queries = {mart: f"from {published(mart)}" for mart in marts if is_for_all(mart)}
    queries[audit.MART] = audit.without(con, RELEASE, audit.OF_OTHERS)
    _write(con, file, "slice_for_all", queries)


def _write_slice(cursor: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], template: Path, uzovi: str) -> None:
    file = shutil.copyfile(template, template.with_name(f"{uzovi}.duckdb"))
    database = f"slice_{uzovi}"
    own = {mart: f"from {published(mart)} where {OWN} = '{uzovi}'" for mart in marts if mart.has(OWN)}
    has_declarations = any(mart.full_name == "finance.declaration" for mart in own)
    findings = {mart: _own_findings(mart, database) for mart in marts if has_declarations and mart.full_name == FINDING}
    _write(cursor, file, database, own | findings)
    cursor.close()


def _own_findings(mart: Mart, database: str) -> str:
    """Findings on own declarations; of the other side only what is own too."""
    mine = quoted(database, "finance", "declaration")
    counters = ", ".join(
        f"if(counter.declaration_id is null, null, {name}) as {name}" for name in _COUNTER if mart.has(name)
    )
    return f"""
        select finding.* replace ({counters})
        from {published(mart)} as finding
        semi join {mine} as own
            on own.provider_agb = finding.provider_agb and own.declaration_id = finding.declaration_id
        left join {mine} as counter
            on counter.provider_agb = finding.counter_provider_agb
            and counter.declaration_id = finding.counter_declaration_id
        order by {", ".join(f"finding.{quoted(column)}" for column in mart.key)}
    """


def _write(con: duckdb.DuckDBPyConnection, file: Path, database: str, queries: dict[Mart, str]) -> None:
    con.execute(f"attach {literal(str(file))} as {quoted(database)}; begin")
    for mart, query in queries.items():
        con.execute(f"create schema if not exists {quoted(database, mart.schema)}")
        con.execute(f"create table {published(mart, database)} as {query}")
        comment(con, database, mart)
    con.execute(f"commit; checkpoint {quoted(database)}; detach {quoted(database)}")
