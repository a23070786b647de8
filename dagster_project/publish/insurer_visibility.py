"""What an insurer sees of the release, as queries: rows, columns and figures.

Who sees a table, a row, a column or a figure stands in the marts' YAML (`visible_to`, `visible_where`,
`withheld_where`), and nowhere here.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

import re

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import (
    ALL,
    COUNTER_DECLARATION,
    DATA_TEAM,
    DECLARATION,
    INSURER,
    OWN_COUNTER,
    OWN_ROWS,
    Mart,
    MartColumn,
)
from dagster_project.marts.sql import quoted
from dagster_project.publish.recipients import PATIENT, SHOWN, SHOWN_TO, STORED
from dagster_project.publish.tables import published

_OWN_SIDE, _COUNTER_SIDE = quoted("own side"), quoted("counter side")


def insurers(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> list[str]:
    """UZOVI of every insurer that a release knows; raises ZorgmartError on one that is no UZOVI."""
    named = [mart for mart in marts if mart.full_name in ("reference.insurer", "finance.insurer_allocation")]
    if not named:
        return []
    union = " union ".join(f"select distinct {INSURER} from {published(mart)}" for mart in named)
    found = [row[0] for row in con.execute(f"from ({union}) order by 1 nulls first").fetchall()]
    wrong = [uzovi for uzovi in found if not re.fullmatch(r"\d{4}", uzovi or "")]
    if wrong:
        raise ZorgmartError(f"the release has insurer {wrong[0]!r}, which is no UZOVI of 4 digits; correct the mart")
    return found


def for_all(marts: tuple[Mart, ...]) -> dict[Mart, str]:
    """The tables that every insurer sees, with their rows."""
    return {
        mart: f"select {_columns(mart)} from {published(mart)}{_rows(mart)}" for mart in marts if mart.visible_to == ALL
    }


def _rows(mart: Mart) -> str:
    """The condition on the rows of a table for all of which not every row is."""
    return f" where {quoted(mart.visible_where)}" if mart.visible_where else ""


def own(marts: tuple[Mart, ...]) -> tuple[Mart, ...]:
    """The tables of which an insurer sees its own rows."""
    return tuple(mart for mart in marts if mart.visible_to == OWN_ROWS)


def own_rows(mart: Mart, uzovi: str) -> str:
    """The query for this insurer's rows of a mart, with its pseudonyms (see `recipients.write_shown_to`)."""
    shown = f"left join {SHOWN_TO} as shown on shown.{STORED} = mart.{PATIENT}" if mart.has(PATIENT) else ""
    if mart.has(INSURER):
        return f"select {_columns(mart)} from {published(mart)} as mart {shown} where mart.{INSURER} = '{uzovi}'"
    order = ", ".join(quoted(column) for column in mart.key)
    return f"""
        select {_columns(mart, uzovi)} from {_sided(mart)} as mart {shown}
        where {_OWN_SIDE} = '{uzovi}' order by {order}
    """


def own_patients(marts: tuple[Mart, ...], uzovi: str) -> str:
    """The query for the patients of this insurer's rows, as the release shows them."""
    own_marts = [mart for mart in own(marts) if mart.has(PATIENT, INSURER)]
    queries = [f"select {PATIENT} from {published(mart)} where {INSURER} = '{uzovi}'" for mart in own_marts]
    return " union ".join(queries) or f"select null::varchar as {PATIENT} where false"


def gather_sides(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> None:
    """Looks up whose the declarations are that rows are about, once for all insurers; `own_rows` comes after."""
    declaration = next((published(mart) for mart in marts if mart.full_name == "finance.declaration"), None)
    for mart in own(marts):
        if mart.has(INSURER):
            continue
        counter = f"left join {declaration} as counter on {_same(COUNTER_DECLARATION, 'counter')}"
        has_counter = mart.has(*COUNTER_DECLARATION)
        con.execute(f"""
            create table {_sided(mart)} as
            select
                mart.*, own.{INSURER} as {_OWN_SIDE},
                {f"counter.{INSURER}" if has_counter else "null::varchar"} as {_COUNTER_SIDE}
            from {published(mart)} as mart
            inner join {declaration} as own on {_same(DECLARATION, "own")}
            {counter if has_counter else ""}
        """)


def _same(columns: tuple[str, str], other: str) -> str:
    return " and ".join(f"mart.{column} = {other}.{name}" for column, name in zip(columns, DECLARATION, strict=True))


def _sided(mart: Mart) -> str:
    return quoted("memory", "main", f"{mart.full_name} and whose it is")


def _columns(mart: Mart, uzovi: str = "") -> str:
    """The columns of a mart in their order and types, as an insurer sees them."""
    return ", ".join(f"{_shown(column, uzovi)} as {quoted(column.name)}" for column in mart.columns)


def _shown(column: MartColumn, uzovi: str) -> str:
    name = quoted(column.name)
    if column.name == PATIENT:
        return f"shown.{SHOWN}"
    if column.visible_to == DATA_TEAM:
        return f"if(false, {name}, null)"
    if column.visible_to == OWN_COUNTER:
        return f"if({_COUNTER_SIDE} = '{uzovi}', {name}, null)"
    return f"if({quoted(column.withheld_where)}, null, {name})" if column.withheld_where else name
