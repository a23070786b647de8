"""A few lines about the release that a run made, for each of its three kinds of readers."""

# ruff: noqa: S608 - the condition on periods is a constant of `monitor/periods.py`
from __future__ import annotations

from collections.abc import Callable

from dagster_project.clock import today
from dagster_project.errors import ZorgmartError
from dagster_project.ingest.landing import scan
from dagster_project.ingest.ledger import Ledger
from dagster_project.ingest.report import not_read_lines
from dagster_project.monitor.periods import is_over
from dagster_project.publish.bounds import Bounds
from dagster_project.publish.pointer import current_id, is_of_earlier_date, release_named
from dagster_project.publish.reader import query
from dagster_project.settings import Settings

Read = Callable[[str], list[tuple]]

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
    select
        count(*),
        (select coalesce(sum(disputed_eur), 0) from finance.declaration),
        (select coalesce(sum(disputed_eur), 0) from finance.to_reclaim),
    from integrity.double_funding_finding
    where status = 'open'
"""
_MONITORED = f"""
    select d.name_en, d.name_nl, v.value, d.measure_unit, v.period_start
    from kpi.value as v
    inner join kpi.definition as d using (kpi_id)
    where
        v.region_code = 'NL' and v.period_type = 'month' and v.value is not null and v.unit in ('all', 'seh')
        and {is_over("v.period_start", "v.period_type", "(select as_of from audit.release)")}
    qualify row_number() over (partition by v.kpi_id order by v.period_start desc) = 1
    order by d.position
"""


def summary_lines(settings: Settings, release_id: str) -> list[str]:
    """What the release holds, in sentences, and whether readers have it."""

    def read(sql: str) -> list[tuple]:
        found = query(settings.home, sql, release_id=release_id, bounds=Bounds(settings.memory))
        return [tuple(row.values()) for row in found.to_pylist()]

    return [*_standing(settings, release_id), "", *_data_team(read), *_insurers(read), *_monitors(read)]


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


def _standing(settings: Settings, release_id: str) -> list[str]:
    release, current = release_named(settings.home, release_id), current_id(settings.home)
    if current == release_id:
        return [f"Release {release_id} stands in {release.path}"]
    why = "is of a later date" if is_of_earlier_date(release_id, current) else "knows other deliveries"
    return [
        f"Release {release_id} is made, in {release.path}.",
        f"`current` still names {current}, which {why}, and readers keep that; --make-current moves it.",
    ]


def _data_team(read: Read) -> list[str]:
    files, rows, accepted, quarantined, rejected = read(_DELIVERED)[0]
    return [
        f"Deliveries: {files:,} files, {rows:,} rows = {accepted:,} accepted + {quarantined:,} quarantined;"
        f" {rejected:,} files rejected (integrity.delivery, integrity.quarantine)."
    ]


def _insurers(read: Read) -> list[str]:
    lines = [
        f"Settlement {year}: {providers:,} budgets of EUR {budget:,.2f}, revenue EUR {revenue:,.2f},"
        f" difference EUR {difference:,.2f} spread over the insurers to the cent (finance.insurer_allocation)."
        for year, providers, budget, revenue, difference in read(_REALISED)
    ]
    findings, disputed, kept_out = read(_DISPUTED)[0]
    return [
        *lines,
        f"Double funding: {findings:,} findings dispute EUR {disputed:,.2f}; EUR {kept_out:,.2f} of it covers a budget,"
        " is kept out of revenue and has to come back (finance.to_reclaim).",
    ]


def _monitors(read: Read) -> list[str]:
    lines = [
        f"  {name_nl} ({name_en}), {period:%Y-%m}: {value:,.2f} {unit}"
        for name_en, name_nl, value, unit, period in read(_MONITORED)
    ]
    return ["KPIs of the country, each of the last whole month that can be shown (kpi.value):", *lines]
