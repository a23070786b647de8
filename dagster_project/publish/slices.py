"""One DuckDB file per insurer: its own rows and what belongs to all, nothing of another insurer.

A table is left out unless it is named here, so a new mart leaks nothing. Each slice is a file that only ever held
rows of its insurer and of all: a copy of the part for all, which is written once, or of its slice of before.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.publish import audit
from dagster_project.publish.catalog import Mart, literal, quoted
from dagster_project.publish.difference import Difference
from dagster_project.publish.pointer import Release
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
MOST_ROWS = 2_000_000
"""That are gathered at a time; some 300 bytes each."""
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


def write_slices(
    con: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    folder: Path,
    workers: int,
    differences: Mapping[str, Difference] | None = None,
    start: Release | None = None,
) -> None:
    """Writes `<uzovi>.duckdb` for every insurer into a folder, from the release file attached to the connection.

    With a release to start from, a slice begins as a copy of that insurer's slice there.
    """
    named = insurers(con, marts)
    origins = {uzovi: start.insurer_database(uzovi) for uzovi in named if start and uzovi in start.insurers}
    for uzovi, origin in origins.items():
        shutil.copyfile(origin, folder / f"{uzovi}.duckdb")
    with ThreadPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(_renew_slice, con.cursor(), marts, folder / f"{uzovi}.duckdb", differences or {})
            for uzovi in origins
        ]
        for job in jobs:
            job.result()
        if fresh := [uzovi for uzovi in named if uzovi not in origins]:
            _write_slices(con, marts, folder, pool, fresh)


def is_for_all(mart: Mart) -> bool:
    """Whether every insurer may see the whole table."""
    return not mart.has(OWN) and (mart.full_name in FOR_ALL or mart.schema in FOR_ALL_SCHEMAS)


def _write_for_all(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path) -> None:
    with _opened(con, file) as database:
        for mart, query in _for_all(con, marts).items():
            _write(con, database, mart, query)


def _write_slices(
    con: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    folder: Path,
    pool: ThreadPoolExecutor,
    named: list[str],
) -> None:
    """Fresh files. The part for all is written once; the many rows are gone through once for a few insurers at a
    time, for their rows lie everywhere among those of the others."""
    template = folder / ".for_all.duckdb"
    _write_for_all(con, marts, template)
    for some in _groups(con, marts, named):
        gathered = {mart: _gather(con, mart, some) for mart in marts if mart.has(OWN) and mart.part}
        for uzovi in some:
            shutil.copyfile(template, folder / f"{uzovi}.duckdb")
        jobs = [pool.submit(_write_slice, con.cursor(), marts, folder / f"{uzovi}.duckdb", gathered) for uzovi in some]
        for job in jobs:
            job.result()
    template.unlink()


def _groups(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], named: list[str]) -> Iterator[list[str]]:
    """Insurers whose rows fit in memory together; one that has more than that is alone."""
    many = [published(mart) for mart in marts if mart.has(OWN) and mart.part]
    union = " union all ".join(f"select {OWN} from {table}" for table in many) or f"select null as {OWN} limit 0"
    rows = dict(con.execute(f"select {OWN}, count(*) from ({union}) group by all").fetchall())
    group, held = [], 0
    for uzovi in named:
        if group and held + rows.get(uzovi, 0) > MOST_ROWS:
            yield group
            group, held = [], 0
        group.append(uzovi)
        held += rows.get(uzovi, 0)
    yield group


def _gather(con: duckdb.DuckDBPyConnection, mart: Mart, some: list[str]) -> str:
    """The rows of some insurers in a table that every cursor of the connection sees; it replaces the last one."""
    table = quoted("memory", "main", f"{mart.full_name} of some")
    named = ", ".join(literal(uzovi) for uzovi in some)
    con.execute(f"create or replace table {table} as from {published(mart)} where {OWN} in ({named})")
    return table


def _write_slice(
    cursor: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path, gathered: Mapping[Mart, str]
) -> None:
    """Adds the own rows to a copy of the part for all."""
    with _opened(cursor, file) as database:
        for mart, query in _own(marts, file.stem, database, gathered).items():
            _write(cursor, database, mart, query)
    cursor.close()


def _renew_slice(
    cursor: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], file: Path, differences: Mapping[str, Difference]
) -> None:
    """Brings a copy of the insurer's slice of before in step; it only ever held rows of this insurer and of all."""
    with _opened(cursor, file) as database:
        for mart, query in (_for_all(cursor, marts) | _own(marts, file.stem, database, {})).items():
            if difference := differences.get(mart.full_name):
                difference.apply(cursor, published(mart, database), _is_own(file.stem) if mart.has(OWN) else "true")
            else:
                _write(cursor, database, mart, query)
    cursor.close()


def _is_own(uzovi: str) -> str:
    return f"{OWN} = '{uzovi}'"


def _for_all(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> dict[Mart, str]:
    """The tables that every insurer sees, with their rows."""
    queries = {mart: f"from {published(mart)}" for mart in marts if is_for_all(mart)}
    return queries | {audit.MART: audit.without(con, RELEASE, audit.OF_OTHERS)}


def _own(marts: tuple[Mart, ...], uzovi: str, database: str, gathered: Mapping[Mart, str]) -> dict[Mart, str]:
    """The tables of which an insurer sees its own rows, with those; findings come last, and look at declarations."""
    relations = {mart: gathered.get(mart) or published(mart) for mart in marts if mart.has(OWN)}
    own = {mart: f"from {relation} where {_is_own(uzovi)}" for mart, relation in relations.items()}
    if any(mart.full_name == "finance.declaration" for mart in own):
        own |= {mart: _own_findings(mart, database) for mart in marts if mart.full_name == FINDING}
    return own


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


@contextmanager
def _opened(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[str]:
    """A file attached, everything in one transaction, whole on leaving; gives the name it has meanwhile."""
    database = f"slice {file.stem}"
    con.execute(f"attach {literal(str(file))} as {quoted(database)}; begin")
    yield database
    con.execute(f"commit; checkpoint {quoted(database)}; detach {quoted(database)}")


def _write(con: duckdb.DuckDBPyConnection, database: str, mart: Mart, query: str) -> None:
    con.execute(f"create schema if not exists {quoted(database, mart.schema)}")
    con.execute(f"create or replace table {published(mart, database)} as {query}")
    comment(con, database, mart)
