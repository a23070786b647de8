"""Care networks with a cashier: their members and what these invoice, month by month.

Members that invoice hours bound to clients declare nothing themselves; those that declare invoice other hours alone.
So nothing is paid twice here, but for what is planted.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.country import Country
from dagster_project.sample.random_streams import stream

COLUMNS = FEEDS["network_costs"].names
OWN_MEMBERS = 5
DECLARING = ("gp", "district_nursing", "pharmacy")
HOURLY_CENTS = (4_200, 6_800)


def member_rows(country: Country) -> list[dict]:
    """The networks' own members as providers, without period."""
    codes = country.providers["region_code"]
    return [
        {"agb": own_member(number, turn), "name": f"Lid {turn + 1} van zorgnetwerk {number + 1}",
         "sector": "network", "region_code": codes[int(network)]}
        for number, network in enumerate(country.of_sector("network"))
        for turn in range(OWN_MEMBERS)
    ]  # fmt: skip


def own_member(network: int, turn: int) -> str:
    """AGB of a member that declares nothing."""
    return f"9880{network:02d}{turn + 1:02d}"


def cost_rows(world: World, month: date) -> pl.DataFrame:
    """The invoices of the calendar month before the one that `month` lies in, as text."""
    end = month.replace(day=1) - timedelta(days=1)
    networks = world.country.of_sector("network")
    rows = [row for number, network in enumerate(networks) for row in _of_network(world, number, int(network), end)]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _of_network(world: World, number: int, network: int, end: date) -> list[dict]:
    draws, region = stream(world.seed, "network costs", number, end.year, end.month), world.country.region[network]
    kinds = [(own_member(number, turn), turn < OWN_MEMBERS - 1) for turn in range(OWN_MEMBERS)]
    for sector in DECLARING:
        index = world.country.sectors.index(sector)
        kinds.append((world.country.agb(world.country.begin[index, region]), False))
    return [
        _invoice(world.country.agb(network), member, bound, end, draws, f"N{number + 1}-{end:%Y%m}-{turn:02d}")
        for turn, (member, bound) in enumerate(kinds, start=1)
    ]


def _invoice(network: str, member: str, bound: bool, end: date, draws, number: str) -> dict:
    quarters = int(draws.integers(4 * 60, 4 * 260)) if bound else int(draws.integers(4 * 15, 4 * 70))
    hourly = int(draws.integers(*HOURLY_CENTS))
    return {
        "invoice_id": number,
        "network_agb": network,
        "member_agb": member,
        "period_start": end.replace(day=1).isoformat(),
        "period_end": end.isoformat(),
        "staff_hours": f"{quarters / 4:.2f}",
        "wage_cost_cents": str(quarters * hourly // 4),
        "client_bound": "true" if bound else "false",
        "client_activities": str(quarters // 3) if bound else None,
    }
