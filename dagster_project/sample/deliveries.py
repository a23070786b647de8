"""Writes the deliveries of a sample, date by date: registers and money, declarations and contacts, snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.allocations import allocation_rows
from dagster_project.sample.arrangements import arrangement_rows
from dagster_project.sample.budgets import Budgeted, budget_rows
from dagster_project.sample.care import World, care_lines
from dagster_project.sample.companion_rows import monthly
from dagster_project.sample.contacts import contact_calls
from dagster_project.sample.contracts import contract_rows
from dagster_project.sample.corrections import with_corrections
from dagster_project.sample.declaration_rows import as_declared, with_pseudonyms
from dagster_project.sample.exceptions import exception_rows
from dagster_project.sample.files import Style, in_local_time
from dagster_project.sample.indications import indication_rows
from dagster_project.sample.landing import Landing
from dagster_project.sample.locations import location_rows
from dagster_project.sample.networks import cost_rows
from dagster_project.sample.observations import QUARTERS_BEFORE, begins_quarter, observation_rows
from dagster_project.sample.payments import payment_rows
from dagster_project.sample.real_costs import real_cost_rows
from dagster_project.sample.reference_feeds import (
    insurer_rows,
    population_rows,
    provider_rows,
    rebasing_rows,
    service_area_rows,
    share_rows,
    spending_rows,
    tariff_rows,
)
from dagster_project.sample.snapshots import Capacity, snapshots_by_day

Progress = Callable[[str, int, int], None]
Make = Callable[[World, int, int], pl.DataFrame]
LINES_AT_ONCE = 400_000
PSEUDONYMOUS_EVERY, PSEUDONYMOUS_FROM = 21, 7


def write_declarations(landing: Landing, cases: pl.DataFrame, styles: tuple[Style, ...], progress: Progress) -> None:
    """One file per delivery date; `cases` are planted declarations."""
    for day, style, rows in _by_day(landing.world, cases, _declared, FEEDS["declarations"].key, styles):
        frame = with_pseudonyms(rows) if day % PSEUDONYMOUS_EVERY == PSEUDONYMOUS_FROM else rows
        landing.write("declarations", day, frame, style)
        progress("declarations", day + 1, landing.world.calendar.count)


def write_contacts(landing: Landing, cases: pl.DataFrame, styles: tuple[Style, ...], progress: Progress) -> None:
    """One file per delivery date, with the contacts of which the last was known on that day."""
    order = ("offered_at", "contact_id")
    for day, style, rows in _by_day(landing.world, cases, contact_calls, order, styles[1:] + styles[:1]):
        landing.write("contacts", day, rows, style)
        progress("contacts", day + 1, landing.world.calendar.count)


def _declared(world: World, begin: int, end: int) -> pl.DataFrame:
    return as_declared(world, with_corrections(world, care_lines(world, begin, end), begin))


def _by_day(
    world: World, waiting: pl.DataFrame, make: Make, order: tuple[str, ...], styles: tuple[Style, ...]
) -> Iterator[tuple[int, Style, pl.DataFrame]]:
    """Per delivery date the style of its file and its rows, with instants as that style has them.

    They are made in batches of days; what is delivered later waits. What can be done for all of a batch at once is.
    """
    for begin, end in _batches(world):
        known = pl.concat([waiting, make(world, begin, end)]).sort("delivery", *order)
        edges = np.searchsorted(known["delivery"].to_numpy(), np.arange(begin, end + 1))
        rows = known.drop("delivery").with_columns(pl.col("patient_key").cast(pl.String))
        local = rows if styles == ("parquet",) else in_local_time(rows)
        for day, low, high in zip(range(begin, end), edges[:-1], edges[1:], strict=True):
            style = styles[day % len(styles)]
            yield day, style, (rows if style == "parquet" else local)[int(low) : int(high)]
        waiting = known[int(edges[-1]) :]


def _batches(world: World) -> Iterator[tuple[int, int]]:
    """Ranges of days with about as many lines as fit in memory at once."""
    per_day = float(world.plan.daily @ world.plan.lines_per_chain)
    size = max(int(LINES_AT_ONCE / max(per_day, 1)), 1)
    for begin in range(0, world.calendar.count, size):
        yield begin, min(begin + size, world.calendar.count)


def write_snapshots(landing: Landing, capacity: Capacity, styles: tuple[Style, ...], progress: Progress) -> None:
    """One file per delivery date, with the snapshots of that local day."""
    for day, frame in snapshots_by_day(capacity):
        landing.write("capacity_snapshots", day, frame, styles[(day + 2) % len(styles)])
        progress("capacity_snapshots", day + 1, capacity.calendar.count)


def write_locations(landing: Landing, capacity: Capacity) -> None:
    """The register of locations, on the first delivery date and renewed at new year."""
    for year in capacity.calendar.years:
        landing.write("locations", capacity.calendar.first_in_year(year), location_rows(capacity), "comma")


def write_registers(landing: Landing, budgeted: Budgeted) -> None:
    """The reference feeds, on the first delivery date and renewed at new year."""
    calendar, world = landing.world.calendar, landing.world
    for year in calendar.years:
        day = calendar.first_in_year(year)
        earlier = [year - 1] if day == 0 else []
        landing.write("providers", day, provider_rows(world.country), "comma")
        landing.write("insurers", day, insurer_rows(), "semicolon")
        landing.write("tariffs", day, tariff_rows(world.prices, year), "gzip")
        landing.write("population", day, population_rows(world.country, [*earlier, year]), "parquet")
        landing.write("service_areas", day, service_area_rows(world.country, [*earlier, year]), "semicolon")
        landing.write("kpi_rebasings", day, rebasing_rows(year), "comma")
        landing.write("spending", day, spending_rows(year), "comma")
        landing.write("market_shares", day, _shares(world, year, bool(earlier)), "semicolon")
        landing.write("budgets", day, _budgets(budgeted, year, not earlier), "comma")
        landing.write("provider_costs", day, _real_costs(budgeted, year, not earlier), "semicolon")
        cleared = landing.beside.cleared
        landing.write("function_allocations", day, allocation_rows(world, budgeted.scale, cleared), "comma")
        landing.write("transition_arrangements", day, arrangement_rows(world), "semicolon")
        landing.write("contracts", day, contract_rows(world), "comma")
        landing.write("exceptions", day, exception_rows(world, year), "comma")


def _shares(world: World, year: int, at_first: bool) -> pl.DataFrame:
    """Definitive shares of the year before, provisional ones of the year; at first also the former provisional ones."""
    sets = [(year - 1, "definitive"), (year, "provisional")] + ([(year - 1, "provisional")] if at_first else [])
    return pl.concat([share_rows(world, of_year, edition) for of_year, edition in sets])


def _budgets(budgeted: Budgeted, year: int, has_former: bool) -> pl.DataFrame:
    frames = [budget_rows(budgeted, year, ("requested", "agreed"))]
    if has_former:
        frames.append(budget_rows(budgeted, year - 1, ("determined",)))
    return pl.concat(frames)


def _real_costs(budgeted: Budgeted, year: int, has_former: bool) -> pl.DataFrame:
    frames = [real_cost_rows(budgeted, year, "provisional")]
    if has_former:
        frames.append(real_cost_rows(budgeted, year - 1, "audited"))
    return pl.concat(frames)


def write_payments(landing: Landing, budgeted: Budgeted) -> None:
    """One file per month."""
    calendar = landing.world.calendar
    years_begun = {calendar.first_in_year(year) for year in calendar.years}
    for day in monthly(landing.world):
        landing.write("payments", day, payment_rows(budgeted, calendar.date(day), day in years_begun), "comma")


def write_indications_and_costs(landing: Landing) -> None:
    """One file per month each: indications that began since the last one, invoices of the month before."""
    calendar, after = landing.world.calendar, None
    for day in monthly(landing.world):
        rows = indication_rows(landing.world, after, calendar.date(day))
        landing.write("legal_indications", day, rows, "gzip" if day else "comma")
        landing.write("network_costs", day, cost_rows(landing.world, calendar.date(day)), "semicolon")
        after = calendar.date(day)


def write_observations(landing: Landing) -> None:
    """One file per quarter; at first the four quarters before."""
    calendar = landing.world.calendar
    for day in monthly(landing.world):
        if day == 0 or begins_quarter(calendar.date(day)):
            rows = observation_rows(landing.world, calendar.date(day), 1 if day else QUARTERS_BEFORE)
            landing.write("kpi_observations", day, rows, "comma")
