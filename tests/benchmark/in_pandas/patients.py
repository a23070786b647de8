"""Pseudonyms of patients: the HMAC of a number, or a pseudonym as it was delivered."""

from __future__ import annotations

import hmac

import numpy as np
import pandas as pd

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def is_bsn(numbers: pd.Series) -> pd.Series:
    """Whether whole numbers pass the test of eleven."""
    total = sum(weight * (numbers // 10 ** (8 - place) % 10) for place, weight in enumerate(WEIGHTS))
    return (total % 11 == 0) & (numbers > 0)


def patient_keys(delivered: pd.Series, key: bytes) -> pd.Series:
    """The pseudonym of each delivered key, missing where it is neither a number that passes nor a pseudonym."""
    numbers = delivered.where(delivered.str.fullmatch("[0-9]{9}"))
    passing = numbers[is_bsn(pd.to_numeric(numbers))]
    keys = delivered.str.lower().where(delivered.str.fullmatch("[0-9a-fA-F]{64}")).astype(object)
    keys[passing.index] = pseudonyms(passing, key)
    return keys.astype("str")


def pseudonyms(numbers: pd.Series, key: bytes) -> list[str]:
    return [hmac.digest(key, number.encode(), "sha256").hex() for number in numbers]


def stated_keys(delivered: pd.Series, key: bytes) -> pd.Series:
    """As the registers have them: what has nine characters is a number, anything else is a pseudonym."""
    is_number = delivered.str.len() == 9
    keys = delivered.str.lower().astype(object)
    keys[is_number] = pseudonyms(delivered[is_number], key)
    return keys.astype("str")


def patient_numbers(delivered: pd.Series, key: bytes) -> tuple[np.ndarray, pd.Index]:
    """A number for each row's patient (-1 without a right key) and the pseudonyms that they number."""
    codes, values = pd.factorize(delivered)
    numbers, keys = pd.factorize(patient_keys(pd.Series(values), key))
    return np.append(numbers, -1)[codes], pd.Index(keys)
