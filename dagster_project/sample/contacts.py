"""Contacts with coordination centres and GP posts: calls that led to declared care, and calls beside them.

What is called about stands in `care` (the care questions) and in the reference file call_patterns; here is how the
call went: waiting, triage, where it ended, the search for a place, and what was passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.feeds.contacts import DISPOSITIONS
from dagster_project.sample.care import World, care_questions, starts
from dagster_project.sample.days import instants
from dagster_project.sample.random_streams import spread, stream
from dagster_project.sample.reference import numbers, texts

COLUMNS = FEEDS["contacts"].names
SERIES = ("T", "B", "R")
CARE, BESIDE, AGAIN = range(3)
REGULAR_WAIT, EMERGENCY_WAIT = (54.0, 0.95), (11.0, 0.70)
TRIAGE = (260.0, 0.55)
URGENCY_EMERGENCY, URGENCY_REGULAR = (0.05, 0.60, 0.32, 0.03, 0.0, 0.0), (0.0, 0.01, 0.12, 0.33, 0.25, 0.29)
BESIDE_SELF_CARE, ABANDONED = 0.75, 0.06
PLACED, PLACED_AGAIN, CALLS_MEAN = 0.95, 0.06, 0.4
PATIENT_KNOWN, BESIDE_KNOWN = 0.9, 0.4
STANDARD, GAIN = 0.55, 0.15


@dataclass(frozen=True)
class Patterns:
    """Per pathway: whether it begins with a call, to whom (sector), and what part is of each kind."""

    has_call: np.ndarray
    at_centre: np.ndarray
    shares: dict[str, np.ndarray]
    disposition: np.ndarray
    otherwise: np.ndarray
    place_within: np.ndarray


@cache
def patterns() -> Patterns:
    pathways, called = list(dict.fromkeys(texts("care_pathways", "pathway"))), texts("call_patterns", "pathway")
    place = np.array([called.index(name) if name in called else -1 for name in pathways])
    sector = np.array(texts("call_patterns", "answered_by"))
    names = ("professional", "emergency", "else", "multidisciplinary", "beside")
    shares = {name: numbers("call_patterns", f"{name}_pct")[place] / 100 for name in names}
    ends = [
        np.array([DISPOSITIONS.index(name) for name in texts("call_patterns", column)])[place]
        for column in ("disposition", "else_disposition")
    ]
    return Patterns(place >= 0, sector[place] == "zco", shares, *ends, _place_within(pathways))


def _place_within(pathways: list[str]) -> np.ndarray:
    """Minutes within which a place must be found: before the care there begins; 0 where none is looked for."""
    first = dict(zip(texts("care_pathways", "pathway"), texts("care_pathways", "after_minutes_min"), strict=True))
    placing = ("short_stay", "nursing_at_home", "crisis_bed", "mental_crisis", "supraregional_transfer")
    return np.array([int(first[name]) if name in placing else 0 for name in pathways])


def contact_calls(world: World, begin: int, end: int) -> pl.DataFrame:
    """Contacts about care questions of days `begin`..`end`-1: the feed's columns, and `delivery`
    (day index: the day on which the last was known of it)."""
    draws = stream(world.seed, "contacts", begin)
    asked = care_questions(world, begin, end)
    which, series = _which(asked, draws)
    calls = {name: values[which] for name, values in asked.items()}
    calls |= {"series": series} | _answers(world, calls, series, draws)
    calls |= _ends(world, calls, draws)
    return _frame(world, calls, draws).filter(pl.col("delivery") < world.calendar.count)


def _which(asked: dict[str, np.ndarray], draws: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the care questions called about, and of which series each call is."""
    pattern, pathway = patterns(), asked["pathway"]
    chance = draws.random((2, len(pathway)))
    called = pattern.has_call[pathway]
    care = np.flatnonzero(called)
    beside = np.flatnonzero(called & (chance[0] < pattern.shares["beside"][pathway]))
    placed = (pattern.place_within[pathway] > 0) & (asked["episode"] >= 0)
    again = np.flatnonzero(called & placed & (chance[1] < PLACED_AGAIN))
    kinds = (care, beside, again)
    return np.concatenate(kinds), np.repeat(np.arange(3), [len(kind) for kind in kinds])


def _answers(world: World, calls: dict, series: np.ndarray, draws: np.random.Generator) -> dict[str, np.ndarray]:
    """Line, instants of offering and answering (UTC s; -1 = abandoned), and who answers."""
    calendar, country, pattern, size = world.calendar, world.country, patterns(), len(series)
    profile = world.plan.profile[calls["pathway"]]
    own = starts(calendar, calendar.local_day(calls["started"]), profile, draws)
    later = calls["started"] + draws.integers(2 * 3600, 20 * 3600, size)
    answered = np.select([series == BESIDE, series == AGAIN], [own, later], calls["started"])
    emergency = draws.random(size) < pattern.shares["emergency"][calls["pathway"]]
    region, centre = calls["region"], country.sectors.index("zco")
    waited = _long(draws, np.where(emergency, EMERGENCY_WAIT[0], REGULAR_WAIT[0]) * _slowness(world, region, answered),
                   np.where(emergency, EMERGENCY_WAIT[1], REGULAR_WAIT[1]))  # fmt: skip
    abandons = (series == BESIDE) & ~emergency & (draws.random(size) < ABANDONED * (0.5 + spread(10, 3))[region])
    return {
        "emergency": emergency,
        "offered": answered - waited,
        "answered": np.where(abandons, -1, answered),
        "answering": np.where(pattern.at_centre[calls["pathway"]], country.begin[centre][region], calls["provider"]),
    }


def _slowness(world: World, region: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """How much longer a region lets wait than a mean one: its own pace, winter, and a slow wave of some months."""
    day = world.calendar.local_day(seconds) + world.calendar.first.toordinal()
    own = 0.8 + 0.4 * spread(len(world.country.regions), 7)
    winter = 1 + 0.12 * np.cos(2 * np.pi * (day - 737_805) / 365.25)
    return own[region] * winter * (1 + 0.08 * np.sin(2 * np.pi * day / 131 + region))


def _long(draws: np.random.Generator, median: np.ndarray | float, sigma: np.ndarray | float, size: int | None = None):
    """Whole seconds, log-normal, at least one."""
    drawn = draws.standard_normal(len(median) if size is None else size)
    return np.maximum(np.rint(median * np.exp(sigma * drawn)), 1).astype(np.int64)


def _ends(world: World, calls: dict, draws: np.random.Generator) -> dict[str, np.ndarray]:
    """Triage, disposition and placement; instants are -1 where there is none."""
    pattern, pathway, size = patterns(), calls["pathway"], len(calls["pathway"])
    chance, beside = draws.random((3, size)), calls["series"] == BESIDE
    advised = np.where(chance[0] < BESIDE_SELF_CARE, DISPOSITIONS.index("self_care"), DISPOSITIONS.index("gp"))
    otherwise = chance[0] < pattern.shares["else"][pathway]
    ended = np.where(otherwise, pattern.otherwise[pathway], pattern.disposition[pathway])
    within = 60 * pattern.place_within[pathway]
    placed = (calls["answered"] >= 0) & (within > 0) & ~beside & (chance[1] < PLACED)
    part = np.minimum(_long(draws, 420.0, 0.45, size) / 1000, 0.98)
    return {
        "triaged": np.where(calls["answered"] < 0, -1, calls["answered"] + _long(draws, *TRIAGE, size)),
        "disposition": np.where(beside, advised, ended),
        "placed": np.where(placed, calls["answered"] + np.rint(part * within).astype(np.int64), -1),
        "placement_calls": draws.geometric(CALLS_MEAN, size),
        "multidisciplinary": chance[2] < pattern.shares["multidisciplinary"][pathway] * _progress(world, calls),
    }


def _progress(world: World, calls: dict) -> np.ndarray:
    """What grows in the course of the sample, and differs by region, around 1."""
    day = world.calendar.local_day(calls["offered"]) / max(world.calendar.count, 1)
    return (0.85 + 0.3 * spread(len(world.country.regions), 9))[calls["region"]] * (1 - GAIN + 2 * GAIN * day)


def _frame(world: World, calls: dict, draws: np.random.Generator) -> pl.DataFrame:
    """The feed's columns and `delivery`."""
    size, beside = len(calls["series"]), calls["series"] == BESIDE
    answered, self_care = calls["answered"] >= 0, calls["disposition"] == DISPOSITIONS.index("self_care")
    chance, known = draws.random((4, size)), np.where(beside, BESIDE_KNOWN, PATIENT_KNOWN)
    professional = chance[0] < np.where(beside, 0.02, patterns().shares["professional"][calls["pathway"]])
    patient = pl.Series(world.patients.number_bsn[calls["patient"]]).cast(pl.String)
    standard = chance[2] < STANDARD * _progress(world, calls)
    has_place, has_episode = calls["placed"] >= 0, (calls["episode"] >= 0) & ~beside
    last = np.maximum(np.maximum(calls["triaged"], calls["placed"]), calls["offered"])
    number = pl.Series(calls["serial"]).cast(pl.String).str.zfill(9)
    return pl.DataFrame(
        {
            "delivery": world.calendar.local_day(last),
            "contact_id": pl.Series(SERIES).gather(calls["series"]) + number,
            "provider_agb": world.country.providers["agb"].gather(calls["answering"]),
            "caller": _named(("patient", "professional"), professional | (calls["series"] == AGAIN)),
            "line": _named(("regular", "emergency"), calls["emergency"]),
            "offered_at": instants(calls["offered"]),
            "answered_at": _where(answered, instants(calls["answered"])),
            "triage_ended_at": _where(answered, instants(calls["triaged"])),
            "urgency": _where(answered, _urgency(calls["emergency"], chance[1])),
            "multidisciplinary": _where(answered, pl.Series(calls["multidisciplinary"])),
            "disposition": _where(answered, _named(DISPOSITIONS, calls["disposition"])),
            "placed_at": _where(has_place, instants(calls["placed"])),
            "placement_calls": _where(has_place, pl.Series(calls["placement_calls"])),
            "standard_message": _where(answered & ~self_care, pl.Series(standard)),
            "episode_id": _where(has_episode, "E" + pl.Series(calls["episode"]).cast(pl.String).str.zfill(9)),
            "patient_key": _where(answered & (chance[3] < known), patient),
        }
    )


def _urgency(emergency: np.ndarray, chance: np.ndarray) -> pl.Series:
    edges = [np.cumsum(shares)[:-1] for shares in (URGENCY_REGULAR, URGENCY_EMERGENCY)]
    level = np.where(emergency, *(np.searchsorted(row, chance, side="right") for row in reversed(edges)))
    return _named(tuple(f"U{number}" for number in range(6)), level)


def _named(names: tuple[str, ...], index: np.ndarray) -> pl.Series:
    return pl.Series(names).gather(np.asarray(index).astype(np.int64))


def _where(there: np.ndarray, values: pl.Series) -> pl.Series:
    """`values`, null where there is none."""
    return pl.select(pl.when(pl.Series(there)).then(values)).to_series()
