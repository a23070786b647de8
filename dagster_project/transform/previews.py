"""The KPI tables as a monitor first wants to see them, for the metadata of their assets."""

from __future__ import annotations

from pathlib import Path

import duckdb

_DEFINITIONS = """
    select
        kpi_id as "KPI", name_nl as "Naam", name_en as "Name", numerator as "Numerator",
        denominator as "Denominator", unit as "Unit", direction as "Better",
    from kpi.definition
    order by kpi_id
"""
_VALUES = """
    with latest as (
        select v.*
        from kpi.value as v
        cross join raw.run as r
        where v.period_type = 'month' and v.period_start < date_trunc('month', r.as_of + 1)
        qualify v.period_start = max(v.period_start) over (partition by v.kpi_id)
    )

    select
        d.name_nl || ' (' || d.name_en || ')' as "KPI", l.unit as "Unit", l.region_code as "Region",
        strftime(l.period_start, '%Y-%m') as "Month",
        case when l.suppressed then '<n' else coalesce(printf('%.2f', l.value), 'n/a') end || ' ' || d.unit as "Value",
        coalesce(printf('%.0f', l.target), '') as "Target", l.status as "Status",
    from latest as l
    inner join kpi.definition as d using (kpi_id)
    where l.unit in ('all', 'seh')
    order by d.name_nl, l.unit, l.region_code <> 'NL', l.region_code
"""


def kpi_previews(warehouse: Path) -> dict[tuple[str, str], str]:
    """Markdown tables by schema and name: the catalogue, and all values of the last whole month."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return {
            ("kpi", "definition"): markdown_table(connection.execute(_DEFINITIONS)),
            ("kpi", "value"): markdown_table(connection.execute(_VALUES)),
        }


def markdown_table(result: duckdb.DuckDBPyConnection) -> str:
    """All rows of a query as one table; a bar in a value would end its cell."""
    names = [column[0] for column in result.description]
    rows = [[str(value).replace("|", "/") for value in row] for row in result.fetchall()]
    return "\n".join(f"| {' | '.join(row)} |" for row in [names, ["---"] * len(names), *rows])
