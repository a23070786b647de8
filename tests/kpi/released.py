"""The attack on a release as an insurer has it: the KPIs published to all, beside its own declarations."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.feeds.kpi_observations import KPIS
from dagster_project.settings import DBT

from .attack import Attack, Cell, Figures, Key

_CELLS = """
    select v.kpi_id, v.region_code, v.unit, v.period_type, v.period_start, v.numerator, v.denominator, v.n, d.kind
    from kpi.value as v
    inner join kpi.definition as d using (kpi_id)
    where d.is_personal
"""
_OWN = """
    with debits as (
        select d.region_code, d.service_month, r.role, c.declaration_id is not null as is_corrected
        from finance.declaration as d
        left join finance.declaration as c
            on c.provider_agb = d.provider_agb and c.corrects_declaration_id = d.declaration_id and c.counted
        left join read_csv(?, all_varchar = true) as r on r.performance_code = d.performance_code
        where d.debit_credit = 'D'
    )

    select
        region_code, service_month,
        count(*) filter (where is_corrected) as corrected,
        count(*) filter (where not is_corrected) as uncorrected,
        count(*) filter (where not is_corrected and role = 'ride_without_transport') as empty,
        count(*) filter (where not is_corrected and role = 'ride') as full,
        count(*) filter (where not is_corrected and role = 'emergency_contact') as contacts,
    from debits
    group by all
"""


def attack(database: Path) -> Attack:
    """The attack of whoever holds this file: the release, or an insurer's slice with its own declarations."""
    with duckdb.connect(database, read_only=True) as connection:
        found = connection.execute(_CELLS).fetchall()
        cells: dict[Cell, Figures] = {
            row[:5]: (None, None, None) if row[7] is None else tuple(map(float, row[5:8])) for row in found
        }
        kinds = {row[0]: row[8] for row in found}
        rows = connection.execute(_OWN, [str(DBT / "seeds" / "performance_code_role.csv")]).fetchall()
    own: dict[Key, float] = {}
    for region, month, corrected, uncorrected, empty, full, contacts in rows:
        for kpi, quantity, count in (
            ("admin_burden", "numerator", corrected),
            ("admin_burden", "rest", uncorrected),
            ("ambulance_no_transport", "numerator", empty),
            ("ambulance_no_transport", "rest", full),
            ("seh_per_1000", "n", contacts),
            ("seh_per_1000", "numerator", contacts),
        ):
            own[(kpi, region, "all", "month", month), quantity] = float(count)
    return Attack(cells, kinds, own, partial=frozenset(KPIS))
