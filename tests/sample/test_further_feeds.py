"""Calls, indications, allocations, contracts, invoices and observations have the shape they have in the country."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from dagster_project.feeds import FEEDS
from dagster_project.feeds.contract_fit import contract_faults, parameter_faults
from dagster_project.feeds.contracts import FORMS
from dagster_project.feeds.function_allocations import FUNDING_SOURCES
from dagster_project.feeds.kpi_observations import KPIS
from dagster_project.sample.care import FRAMEWORKS, World, care_lines
from dagster_project.sample.contacts import contact_calls
from dagster_project.sample.networks import OWN_MEMBERS, own_member
from dagster_project.sample.reference import texts

from .conftest import DAYS, SCALE, Sample
from .delivered import register, text
from .test_volume import _world


@pytest.fixture(scope="module")
def world() -> World:
    return _world(0.01)


@pytest.fixture(scope="module")
def calls(world: World) -> pl.DataFrame:
    """A year of calls."""
    return contact_calls(world, 0, 365)


def _waited(calls: pl.DataFrame) -> pl.Series:
    return (calls["answered_at"] - calls["offered_at"]).dt.total_seconds()


def test_calls_follow_the_scale(calls: pl.DataFrame, sample: Sample) -> None:
    assert 5_000_000 < calls.height / 0.01 < 6_000_000
    assert sample.report.rows["contacts"] == pytest.approx(5_500_000 * SCALE * DAYS / 365, rel=0.35)


@pytest.mark.parametrize(
    ("line", "seconds", "norm"), [("regular", 120, 0.75), ("regular", 600, 0.98), ("emergency", 30, 0.9)]
)
def test_calls_are_answered_around_the_norms(calls: pl.DataFrame, line: str, seconds: int, norm: float) -> None:
    offered = calls.filter(line=line)
    assert (_waited(offered) <= seconds).sum() / offered.height == pytest.approx(norm, abs=0.05)


def test_some_regions_keep_the_norm_and_some_do_not(calls: pl.DataFrame, world: World) -> None:
    within = calls.filter(line="regular").with_columns(_waited(calls.filter(line="regular")).alias("waited"))
    region = world.country.providers.select(provider_agb="agb", region="region_code")
    shares = (
        within.join(region, on="provider_agb").group_by("region").agg((pl.col("waited") <= 120).fill_null(False).mean())
    )
    assert shares["waited"].min() < 0.75 < shares["waited"].max() and shares.height == 10


def test_calls_come_when_posts_are_open_and_are_abandoned_at_times(calls: pl.DataFrame, world: World) -> None:
    offered = calls["offered_at"].dt.convert_time_zone("Europe/Amsterdam")
    posts = calls["provider_agb"].is_in(world.country.providers.filter(sector="hap")["agb"].implode())
    assert (offered.filter(posts).dt.hour() >= 17).mean() > 0.4 and (
        offered.filter(posts).dt.weekday() >= 6
    ).mean() > 0.45
    abandoned = calls.filter(pl.col("answered_at").is_null())
    assert 0.005 < abandoned.height / calls.height < 0.05
    left = abandoned.drop("delivery", "contact_id", "provider_agb", "caller", "line", "offered_at")
    assert left.null_count().row(0) == (abandoned.height,) * left.width


def test_calls_name_the_episodes_that_are_declared(calls: pl.DataFrame, world: World) -> None:
    lines = care_lines(world, 0, 365)
    declared = set(("E" + lines.filter(pl.col("episode") >= 0)["episode"].cast(pl.String).str.zfill(9)).to_list())
    named = calls["episode_id"].drop_nulls()
    assert len(named) > 10_000 and named.is_in(list(declared)).mean() > 0.99


def test_places_are_found_after_some_calls(calls: pl.DataFrame) -> None:
    placed = calls.filter(pl.col("placed_at").is_not_null())
    minutes = (placed["placed_at"] - placed["answered_at"]).dt.total_minutes()
    assert 0 <= minutes.min() < minutes.median() < minutes.quantile(0.9) < 120
    assert 2 < placed["placement_calls"].mean() < 4 and placed["placement_calls"].min() == 1
    again = placed.drop_nulls("episode_id").group_by("episode_id").len().filter(pl.col("len") > 1)
    assert 0.02 < again.height / placed.height < 0.1


def test_calls_keep_to_the_order_of_their_instants(calls: pl.DataFrame) -> None:
    assert (_waited(calls).drop_nulls() >= 1).all()
    assert (calls["triage_ended_at"] > calls["answered_at"]).all()
    assert calls["contact_id"].n_unique() == calls.height
    assert set(calls.columns) == {*FEEDS["contacts"].names, "delivery"}


def test_two_per_cent_have_an_indication_and_their_care_is_in_order(world: World) -> None:
    patients, lines = world.patients, care_lines(world, 0, 365)
    assert (patients.wlz_from[: patients.spare_begin] > 0).mean() == pytest.approx(0.02, abs=0.005)
    assert not patients.wlz_from[patients.spare_begin :].any()
    day = world.calendar.first.toordinal() + world.calendar.local_day(lines["started"].to_numpy())
    has_any, treated = patients.indicated(lines["patient"].to_numpy(), day)
    sector = np.array(world.country.sectors)[world.country.sector[lines["provider"].to_numpy()]]
    zvw = lines["framework"].to_numpy() != FRAMEWORKS.index("Wlz")
    assert has_any.sum() > treated.sum() > 100
    assert not (has_any & zvw & np.isin(sector, ["district_nursing", "elv"])).any()
    assert not (treated & zvw & np.isin(sector, ["gp", "pharmacy", "maternity", "acute_ggz"])).any()


def test_every_region_allocates_every_function(sample: Sample) -> None:
    known = pl.col("region_code").is_in(texts("regions", "region_code"))
    rows = register(sample.landing, "function_allocations").filter(known)
    held = rows.group_by("region_code").agg(pl.col("function").n_unique())
    assert held.height == 10 and set(held["function"]) == {6}
    assert set(rows["funding_source"]) == set(FUNDING_SOURCES)


def test_every_form_is_contracted(sample: Sample) -> None:
    rows = register(sample.landing, "contracts").unique("contract_id")
    natural = rows.filter(~pl.col("contract_id").str.starts_with("P") & ~pl.col("contract_id").str.starts_with("F"))
    assert dict(natural.group_by("form").len().iter_rows()) == dict.fromkeys(FORMS, 3)
    faults = [
        (*contract_faults(row["form"], row["scope"], of_provider=not of_network, of_network=of_network),
         *parameter_faults(row["form"], row["parameters"], of_network=of_network))
        for row in natural.iter_rows(named=True) for of_network in [bool(row["network_agb"])]
    ]  # fmt: skip
    assert faults == [()] * natural.height
    codes = set(register(sample.landing, "tariffs")["performance_code"])
    covering = natural.filter(form="capitation")
    assert codes.isdisjoint(code for scope in covering["scope"] for code in scope.removeprefix("codes:").split("|"))


def test_members_that_invoice_for_clients_declare_nothing(sample: Sample) -> None:
    rows = register(sample.landing, "network_costs").filter(pl.col("invoice_id").str.starts_with("N"))
    bound = set(rows.filter(client_bound="true")["member_agb"])
    assert bound == {own_member(network, turn) for network in range(3) for turn in range(OWN_MEMBERS - 1)}
    assert rows["network_agb"].n_unique() == 3 and rows.filter(client_bound="false")["member_agb"].n_unique() > 3


SOURCES = ("registration", "survey")
"""Of what is measured; planted faults have their own."""


def test_observations_cover_every_kpi_region_and_quarter(sample: Sample) -> None:
    rows = register(sample.landing, "kpi_observations").filter(pl.col("source").is_in(SOURCES))
    assert rows.height == rows.unique(FEEDS["kpi_observations"].key).height
    regions = rows.filter(pl.col("region_code") != "NL")
    assert regions.unique(["kpi_id", "region_code", "period_start", "period_end"]).height == (len(KPIS) + 3) * 10 * 5
    assert max(rows["period_end"]) == date(2025, 12, 31).isoformat()
    apop = rows.filter(kpi_id="apop_screening").select(pl.col("numerator", "denominator").cast(pl.Float64))
    assert 0.6 < apop["numerator"].sum() / apop["denominator"].sum() < 0.9


def test_observations_come_as_sources_deliver_them(sample: Sample) -> None:
    """Some of a KPI's providers, some with months beside their quarter, some with the country's own total."""
    figures = pl.col("numerator", "denominator").cast(pl.Decimal(18, 6))
    rows = register(sample.landing, "kpi_observations").filter(pl.col("source").is_in(SOURCES))
    assert set(rows.filter(pl.col("provider_agb").is_not_null())["kpi_id"]) == {"complications"}
    assert rows.filter(kpi_id="complications").select(pl.col("provider_agb").n_unique()).item() == 80
    quarters = pl.col("period_end").str.slice(5, 2).cast(pl.Int64) - pl.col("period_start").str.slice(5, 2).cast(
        pl.Int64
    )
    lead = rows.filter(kpi_id="lead_time").group_by(quarters == 2).agg(figures.sum())
    assert lead.height == 2 and lead["numerator"].n_unique() == lead["denominator"].n_unique() == 1
    repeats = rows.filter(kpi_id="repeat_consults").group_by(pl.col("region_code") == "NL").agg(figures.sum())
    assert repeats.height == 2 and repeats["numerator"].n_unique() == repeats["denominator"].n_unique() == 1


PLAN_TOTALS = {"2022": 10_2, "2023": 16_3, "2024": 17_5, "2025": 15_9, "2026": 15_0, "2027": 15_0}
"""In hundred thousands of euros: VWS, spending plan for zorgcoördinatie, the row `total`."""


def test_the_spending_plan_is_the_published_one(sample: Sample) -> None:
    planned = register(sample.landing, "spending").filter(kind="planned").unique(["line", "year"])
    totals = planned.group_by("year").agg(pl.col("amount_cents").cast(pl.Int64).sum() // 10_000_000)
    assert dict(totals.iter_rows()) == PLAN_TOTALS
    premium = planned.filter(instrument="premium")
    assert set(premium["line"]) == {"Structural coordination"}
    (of_2023,) = premium.filter(year="2023").iter_rows(named=True)
    assert (of_2023["quantity"], of_2023["unit_price_cents"], of_2023["amount_cents"]) == (
        "6.0000", "40000000", "230000000",
    )  # fmt: skip


def test_what_was_spent_is_of_years_that_are_over(sample: Sample) -> None:
    for path in sample.files("spending"):
        years = text(path).filter(kind="spent", source="made up").filter(pl.col("instrument") != "tax")["year"]
        assert set(years) == {str(year) for year in range(2022, int(path.parent.name[:4]))}
