"""The page and the monitor's view of a real release: they stand in it, and say what its own tables say."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest
from monitor.browser import MISSING, find, visit
from monitor.reading import Page

from dagster_project.monitor import dutch
from dagster_project.publish.pointer import Release

from .conftest import Night
from .homes import environment, rows


@pytest.fixture(scope="module")
def release(sample_night: Night) -> Release:
    return Release(sample_night.release_id, sample_night.home.path / "published" / sample_night.release_id)


@pytest.fixture(scope="module")
def regions(release: Release) -> dict[str, str]:
    return dict(rows(release.database, "select region_code, name_nl from reference.region"))


@pytest.fixture(scope="module")
def page(release: Release) -> Page:
    return Page((release.path / "report.html").read_text(encoding="utf-8"))


def test_it_is_part_of_the_release(release: Release) -> None:
    told = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))["files"]["report.html"]
    assert told["bytes"] == (release.path / "report.html").stat().st_size < 5_000_000


def test_budget_and_revenue_of_every_region_and_year(release: Release, page: Page, regions: dict[str, str]) -> None:
    budgets = rows(
        release.database,
        "select year, region_code, sum(amount_eur) from finance.budget where edition <> 'requested' group by all",
    )
    earned = rows(
        release.database,
        "select year, region_code, sum(revenue_eur), sum(disputed_eur) from finance.budget_realisation group by all",
    )
    revenues = {(year, region): amounts for year, region, *amounts in earned}
    assert budgets
    for year, region, budget in budgets:
        revenue, disputed = revenues[year, region]
        cells = page.tables[f"Budget en omzet per regio, {year}"].row(regions[region])
        assert cells[:2] == [dutch.euro(budget), dutch.euro(revenue)], (year, region)
        assert cells[3:5] == [dutch.euro(budget - revenue), dutch.euro(disputed)], (year, region)


def test_every_value_of_the_scorecard(release: Release, page: Page, regions: dict[str, str]) -> None:
    """Of the KPIs in per cent of the last whole month, and exactly the withheld ones as withheld."""
    values = rows(
        release.database,
        """
        select d.name_nl, v.unit, v.region_code, v.value, v.suppressed
        from kpi.value as v
        inner join kpi.definition as d using (kpi_id)
        where d.measure_unit = '%' and v.period_type = 'month'
            and v.period_start = (select max(period_start) from kpi.value, audit.release
                where period_type = 'month' and period_start < date_trunc('month', as_of + 1))
        """,
    )
    table = page.tables["KPI's per regio"]
    shown = {(row[0], region): cell for row in table.rows[1:] for region, cell in zip(table.head, row, strict=True)}
    assert len(values) > 200
    for name, unit, code, value, suppressed in values:
        label = name if unit == "all" or dutch.UNITS[unit] in name else f"{name}, {dutch.UNITS[unit]}"
        cell = shown[label, regions.get(code, "Nederland")]
        assert cell == ("<n" if suppressed else dutch.percent(value)), (name, unit, code)


def test_double_funding_and_deliveries(release: Release, page: Page) -> None:
    summed = rows(
        release.database,
        "select rule, sum(findings)::int, sum(open)::int, sum(amount_at_risk_eur), sum(disputed_eur)"
        " from integrity.double_funding_summary group by rule",
    )
    for rule, findings, open_, at_risk, disputed in summed:
        cells = page.tables["Bevindingen per regel"].row(rule)[2:]
        assert cells == [str(findings), str(open_), dutch.euro(at_risk), dutch.euro(disputed)], rule
    ((quarantined,),) = rows(release.database, "select count(*) from integrity.quarantine")
    assert page.tables["Leveringen en rijen"].row("Alle")[4] == dutch.number(quarantined)


def test_parts_of_the_insurers_sum_to_the_difference(release: Release, page: Page) -> None:
    (caption,) = [caption for caption in page.tables if caption.startswith("Last per zorgverzekeraar")]
    _, year, edition = caption.split(", ")
    edition = {words: code for code, words in dutch.EDITIONS.items()}[edition]
    ((difference,),) = rows(
        release.database,
        "select sum(revenue_difference_eur) from finance.settlement"
        f" where status = 'settled' and year = {int(year)} and edition = '{edition}'",
    )
    column = page.tables[caption].head.index("Deel")
    told = [row[column].replace(".", "").replace(",", ".").replace("−", "-") for row in page.tables[caption].rows[1:]]
    assert sum(map(Decimal, told[:-1])) == Decimal(told[-1]) == difference


def test_in_a_browser_it_is_quiet(release: Release, tmp_path: Path) -> None:
    command = find()
    if command is None:
        pytest.skip(MISSING)
    visited = visit(command, release.path / "report.html", tmp_path)
    assert (visited.console, visited.asked) == ([], [])


def test_the_monitor_finds_it_in_dagster(sample_night: Night) -> None:
    home = sample_night.home
    with environment(home.path, **home.variables, DAGSTER_HOME=str(home.settings.dagster_home),
                     ZORGMART_EVENT_LOG=str(home.settings.dagster_home / "history" / "runs")), \
            dg.DagsterInstance.get() as instance:  # fmt: skip
        made = {name: _metadata(instance, name) for name in ("scorecard", "control_charts", "changes")}
    assert "| KPI | Doel (target) | Nederland |" in made["scorecard"]["Scorekaart (scorecard)"]
    assert isinstance(made["scorecard"]["Bezetting, SEH (Occupancy)"], float)
    assert "data:image/svg+xml;base64," in made["control_charts"]["Bezetting (Occupancy)"]
    assert {"Wat bewoog (what moved)", "Controles die waarschuwen (checks that warn)"} <= made["changes"].keys()
    assert made["changes"]["Realisatie dit jaar, % (realisation this year)"] > 0


def _metadata(instance: dg.DagsterInstance, name: str) -> dict[str, object]:
    event = instance.get_latest_materialization_event(dg.AssetKey(["monitor", name]))
    assert event and event.asset_materialization
    return {key: value.value for key, value in event.asset_materialization.metadata.items()}
