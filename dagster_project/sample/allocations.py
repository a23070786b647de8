"""Who holds which coordination function in each region, and what pays it.

Access for patients and insight in capacity went to the coordination organisations before the sample; access for
professionals is transferred to them halfway, from the ambulance services. Triage and urgency stay where they are, so
that the triage GP posts declare is not double; supraregional work is paid by an availability contribution. Titles of
their own (ADZ, BDSS) ended before the sample, but for planted ones. What access for patients cost its old holders is
cleared anew with the last year of the sample, when budgets of a year before and a year after are there to compare: of
some regions nobody says how it was attributed, or nobody performed it before.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.country import inhabitants_of
from dagster_project.sample.days import Calendar

COLUMNS = FEEDS["function_allocations"].names
LONG_AGO, TITLE_ENDED = "2016-01-01", "2020-12-31"
CENTS_PER_HEAD = {
    "triage": 120, "patient_access": 60, "professional_access": 45, "urgency": 55, "capacity_insight": 80,
    "supraregional": 25,
}  # fmt: skip
BY_ADZ, BY_BDSS = (2, 6, 9), (4, 8)
HOURS_NOT_SAID, OUT_OF_HOURS = (3, 7), (1, 5)
OWN_PATIENTS = {2: "true", 4: "true", 6: "true", 8: "false"}
"""Per region, by its index, whether GPs keep access for patients of their own practice; elsewhere nobody says."""
CONTRIBUTED_TO_CENTRE = 0
"""The region, by its index, whose coordination organisation has the availability contribution; elsewhere a hospital."""
NEW_IN, NOT_ATTRIBUTED_IN = (2, 8), (4, 9)
CLEARED_SHARE = 0.01
"""Of what a function costs a year, a part of its old holder's budget that it may well have fallen by."""


def hours_of(function: str, region: int) -> str | None:
    """Hours of a region's allocation: triage and access for patients differ by region, its index."""
    if function not in ("triage", "patient_access"):
        return "all"
    return None if region in HOURS_NOT_SAID else "anw" if region in OUT_OF_HOURS else "all"


def transfer_day(calendar: Calendar) -> int:
    """The day (index) on which access for professionals goes to the coordination organisations."""
    return calendar.count // 2


def held_since(calendar: Calendar) -> date:
    """Since when the coordination organisations hold what they got before the sample."""
    return date(calendar.first.year - 1, 1, 1)


def allocation_rows(world: World, scale: float, cleared: dict[int, tuple[str, int | None]]) -> pl.DataFrame:
    """All regions' allocations as text; `cleared` gives per region whose budget was cleared of capacity insight, and
    of how many cents a year (None: of all)."""
    rows = [row for region in range(len(world.country.regions)) for row in _of_region(world, scale, region, cleared)]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _of_region(world: World, scale: float, region: int, cleared: dict[int, tuple[str, int | None]]) -> list[dict]:
    zco, rav, hap, gp = (first_of(world, sector, region) for sector in ("zco", "rav", "hap", "gp"))
    hospital = first_of(world, "hospital", region)
    since, transferred = held_since(world.calendar), world.calendar.date(transfer_day(world.calendar))
    contributed = zco if region == CONTRIBUTED_TO_CENTRE else hospital
    whose, amount = cleared.get(region, (None, None))
    centre = {"provider_agb": zco, "funding_source": "zco_budget", "valid_from": since.isoformat()}
    rows = [
        {"function": "triage", "provider_agb": hap, "funding_source": "current_funding"},
        {"function": "urgency", "provider_agb": rav, "funding_source": "sector_budget"},
        {"function": "supraregional", "provider_agb": contributed, "funding_source": "availability_contribution"},
        {"function": "patient_access", "cleared_from": first_of(world, "hap", region, 1)} | centre,
        {"function": "capacity_insight", "cleared_from": whose} | centre
        | {"cleared_amount_cents": None if amount is None else str(amount)},
        {"function": "professional_access", "provider_agb": rav, "funding_source": "sector_budget",
         "valid_to": (transferred - timedelta(days=1)).isoformat()},
        {"function": "professional_access", "cleared_from": rav} | centre | {"valid_from": transferred.isoformat()},
    ]  # fmt: skip
    if world.calendar.last.year > world.calendar.first.year:
        renewed = date(world.calendar.last.year, 1, 1).isoformat()
        rows.append(
            {"function": "patient_access", "cleared_from": first_of(world, "hap", region, 1)}
            | centre
            | {
                "valid_from": renewed,
                "cleared_amount_cents": str(_cents(world, scale, region, "patient_access", CLEARED_SHARE)),
            }
        )
    if region in BY_ADZ:
        rows.append({"function": "triage", "provider_agb": gp, "funding_source": "adz", "valid_to": TITLE_ENDED})
    if region in BY_BDSS:
        rows.append({"function": "urgency", "provider_agb": gp, "funding_source": "bdss", "valid_to": TITLE_ENDED})
    return [_with_amount(world, scale, region, row) for row in rows]


def _with_amount(world: World, scale: float, region: int, row: dict) -> dict:
    cents = _cents(world, scale, region, row["function"])
    said = {"hours": hours_of(row["function"], region)} | (_clearing(region) if row.get("cleared_from") else {})
    if row["function"] == "patient_access":
        said["own_patients_excluded"] = OWN_PATIENTS.get(region)
    place = {"region_code": world.country.regions[region], "valid_from": LONG_AGO, "amount_cents": str(cents)}
    return place | said | row


def _cents(world: World, scale: float, region: int, function: str, share: float = 1) -> int:
    return round(inhabitants_of(world.country.regions[region]) * scale * CENTS_PER_HEAD[function] * share)


def _clearing(region: int) -> dict:
    """How a function was cleared of who held it before."""
    return {
        "performed_before": str(region not in NEW_IN).lower(),
        "attribution": None if region in NOT_ATTRIBUTED_IN else "uren van medewerkers",
        "contract_adapted": str(region % 2 == 0).lower(),
    }


def first_of(world: World, sector: str, region: int, rank: int = 0) -> str:
    """AGB of one of a sector's providers in a region."""
    country = world.country
    index = country.sectors.index(sector)
    return country.agb(country.begin[index, region] + rank % country.number[index, region])
