"""What is delivered: every feed, every format, by the contracts; shares and budgets that add up."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import polars as pl
import pytest

from dagster_project.feeds import FEEDS
from dagster_project.sample.country import make_country
from dagster_project.sample.days import Calendar
from dagster_project.sample.files import csv_bytes
from dagster_project.sample.reference import texts
from dagster_project.sample.snapshots import make_capacity, snapshots_by_day
from dagster_project.sample.units import make_units

from .conftest import DAYS, UNTIL, Sample
from .delivered import register, text

FIRST = UNTIL - timedelta(days=DAYS - 1)
DATES = [(FIRST + timedelta(days=index)).isoformat() for index in range(DAYS)]

DAILY = {"declarations", "capacity_snapshots", "contacts"}


def test_daily_feeds_have_one_file_each_day(sample: Sample) -> None:
    for feed in DAILY:
        assert [path.parent.name for path in sample.files(feed)] == DATES


def test_registers_come_first_and_at_new_year(sample: Sample) -> None:
    for feed in FEEDS.keys() - DAILY:
        assert [path.parent.name for path in sample.files(feed)] == [DATES[0], "2026-01-01"], feed


def test_every_format_occurs(sample: Sample) -> None:
    for feed in DAILY:
        kinds = Counter(_kind(path) for path in sample.files(feed))
        assert min(kinds[kind] for kind in ("comma", "semicolon", "gzip", "parquet")) > 1, (feed, kinds)


def _kind(path: Path) -> str:
    if path.suffix == ".csv":
        return "semicolon" if b";" in path.read_bytes().split(b"\n")[0] else "comma"
    return {".gz": "gzip", ".parquet": "parquet"}[path.suffix]


def test_headers_are_the_contracts(sample: Sample) -> None:
    for name, feed in FEEDS.items():
        for path in sample.files(name):
            assert set(text(path).columns) == set(feed.names), path


@pytest.mark.parametrize(
    ("day", "hours", "third"),
    [
        (date(2025, 3, 30), 23, "2025-03-30T03:00:00+02:00"),
        (date(2025, 6, 1), 24, "2025-06-01T02:00:00+02:00"),
        (date(2025, 10, 26), 25, "2025-10-26T02:00:00+02:00"),
    ],
)
def test_local_days_have_their_own_length_and_offsets(day: date, hours: int, third: str) -> None:
    country, calendar = make_country(), Calendar.ending(day, 2)
    capacity = make_capacity(country, calendar, make_units(country), 0.03, 7)
    (_, _), (_, rows) = snapshots_by_day(capacity)
    times = csv_bytes(rows.filter(location_code=rows["location_code"][0], unit="seh"), "comma").decode().split()[1:]
    assert len(times) == hours and times[2].split(",")[3] == third


def test_what_comes_after_a_delivery_is_not_in_it(sample: Sample) -> None:
    for path in sample.files("declarations"):
        if path.suffix == ".parquet":
            delivered_on, rows = date.fromisoformat(path.parent.name), pl.read_parquet(path)
            local = rows["service_start"].dt.convert_time_zone("Europe/Amsterdam").dt.date()
            assert (rows["service_end"].fill_null(rows["service_start"]).dt.date() <= delivered_on).all()
            assert (local <= rows["declared_on"]).all() and (rows["declared_on"] <= delivered_on).all()


def test_shares_sum_to_one_and_the_last_definitive_set_is_missing(sample: Sample) -> None:
    shares = register(sample.landing, "market_shares").filter(pl.col("year") > "2023")
    sets = shares.group_by("year", "edition", "scope").agg(pl.col("share").cast(pl.Decimal(18, 8)).sum(), pl.len())
    assert set(sets["share"]) == {Decimal(1)} and set(sets["len"]) == {len(texts("insurers", "uzovi"))}
    known = {
        ("2024", "provisional"),
        ("2024", "definitive"),
        ("2025", "provisional"),
        ("2025", "definitive"),
        ("2026", "provisional"),
    }
    assert set(sets.select("year", "edition").iter_rows()) == known
    assert len(set(sets["scope"])) > len(texts("regions", "region_code"))


def test_budget_amounts_follow(sample: Sample) -> None:
    planted = {(f["delivery_date"], f["row"]) for f in sample.planted["faults"] if f["feed"] == "budgets"}
    for path in sample.files("budgets"):
        for number, row in enumerate(text(path).iter_rows(named=True), start=1):
            share = Decimal(row["percentage"] or 100) / 100
            exact = Decimal(row["quantity"]) * Decimal(row["unit_price_cents"]) * share
            if (path.parent.name, number) not in planted:
                assert int(row["amount_cents"]) == exact.quantize(Decimal(1), ROUND_HALF_EVEN)


def test_lump_sums_are_paid_as_budgeted(sample: Sample) -> None:
    budgets = register(sample.landing, "budgets").filter(
        year="2025", edition="agreed", component="lump_sum", parameter="months"
    )
    payments = register(sample.landing, "payments").filter(kind="lump_sum", for_year="2025")
    payments = payments.filter(~pl.col("payment_id").str.starts_with("PP"))
    paid = payments.group_by("provider_agb").agg(pl.col("amount_cents").cast(pl.Int64).sum())
    assert dict(paid.iter_rows()) == {
        row["provider_agb"]: int(row["amount_cents"]) for row in budgets.iter_rows(named=True)
    }
    assert set(register(sample.landing, "payments")["kind"]) == {"lump_sum", "advance", "settlement", "claim"}


def test_every_kind_of_tariff_occurs(sample: Sample) -> None:
    tariffs = register(sample.landing, "tariffs")
    assert set(tariffs["tariff_kind"]) == set(FEEDS["tariffs"].column("tariff_kind").values)
    real = dict(tariffs.filter(pl.col("provider_agb").is_null()).select("performance_code", "tariff_cents").iter_rows())
    assert (real["HA001"], real["HA002"], real["HA003"]) == ("15061", "22592", "3500")
    assert (real["I010"], real["I002"], real["I001"], real["AM004"]) == ("84477", "37478", "483", "0")
    assert (real["I003"], real["I006"], real["I022"]) == ("15414", "269387", None)
    assert tariffs["provider_agb"].drop_nulls().n_unique() > 5
