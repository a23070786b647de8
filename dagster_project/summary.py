"""A few lines about the current release, for each of its three kinds of readers."""

from __future__ import annotations

from dagster_project.clock import today
from dagster_project.errors import ZorgmartError
from dagster_project.ingest.landing import scan
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.report import not_read_lines
from dagster_project.publish.pointer import current_release
from dagster_project.publish.reader import query
from dagster_project.settings import Settings

_DELIVERED = """
    select count(*), sum(rows), sum(accepted), sum(quarantined), count(*) filter (where status = 'rejected')
    from integrity.delivery
"""
_REALISED = """
    select year, count(distinct provider_agb), sum(budget_eur), sum(revenue_eur), sum(revenue_difference_eur)
    from finance.settlement
    where edition = 'provisional' and status = 'settled'
    group by year
    order by year
"""
_DISPUTED = """
    select count(*), (select coalesce(sum(disputed_eur), 0) from finance.declaration)
    from integrity.double_funding_finding
    where status = 'open'
"""
_MONITORED = """
    select d.name_en, d.name_nl, v.value, d.unit, v.period_start
    from kpi.value as v
    inner join kpi.definition as d using (kpi_id)
    where
        v.region_code = 'NL' and v.period_type = 'month' and v.value is not null and v.unit in ('all', 'seh')
        and v.period_start < (select date_trunc('month', as_of + 1) from audit.release)
    qualify row_number() over (partition by v.kpi_id order by v.period_start desc) = 1
    order by v.kpi_id
"""


def summary_lines(settings: Settings) -> list[str]:
    """What the release holds, in sentences."""
    release = current_release(settings.home)
    lines = [f"Release {release.release_id} stands in {release.path}", ""]
    return [*lines, *_data_team(settings), *_insurers(settings), *_monitors(settings)]


def not_read_by_run(settings: Settings) -> list[str]:
    """Which files of the landing folder the last run did not read, and why."""
    with Ledger(settings.home, read_only=True) as ledger:
        return not_read_lines(ledger.passed_over())


def not_read_now(settings: Settings) -> list[str]:
    """The same of a run that may have ended before it looked; nothing of a folder that can't be read."""
    try:
        lying = scan(settings.landing)
        return not_read_lines([*lying.ignored, *lying.later_than(today())])
    except ZorgmartError:
        return []


def _rows(settings: Settings, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in query(settings.home, sql).to_pylist()]


def _data_team(settings: Settings) -> list[str]:
    files, rows, accepted, quarantined, rejected = _rows(settings, _DELIVERED)[0]
    return [
        f"Deliveries: {files:,} files, {rows:,} rows = {accepted:,} accepted + {quarantined:,} quarantined;"
        f" {rejected:,} files rejected (integrity.delivery, integrity.quarantine)."
    ]


def _insurers(settings: Settings) -> list[str]:
    lines = [
        f"Settlement {year}: {providers:,} budgets of EUR {budget:,.2f}, revenue EUR {revenue:,.2f},"
        f" difference EUR {difference:,.2f} spread over the insurers to the cent (finance.insurer_allocation)."
        for year, providers, budget, revenue, difference in _rows(settings, _REALISED)
    ]
    findings, disputed = _rows(settings, _DISPUTED)[0]
    return [*lines, f"Double funding: {findings:,} findings, EUR {disputed:,.2f} kept out of revenue."]


def _monitors(settings: Settings) -> list[str]:
    lines = [
        f"  {name_nl} ({name_en}), {period:%Y-%m}: {value:,.2f} {unit}"
        for name_en, name_nl, value, unit, period in _rows(settings, _MONITORED)
    ]
    return ["KPIs of the country, each of the last whole month that can be shown (kpi.value):", *lines]
