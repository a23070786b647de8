"""Payments: lump sums every month, advances to some, a settlement of the year before; of some, the claims paid."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.budgets import Budgeted
from dagster_project.sample.random_streams import apportion
from dagster_project.sample.reference import texts
from dagster_project.sample.shares import insured

COLUMNS = FEEDS["payments"].names
ADVANCED_EVERY, ADVANCE_SHARE, SETTLED_SHARE = 6, 0.01, 0.004
CLAIMS_KNOWN_EVERY, CLAIMS_PAID_SHARE = 4, 0.07
"""Of every fourth ambulance service the insurers tell what they paid, a month a bit less than a twelfth of its year."""


def payment_rows(budgeted: Budgeted, paid_on: date, begins_year: bool) -> pl.DataFrame:
    """The payments of one month, made on one day."""
    rows = [row for provider in budgeted.providers() for row in _of_provider(budgeted, provider, paid_on, begins_year)]
    numbered = [{"payment_id": f"P{paid_on:%Y%m%d}{index:05d}"} | row for index, row in enumerate(rows, start=1)]
    return pl.DataFrame(numbered, schema=dict.fromkeys(COLUMNS, pl.String))


def _of_provider(budgeted: Budgeted, provider: int, paid_on: date, begins_year: bool) -> list[dict]:
    year, country = paid_on.year, budgeted.world.country
    sector = country.sectors[country.sector[provider]]
    yearly = budgeted.expected(provider, year)
    rows = _over_insurers(budgeted, provider, paid_on, year, "lump_sum", "D", budgeted.monthly_lump(provider, year))
    if sector == "hap" and provider % ADVANCED_EVERY == 0:
        rows += _over_insurers(budgeted, provider, paid_on, year, "advance", "D", round(yearly * ADVANCE_SHARE))
    if sector == "rav" and provider % CLAIMS_KNOWN_EVERY == 0:
        rows += _over_insurers(budgeted, provider, paid_on, year, "claim", "D", round(yearly * CLAIMS_PAID_SHARE))
    if sector == "zco" and begins_year:
        side = "D" if provider % 2 else "C"
        rows += _over_insurers(budgeted, provider, paid_on, year - 1, "settlement", side, round(yearly * SETTLED_SHARE))
    return rows


def _over_insurers(
    budgeted: Budgeted, provider: int, paid_on: date, for_year: int, kind: str, side: str, cents: int
) -> list[dict]:
    country = budgeted.world.country
    parts = apportion(cents, insured()[country.region[provider]]) if cents else np.array([], dtype=np.int64)
    return [
        {
            "provider_agb": country.agb(provider),
            "insurer_uzovi": uzovi,
            "paid_on": paid_on.isoformat(),
            "for_year": str(for_year),
            "kind": kind,
            "debit_credit": side,
            "amount_cents": str(part),
        }
        for uzovi, part in zip(texts("insurers", "uzovi"), parts, strict=False)
        if part
    ]
