"""What an insurer is shown of a release: its slice as figures, each as weights of what the insurers have."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb

from .attack import Attack, Books, Weights

_AMOUNTS = """
    select
        provider_agb, strftime(service_month, '%Y-%m'),
        'declared' || if(legal_framework = 'Zvw', '', ' of other laws'), insurer_uzovi, sum(amount_eur)
    from released.finance.declaration where counted and covers_budget group by all
    union all
    select
        provider_agb, strftime(service_month, '%Y-%m'),
        'disputed' || if(legal_framework = 'Zvw', '', ' of other laws'), insurer_uzovi, sum(disputed_eur)
    from released.finance.declaration where counted and covers_budget group by all
    union all
    select provider_agb, strftime(month, '%Y-%m'), 'lump_sum', insurer_uzovi, sum(paid_cents)::decimal(18, 0) * 0.01
    from warehouse.intermediate.int_payments_current where kind = 'lump_sum' group by all
"""
_REGIONS = """
    select distinct provider_agb, year, region_code from released.finance.budget_realisation
    where budget_year_eur is not null
"""
_MONTHS = """
    select provider_agb, strftime(month, '%Y-%m'), year, declared_eur, disputed_eur, lump_sum_eur, revenue_eur,
        cumulative_revenue_eur
    from finance.budget_realisation
"""
_YEARS = """
    select distinct provider_agb, year, coalesce(revenue_eur, budget_eur - revenue_difference_eur)
    from finance.settlement
"""
_KPIS = """
    select
        if(kpi_id = 'realisation_pct', 'revenue', 'disputed') as part, region_code, year(period_start),
        strftime(
            least(
                period_start + case period_type when 'month' then interval 0 month when 'quarter' then interval 2 month
                    else interval 11 month end,
                (select date_trunc('month', as_of) from audit.release)
            ), '%Y-%m'
        ),
        numerator
    from kpi.value
    where kpi_id in ('realisation_pct', 'disputed_pct')
"""


def books(database: Path, warehouse: Path) -> Books:
    """What every insurer has, as the data team knows it."""
    with duckdb.connect() as con:
        con.execute(f"attach '{database}' as released (read_only); attach '{warehouse}' as warehouse (read_only)")
        cents = {tuple(place): _cents(amount) for *place, amount in con.execute(_AMOUNTS).fetchall()}
        regions = {(agb, year): region for agb, year, region in con.execute(_REGIONS).fetchall()}
    return Books(cents, regions)


def attack(world: Books, file: Path, insurer: str) -> Attack:
    """The attack of an insurer on the money of a file: its slice, or the whole release."""
    attempt = Attack(insurer, world.atoms)
    with duckdb.connect(file, read_only=True) as con:
        for value, weights in _shown(con, world):
            if value is not None:
                attempt.see(_cents(value), weights)
    return attempt


def _shown(con: duckdb.DuckDBPyConnection, world: Books) -> Iterator[tuple[Decimal | None, Weights]]:
    for agb, month, year, *parts, revenue, cumulative in con.execute(_MONTHS).fetchall():
        for part, value in zip(("declared", "disputed", "lump_sum"), parts, strict=True):
            yield value, world.figure(part, provider=agb, month=month)
        yield revenue, world.figure("revenue", provider=agb, month=month)
        yield cumulative, world.figure("revenue", provider=agb, year=year, until=month)
    for agb, year, revenue in con.execute(_YEARS).fetchall():
        yield revenue, world.figure("settled", provider=agb, year=year)
    for part, region, year, until, value in con.execute(_KPIS).fetchall():
        yield value, world.figure(part, region=region, year=year, until=until)


def _cents(euros: Decimal) -> int:
    cents = Decimal(euros) * 100
    assert cents == int(cents)
    return int(cents)
