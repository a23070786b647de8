"""Care as declared: expands the plan of some days into lines, with times, patients, amounts and moments of delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dagster_project.sample.country import Country
from dagster_project.sample.days import Calendar
from dagster_project.sample.pathways import KILOMETRES, Plan, start_distribution
from dagster_project.sample.patients import Patients
from dagster_project.sample.prices import Prices
from dagster_project.sample.random_streams import stream
from dagster_project.sample.reference import texts

FRAMEWORKS = ("Zvw", "Wlz", "Wmo", "Jw", "Wpg")
WITH_EPISODE = 0.6
LONGEST_DELAY = 90
DELAY_SCALE = {"hap": 2.5, "rav": 3.0, "zco": 3.0, "pharmacy": 1.5, "seh": 9.0, "hospital": 12.0}
LATE_SHARE, LATE_SCALE = 0.05, 28.0
BY_ANY_INDICATION = ("district_nursing", "elv")
BY_TREATMENT = ("gp", "pharmacy", "maternity", "acute_ggz")


@dataclass(frozen=True)
class World:
    """What stands fixed while care is made."""

    country: Country
    calendar: Calendar
    prices: Prices
    patients: Patients
    plan: Plan
    seed: int


def care_lines(world: World, begin: int, end: int) -> pl.DataFrame:
    """Debits of the care questions that start on days `begin`..`end`-1, whenever delivered, in whole numbers.

    Columns: seq, provider, insurer, patient, birth_year (0 = none), code, started, ended (UTC s, -1 = none), episode
    (-1 = none), quantity, amount, framework, declared and delivery (day indexes).
    """
    chains = care_questions(world, begin, end)
    lines = _steps_of(world, chains, stream(world.seed, "steps", begin))
    draws = stream(world.seed, "lines", begin)
    patient = chains["patient"][lines["chain"]]
    day = world.calendar.local_day(lines["started"])
    unit = world.prices.unit(lines["provider"], lines["code"], day)
    ready = np.maximum(day, world.calendar.local_day(lines["ended"]))
    declared = ready + _delay(world, lines["provider"], draws)
    count = len(day)
    quantity = np.where(lines["code"] == world.prices.codes.index("I001"), draws.integers(*KILOMETRES, count), 1)
    framework = np.where(_paid_by_wlz(world, lines, patient, day), FRAMEWORKS.index("Wlz"), lines["framework"])
    frame = pl.DataFrame(
        {
            "seq": _lines_before(world.plan, begin) + np.arange(count),
            "provider": lines["provider"],
            "insurer": world.patients.insurer[patient],
            "patient": patient,
            "birth_year": world.patients.birth_year[patient],
            "code": lines["code"],
            "started": lines["started"],
            "ended": lines["ended"],
            "episode": chains["episode"][lines["chain"]],
            "quantity": quantity,
            "amount": world.prices.asked(unit, lines["code"], draws.random(count)) * quantity,
            "framework": framework,
            "declared": declared,
            "delivery": declared + np.searchsorted([0.7, 0.9], draws.random(count), side="right"),
        }
    )
    return frame.filter(pl.col("delivery") < world.calendar.count)


def care_questions(world: World, begin: int, end: int) -> dict[str, np.ndarray]:
    """Those that start on days `begin`..`end`-1, in order of days: serial, pathway, provider, region, patient,
    episode (-1 = none) and start (UTC s)."""
    plan, country = world.plan, world.country
    counts = plan.counts[:, begin:end].T
    lead = np.repeat(np.tile(np.arange(counts.shape[1]), len(counts)), counts.ravel())
    day = np.repeat(np.arange(begin, end), counts.sum(axis=1))
    provider = plan.lead_provider[lead]
    region = country.region[provider]
    draws = stream(world.seed, "chains", begin)
    serial = int(plan.counts[:, :begin].sum()) + np.arange(len(lead))
    pathway = plan.lead_pathway[lead]
    return {
        "serial": serial,
        "pathway": pathway,
        "provider": provider,
        "region": region,
        "patient": world.patients.taken(region, _turns(world, region, begin)),
        "episode": np.where(draws.random(len(lead)) < WITH_EPISODE, serial, -1),
        "started": starts(world.calendar, day, plan.profile[pathway], draws),
    }


def _turns(world: World, region: np.ndarray, begin: int) -> np.ndarray:
    """How many care questions each region had before each one; `region` is in order of days."""
    leads = world.country.region[world.plan.lead_provider]
    before = np.bincount(leads, weights=world.plan.counts[:, :begin].sum(axis=1), minlength=len(world.country.regions))
    turns = np.empty(len(region), dtype=np.int64)
    for index in range(len(world.country.regions)):
        here = np.flatnonzero(region == index)
        turns[here] = int(before[index]) + np.arange(len(here))
    return turns


def starts(calendar: Calendar, day: np.ndarray, profile: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    """Instants within the local days, by the hours of each profile; a day of 23 or 25 hours is stretched."""
    hour, chance, working = np.zeros(len(day)), draws.random(len(day)), calendar.working()[day]
    for on_working_day in (False, True):
        for index, row in enumerate(start_distribution(working_day=on_working_day)):
            here = (profile == index) & (working == on_working_day)
            hour[here] = np.minimum(np.searchsorted(row, chance[here], side="right"), 23)
    part = (hour + draws.random(len(day))) / 24
    return calendar.midnights[day] + np.floor(part * calendar.day_seconds()[day]).astype(np.int64)


def _paid_by_wlz(world: World, lines: dict[str, np.ndarray], patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Whether an indication for long-term care pays a line, so that what is declared of such patients is in order."""
    country, coordination = world.country, np.array([name != "care" for name in texts("tariffs", "function")])
    has_any, with_treatment = world.patients.indicated(patient, world.calendar.first.toordinal() + day)
    sector = country.sector[lines["provider"]]
    by_any, by_treatment = (
        np.isin(sector, [country.sectors.index(name) for name in names]) for names in (BY_ANY_INDICATION, BY_TREATMENT)
    )
    return (has_any & by_any) | (with_treatment & (by_treatment | coordination[lines["code"]]))


def _steps_of(world: World, chains: dict[str, np.ndarray], draws: np.random.Generator) -> dict[str, np.ndarray]:
    """The lines of all care questions: chain (position), provider, code, started, ended, framework."""
    parts: list[dict[str, np.ndarray]] = []
    for index, steps in enumerate(world.plan.pathways):
        chain = np.flatnonzero(chains["pathway"] == index)
        for step in steps:
            after = 60 * draws.integers(step.after[0], step.after[1], len(chain))
            started = chains["started"][chain] + after
            parts.append(
                {
                    "chain": chain,
                    "provider": _who(world, chains, chain, step.sector, draws),
                    "code": np.full(len(chain), step.code),
                    "started": started,
                    "ended": np.where(step.duration < 0, -1, started + 60 * step.duration),
                    "framework": np.full(len(chain), FRAMEWORKS.index(step.framework)),
                }
            )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _who(world: World, chains: dict, chain: np.ndarray, sector: int, draws: np.random.Generator) -> np.ndarray:
    """Who declares: the lead where it is of that sector, else one of that sector in the region."""
    country, lead, region = world.country, chains["provider"][chain], chains["region"][chain]
    number = country.number[sector][region]
    other = country.begin[sector][region] + np.minimum((draws.random(len(chain)) * number).astype(np.int64), number - 1)
    return np.where(country.sector[lead] == sector, lead, other)


def _delay(world: World, provider: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    """Days from care to declaring: most within two weeks, some up to three months; sectors differ."""
    scale = np.array([DELAY_SCALE.get(name, 5.0) for name in world.country.sectors])[world.country.sector[provider]]
    late = draws.random(len(provider)) < LATE_SHARE
    delay = draws.exponential(1.0, len(provider)) * np.where(late, LATE_SCALE, scale)
    return np.minimum(delay, LONGEST_DELAY).astype(np.int64)


def _lines_before(plan: Plan, begin: int) -> int:
    return int(plan.counts[:, :begin].sum(axis=1) @ plan.lines_per_chain)
