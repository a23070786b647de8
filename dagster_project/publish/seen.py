"""What an insurer sees: which tables, and which rows of them, as queries of the release file.

A table is left out unless it is named here, so a new mart leaks nothing.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.publish import audit
from dagster_project.publish.catalog import Mart, quoted
from dagster_project.publish.tables import RELEASE, published

OWN = "insurer_uzovi"
FOR_ALL = (
    "finance.budget",
    "finance.budget_realisation",
    "finance.settlement",
    "finance.fixed_tariff",
    "integrity.double_funding_summary",
)
FOR_ALL_SCHEMAS = ("kpi",)
PUBLIC_SCHEMAS = ("reference",)
"""What the tables of these name is public, insurers too."""

FINDING = "integrity.double_funding_finding"
_COUNTER = ("counter_provider_agb", "counter_declaration_id", "counter_sector")
_SIDED, _SIDES = quoted("memory", "main", "findings and whose they are"), (quoted("own side"), quoted("counter side"))


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


def is_for_all(mart: Mart) -> bool:
    """Whether every insurer may see the whole table."""
    if mart.schema in PUBLIC_SCHEMAS:
        return True
    return not mart.has(OWN) and (mart.full_name in FOR_ALL or mart.schema in FOR_ALL_SCHEMAS)


def is_own(uzovi: str) -> str:
    """The condition that a row is this insurer's."""
    return f"{OWN} = '{uzovi}'"


def for_all(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> dict[Mart, str]:
    """The tables that every insurer sees, with their rows."""
    queries = {mart: f"from {published(mart)}" for mart in marts if is_for_all(mart)}
    return queries | {audit.MART: audit.without(con, RELEASE, audit.OF_OTHERS)}


def own(marts: tuple[Mart, ...], uzovi: str) -> dict[Mart, str]:
    """The tables of which an insurer sees its own rows, with those; `gather_findings` comes first."""
    found = {
        mart: f"from {published(mart)} where {is_own(uzovi)}"
        for mart in marts
        if mart.has(OWN) and not is_for_all(mart)
    }
    return found | {mart: _own_findings(mart, uzovi) for mart in _findings(marts)}


def gather_findings(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> None:
    """Looks up whose the declarations of both sides of a finding are, once for all insurers."""
    declarations = next((published(mart) for mart in marts if mart.full_name == "finance.declaration"), None)
    for mart in _findings(marts):
        con.execute(f"""
            create table {_SIDED} as
            select finding.*, own.{OWN} as {_SIDES[0]}, counter.{OWN} as {_SIDES[1]}
            from {published(mart)} as finding
            inner join {declarations} as own
                on own.provider_agb = finding.provider_agb and own.declaration_id = finding.declaration_id
            left join {declarations} as counter
                on counter.provider_agb = finding.counter_provider_agb
                and counter.declaration_id = finding.counter_declaration_id
        """)


def _findings(marts: tuple[Mart, ...]) -> list[Mart]:
    """The mart of findings, if there are declarations to tell whose they are."""
    names = {mart.full_name for mart in marts}
    return [mart for mart in marts if mart.full_name == FINDING and "finance.declaration" in names]


def _own_findings(mart: Mart, uzovi: str) -> str:
    """Findings on own declarations; of the other side only what is own too."""
    own_side, counter_side = _SIDES
    counters = ", ".join(
        f"if({counter_side} = '{uzovi}', {name}, null) as {name}" for name in _COUNTER if mart.has(name)
    )
    return f"""
        select * exclude ({own_side}, {counter_side}) replace ({counters})
        from {_SIDED}
        where {own_side} = '{uzovi}'
        order by {", ".join(quoted(column) for column in mart.key)}
    """
