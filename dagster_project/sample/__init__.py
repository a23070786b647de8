"""Sample deliveries with the true shape of the country, and faults that are known. Nothing here is a real person's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dagster_project import __version__
from dagster_project.errors import ZorgmartError
from dagster_project.sample.budgets import Budgeted
from dagster_project.sample.care import World
from dagster_project.sample.country import make_country
from dagster_project.sample.days import Calendar
from dagster_project.sample.deliveries import (
    Progress,
    write_contacts,
    write_declarations,
    write_indications_and_costs,
    write_locations,
    write_observations,
    write_payments,
    write_registers,
    write_snapshots,
)  # fmt: skip
from dagster_project.sample.double_funding import plant_double_funding
from dagster_project.sample.fault_plan import plan_faults
from dagster_project.sample.faulty_files import plant_odd_files
from dagster_project.sample.files import Format, daily_styles
from dagster_project.sample.ground_truth import Planted
from dagster_project.sample.landing import Landing
from dagster_project.sample.pathways import make_plan, yearly_chains_per_region
from dagster_project.sample.patients import PSEUDONYM_KEY, make_patients
from dagster_project.sample.prices import make_prices
from dagster_project.sample.revenue import expected_revenue
from dagster_project.sample.snapshots import make_capacity
from dagster_project.sample.units import make_units

MARKER = ".zorgmart-sample.json"
SPARE_PATIENTS = 40_000
SMALLEST = 0.0001
EARLIEST = date(2016, 1, 1)


@dataclass(frozen=True)
class SampleReport:
    """What a sample holds: files written, rows per feed in readable files, and the list of what was planted."""

    files: int
    rows: dict[str, int]
    planted: Path


def write_sample(
    landing: Path,
    *,
    scale: float = 0.01,
    days: int = 400,
    seed: int = 7,
    until: date = date(2026, 2, 28),
    progress: Progress | None = None,
    format: Format | None = None,
) -> SampleReport:
    """Writes `days` delivery dates, the last being `until`, of all feeds under `landing`.

    Scale 1 is the country: 10 million declarations, 5 million contacts and 50 million snapshots per 365 days.
    `progress` is called with what is written, files done and files in all. The same arguments give the same bytes.
    """
    _begin(landing, scale=scale, days=days, seed=seed, until=until)
    world = _world(scale, days, seed, until)
    styles, told = daily_styles(format, scale), progress or (lambda what, done, total: None)
    planted = Planted()
    plan = plan_faults(world, scale)
    book = plant_double_funding(world, planted, scale)
    target = Landing(landing, world, plan, planted, book.beside)
    budgeted = Budgeted(world, expected_revenue(world), scale)
    write_registers(target, budgeted)
    write_payments(target, budgeted)
    write_indications_and_costs(target)
    write_observations(target)
    target.write_late()
    write_declarations(target, book.frame(), styles, told)
    write_contacts(target, book.beside.contact_frame(), styles, told)
    capacity = make_capacity(world.country, world.calendar, make_units(world.country), scale, seed)
    write_locations(target, capacity)
    write_snapshots(target, capacity, styles, told)
    plant_odd_files(landing, plan, planted)
    listed = landing.parent / f"{landing.name}-planted.json"
    planted.write(listed)
    return SampleReport(target.files, target.rows, listed)


def _world(scale: float, days: int, seed: int, until: date) -> World:
    shape, calendar = make_country(), Calendar.ending(until, days)
    prices = make_prices(shape, calendar)
    plan = make_plan(shape, calendar, prices, scale, seed)
    patients = make_patients(seed, yearly_chains_per_region(plan, shape), calendar.first.year, SPARE_PATIENTS)
    return World(shape, calendar, prices, patients, plan, seed)


def _begin(landing: Path, *, scale: float, days: int, seed: int, until: date) -> None:
    """Leaves the mark of the sample in an empty folder, or in one that holds the same sample."""
    if not SMALLEST <= scale <= 1:
        raise ZorgmartError(f"scale is {scale}; give a number from {SMALLEST} to 1, where 1 is the whole country")
    if days < 4:
        raise ZorgmartError(f"days is {days}; give at least 4 delivery dates")
    if until - timedelta(days=days) < EARLIEST:
        raise ZorgmartError(f"the first delivery would be before {EARLIEST}; give a later until, or fewer days")
    mark = json.dumps(
        {"seed": seed, "scale": scale, "days": days, "until": until.isoformat(), "zorgmart": __version__,
         "pseudonym_key": PSEUDONYM_KEY}, indent=2
    ) + "\n"  # fmt: skip
    path = landing / MARKER
    if landing.exists() and any(landing.iterdir()) and (not path.exists() or path.read_text() != mark):
        raise ZorgmartError(f"{landing} holds other deliveries; give an empty folder, or delete this one first")
    landing.mkdir(parents=True, exist_ok=True)
    path.write_text(mark, encoding="utf-8")
