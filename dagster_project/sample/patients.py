"""Made-up patients: numbers that pass the eleven-test in the range 90-99 million, insurer, year of birth, pseudonym.

A patient belongs to one region. Care takes a region's patients in turn, so that one comes back only after all the
others: two care questions of one patient are weeks apart, by construction.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

import numpy as np

from dagster_project.sample.random_streams import spread, stream
from dagster_project.sample.shares import insured

PSEUDONYM_KEY = "zorgmart-sample-only-key-never-for-real-patients"
YEARS_BETWEEN_CARE = 0.4
FEWEST = 60
OLD, INDICATED_OLD, INDICATED_YOUNG = 75, 0.075, 0.003
INDICATION_YEARS, STILL_INDICATED, WITH_TREATMENT, LONGEST_INDICATION = 5, 0.7, 0.4, 1500


@dataclass(frozen=True)
class Patients:
    """Per patient index: citizen service number, insurer index, year of birth (0 = not delivered), indication for
    long-term care (first and last day as ordinals, 0 = none, and whether with treatment); `begin` and `number` per
    region. The last `spare` indexes are nobody's care, for planted cases, and have no indication."""

    number_bsn: np.ndarray
    insurer: np.ndarray
    birth_year: np.ndarray
    begin: np.ndarray
    number: np.ndarray
    spare_begin: int
    wlz_from: np.ndarray
    wlz_to: np.ndarray
    wlz_treatment: np.ndarray

    def taken(self, region: np.ndarray, turn: np.ndarray) -> np.ndarray:
        """The patient whose turn it is in a region."""
        return self.begin[region] + turn % self.number[region]

    def indicated(self, patient: np.ndarray, ordinal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether each patient has an indication for long-term care on a day, and whether one with treatment."""
        has_any = (self.wlz_from[patient] <= ordinal) & (ordinal <= self.wlz_to[patient])
        return has_any, has_any & self.wlz_treatment[patient]


def make_patients(seed: int, yearly_chains: np.ndarray, born_before: int, spare: int) -> Patients:
    """`yearly_chains`: care questions per region and year."""
    number = np.maximum(np.ceil(yearly_chains * YEARS_BETWEEN_CARE), FEWEST).astype(np.int64)
    begin = np.concatenate([[0], np.cumsum(number)[:-1]])
    total = int(number.sum()) + spare
    region = np.concatenate([np.repeat(np.arange(len(number)), number), np.zeros(spare, dtype=np.int64)])
    birth = born_before - 1 - np.floor(95 * stream(seed, "birth").beta(1.2, 1.0, total)).astype(np.int16)
    birth[spread(total, 5) < 0.02] = 0
    indications = _indications(seed, birth, born_before, total - spare)
    return Patients(citizen_numbers(total), _insurers(region), birth, begin, number, total - spare, *indications)


def _indications(seed: int, birth: np.ndarray, year: int, cared_for: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some two per cent, mostly the old: first and last day (ordinals; 0 = none), whether with treatment.

    They begin from three years before `year` until two years after it began.
    """
    draws, count = stream(seed, "indications"), len(birth)
    share = np.where(birth <= year - OLD, INDICATED_OLD, INDICATED_YOUNG)
    chosen = (draws.random(count) < share) & (np.arange(count) < cared_for)
    begin = date(year - 3, 1, 1).toordinal() + draws.integers(0, 365 * INDICATION_YEARS, count)
    lasting = draws.random(count) < STILL_INDICATED
    end = np.where(lasting, date.max.toordinal(), begin + draws.integers(60, LONGEST_INDICATION, count))
    treatment = draws.random(count) < WITH_TREATMENT
    return np.where(chosen, begin, 0), np.where(chosen, end, 0), treatment & chosen


def citizen_numbers(count: int) -> np.ndarray:
    """Different nine-digit numbers that begin with 9 and pass the eleven-test."""
    prefix = 90_000_000 + (np.arange(int(count * 1.12) + 50, dtype=np.int64) * 7919) % 10_000_000
    rest, total = prefix.copy(), np.zeros_like(prefix)
    for weight in range(2, 10):
        total += weight * (rest % 10)
        rest //= 10
    check = total % 11
    return (prefix * 10 + check)[check < 10][:count]


def _insurers(region: np.ndarray) -> np.ndarray:
    shares = np.cumsum(insured() / insured().sum(axis=1, keepdims=True), axis=1)
    draws, chosen = spread(len(region)), np.zeros(len(region), dtype=np.int16)
    for index, row in enumerate(shares):
        here = region == index
        chosen[here] = np.minimum(np.searchsorted(row, draws[here], side="right"), len(row) - 1)
    return chosen


def pseudonym(bsn: int | str) -> str:
    """What the door makes of a number with the sample's own key."""
    return hmac.digest(PSEUDONYM_KEY.encode(), str(bsn).encode(), hashlib.sha256).hex()
