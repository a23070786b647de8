"""Made-up patients: numbers that pass the eleven-test in the range 90-99 million, insurer, year of birth, pseudonym.

A patient belongs to one region. Care takes a region's patients in turn, so that one comes back only after all the
others: two care questions of one patient are weeks apart, by construction.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np

from dagster_project.sample.chance import spread, stream
from dagster_project.sample.shares import insured

PSEUDONYM_KEY = "zorgmart-sample-only-key-never-for-real-patients"
YEARS_BETWEEN_CARE = 0.4
FEWEST = 60


@dataclass(frozen=True)
class Patients:
    """Per patient index: citizen service number, insurer index, year of birth (0 = not delivered); `begin` and
    `number` per region. The last `spare` indexes are nobody's care, for planted cases."""

    number_bsn: np.ndarray
    insurer: np.ndarray
    birth_year: np.ndarray
    begin: np.ndarray
    number: np.ndarray
    spare_begin: int

    def taken(self, region: np.ndarray, turn: np.ndarray) -> np.ndarray:
        """The patient whose turn it is in a region."""
        return self.begin[region] + turn % self.number[region]


def make_patients(seed: int, yearly_chains: np.ndarray, born_before: int, spare: int) -> Patients:
    """`yearly_chains`: care questions per region and year."""
    number = np.maximum(np.ceil(yearly_chains * YEARS_BETWEEN_CARE), FEWEST).astype(np.int64)
    begin = np.concatenate([[0], np.cumsum(number)[:-1]])
    total = int(number.sum()) + spare
    region = np.concatenate([np.repeat(np.arange(len(number)), number), np.zeros(spare, dtype=np.int64)])
    birth = born_before - 1 - np.floor(95 * stream(seed, "birth").beta(1.2, 1.0, total)).astype(np.int16)
    birth[spread(total, 5) < 0.02] = 0
    return Patients(citizen_numbers(total), _insurers(region), birth, begin, number, total - spare)


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


def pseudonym(bsn: int) -> str:
    """What the door makes of a number with the sample's own key."""
    return hmac.digest(PSEUDONYM_KEY.encode(), str(bsn).encode(), hashlib.sha256).hex()
