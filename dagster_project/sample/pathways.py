"""The plan of care: how many care questions of each pathway start at each provider on each day.

Counts follow the expected cumulative volume to within one (no chance in yearly totals, so that budgets can be set to
what care will bring), with hour, weekday and season patterns and a little noise per day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dagster_project.sample.country import Country
from dagster_project.sample.days import Calendar
from dagster_project.sample.prices import Prices
from dagster_project.sample.random_streams import spread, stream
from dagster_project.sample.reference import numbers, table, texts

LINES_PER_YEAR = 10_000_000
DAYS_PER_YEAR = 365
SEASON, NOISE = 0.08, 0.10
KILOMETRES = (5, 31)


@dataclass(frozen=True)
class Step:
    """One line of a pathway: who declares what, when after the start, and how long it takes (minutes, -1 unknown)."""

    sector: int
    code: int
    after: tuple[int, int]
    duration: int
    framework: str


@dataclass(frozen=True)
class Plan:
    """Leads (a pathway at a provider) and `counts[lead, day]`: the care questions that start there."""

    pathways: list[tuple[Step, ...]]
    profile: np.ndarray
    lead_pathway: np.ndarray
    lead_provider: np.ndarray
    daily: np.ndarray
    counts: np.ndarray

    @property
    def lines_per_chain(self) -> np.ndarray:
        """Lines of one care question, per lead."""
        return np.array([len(steps) for steps in self.pathways])[self.lead_pathway]


def make_plan(country: Country, calendar: Calendar, prices: Prices, scale: float, seed: int) -> Plan:
    rows = table("care_pathways").partition_by("pathway", maintain_order=True)
    pathways = [_steps(frame, country, prices) for frame in rows]
    pathway, provider, weight = _leads(rows, country)
    share = np.array([float(frame["share_pct"][0]) for frame in rows])
    lines = np.array([len(steps) for steps in pathways])
    chains_per_day = scale * LINES_PER_YEAR / DAYS_PER_YEAR * share / (share @ lines)
    daily = chains_per_day[pathway] * weight
    profile = np.array([texts("hour_profiles", "profile").index(frame["profile"][0]) for frame in rows])
    factor = _day_factors(calendar)[profile[pathway]] * _noise(seed, len(country.sector), calendar.count)[provider]
    cumulative = np.cumsum(daily[:, None] * factor, axis=1) + spread(len(daily), seed)[:, None]
    counts = np.diff(np.floor(cumulative), axis=1, prepend=0).astype(np.int64)
    return Plan(pathways, profile, pathway, provider, daily, counts)


def _steps(frame: pl.DataFrame, country: Country, prices: Prices) -> tuple[Step, ...]:
    return tuple(
        Step(
            country.sectors.index(row["sector"]),
            prices.codes.index(row["performance_code"]),
            (int(row["after_minutes_min"]), int(row["after_minutes_max"])),
            int(row["duration_minutes"] or -1),
            row["legal_framework"],
        )
        for row in frame.iter_rows(named=True)
    )


def _leads(rows: list[pl.DataFrame], country: Country) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pathway, provider and part of the pathway's national volume, per lead."""
    providers = [country.of_sector(frame["lead_sector"][0]) for frame in rows]
    pathway = np.repeat(np.arange(len(rows)), [len(group) for group in providers])
    provider = np.concatenate(providers)
    return pathway, provider, country.weight[provider] * country.region_weight[country.region[provider]]


def _day_factors(calendar: Calendar) -> np.ndarray:
    """Volume of each day against a mean day, per profile: weekday and season."""
    days = np.arange(calendar.count)
    ordinal = calendar.first.toordinal() + days
    weekend = (ordinal + 6) % 7 >= 5
    season = 1 + SEASON * np.cos(2 * np.pi * (ordinal - 737_805) / 365.25)
    factor = numbers("hour_profiles", "weekend_factor")[:, None]
    return np.where(weekend, factor, 1.0) / ((5 + 2 * factor) / 7) * season


def _noise(seed: int, providers: int, days: int) -> np.ndarray:
    return np.clip(1 + NOISE * stream(seed, "volume").standard_normal((providers, days)), 0.4, 1.6)


def start_distribution(*, working_day: bool) -> np.ndarray:
    """Cumulative distribution over the 24 hours, per profile.

    On working days no GP post sees anybody from 8 to 18, so whoever asks for care there does so from 18 to 5: a visit
    follows within three hours.
    """
    hours = table("hour_profiles").select(f"h{hour:02d}" for hour in range(24)).cast(pl.Float64)
    hours = hours.to_numpy(writable=True)
    if working_day:
        hours[texts("hour_profiles", "profile").index("out_of_hours"), 5:18] = 0
    return np.cumsum(hours / hours.sum(axis=1, keepdims=True), axis=1)


def yearly_chains_per_region(plan: Plan, country: Country) -> np.ndarray:
    region = country.region[plan.lead_provider]
    return np.bincount(region, weights=plan.daily * DAYS_PER_YEAR, minlength=len(country.regions))
