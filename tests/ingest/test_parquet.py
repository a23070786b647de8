"""Parquet: typed columns, types that round, torn and crafted files."""

import io
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.feeds import FEEDS

from .made import ROWS, Home, csv_bytes, row


def parquet(table: pa.Table, **options: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def as_text(feed: str, *rows: dict[str, str]) -> pa.Table:
    rows = rows or (row(feed),)
    return pa.table({name: pa.array([made[name] or None for made in rows], pa.string()) for name in rows[0]})


def with_column(feed: str, name: str, values: pa.Array) -> pa.Table:
    table = as_text(feed, *[row(feed)] * len(values))
    return table.set_column(table.column_names.index(name), name, values)


def typed(feed: str) -> pa.Table:
    """The sound row with the contract's own types."""
    frame = pl.DataFrame([row(feed)])
    columns = []
    for column in FEEDS[feed].columns:
        text = pl.when(pl.col(column.name) != "").then(column.name)
        match column.kind:
            case "timestamp":
                columns.append(text.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us"))
            case "date":
                columns.append(text.str.to_date())
            case "bool":
                columns.append(text == "true")
            case _:
                columns.append(text.cast(column.dtype))
    return frame.select(columns).to_arrow()


@pytest.mark.parametrize("feed", ROWS)
@pytest.mark.parametrize("make", [as_text, typed])
def test_every_feed_as_parquet_is_the_same_as_csv(home: Home, feed: str, make: object) -> None:
    home.deliver(feed, csv_bytes([row(feed)]), "a.csv")
    home.deliver(feed, parquet(make(feed)), "b.parquet")
    home.ingest()
    assert home.versions()["reason"].to_list() == [None, None]
    one, other = (home.accepted(feed).filter(version_id=number).drop("version_id") for number in (1, 2))
    assert one.height == 1 and one.equals(other)
    assert home.versions()["amount_cents"].n_unique() == 1


REJECTED = {
    "money as float": ("payments", "amount_cents", pa.array([100.0])),
    "money with places": ("payments", "amount_cents", pa.array([Decimal("100.50")])),
    "AGB as number": ("payments", "provider_agb", pa.array([53000001])),
    "naive instant": ("declarations", "service_start", pa.array([datetime(2026, 1, 30, 10)])),
    "date as instant": ("payments", "paid_on", pa.array([datetime(2026, 1, 15)])),
    "list": ("payments", "kind", pa.array([["lump_sum"]])),
    "bytes": ("payments", "kind", pa.array([b"lump_sum"])),
    "bool as number": ("tariffs", "covers_budget", pa.array([1])),
}


@pytest.mark.parametrize("fault", REJECTED)
def test_a_type_that_may_have_lost_something_is_rejected(home: Home, fault: str) -> None:
    feed, name, values = REJECTED[fault]
    home.deliver(feed, parquet(with_column(feed, name, values)), "a.parquet")
    home.ingest()
    version = home.version()
    assert version["status"] == "rejected" and name in version["reason"]


NS, WIDE = pa.timestamp("ns", "UTC"), pa.decimal128(38, 0)
NOON = 1_769_770_800_000_000_000
QUARANTINED = {
    "float with more places": ("market_shares", "share", pa.array([0.123456785, 0.12345678]), [1]),
    "thirds": ("market_shares", "share", pa.array([1 / 3, 0.00000001]), [1]),
    "not a number": ("market_shares", "share", pa.array([float("nan"), float("inf"), 1.0]), [1, 2]),
    "decimal with more places": ("market_shares", "share", pa.array([Decimal("0.123456789"), Decimal("0.5")]), [1]),
    "too large a number": ("payments", "amount_cents", pa.array([2**64 - 1, 5], pa.uint64()), [1]),
    "decimal number too large": ("payments", "amount_cents", pa.array([Decimal(10**20), Decimal(5)], WIDE), [1]),
    "float with a fraction": ("capacity_snapshots", "places_total", pa.array([1.5, 2.0, None]), [1]),
    "nanoseconds": ("capacity_snapshots", "measured_at", pa.array([NOON + 1, NOON + 1000], NS), [1]),
    "year": ("capacity_snapshots", "measured_at", pa.array([0, NOON], NS), [1]),
    "date": ("payments", "paid_on", pa.array([date(1899, 1, 1), date(2026, 1, 1)]), [1]),
}  # fmt: skip


@pytest.mark.parametrize("fault", QUARANTINED)
def test_a_value_that_does_not_fit_is_quarantined_and_never_rounded(home: Home, fault: str) -> None:
    feed, name, values, rows = QUARANTINED[fault]
    home.deliver(feed, parquet(with_column(feed, name, values)), "a.parquet")
    home.ingest()
    broken = {number: rules for number, rules in home.rules(feed).items() if f"invalid_{name}" in rules}
    assert list(broken) == rows
    assert home.version()["rows"] == len(values)


def test_types_that_lose_nothing_are_taken(home: Home) -> None:
    table = as_text("payments")
    for name, values in {
        "amount_cents": pa.array([Decimal(100)], pa.decimal128(38, 0)),
        "for_year": pa.array([2026], pa.int16()),
        "kind": pa.array(["lump_sum"]).dictionary_encode(),
        "provider_agb": pa.array(["53000001"], pa.large_string()),
        "paid_on": pa.array([date(2026, 1, 15)], pa.date64()),
    }.items():
        table = table.set_column(table.column_names.index(name), name, values)
    home.deliver("payments", parquet(table), "a.parquet")
    home.ingest()
    assert home.accepted("payments").select("amount_cents", "for_year", "kind").row(0) == (100, 2026, "lump_sum")


def test_cut_off_and_damaged_files_are_rejected(home: Home) -> None:
    data = parquet(typed("declarations"), write_page_checksum=True)
    flipped = bytearray(data)
    flipped[data.index(b"2026-01") if b"2026-01" in data else data.index(b"53000001")] ^= 1
    for name, broken in {"cut": data[:-40], "empty": b"", "start": b"PAR1", "flipped": bytes(flipped)}.items():
        home.deliver("declarations", broken, f"{name}.parquet")
    home.ingest()
    assert home.versions()["status"].to_list() == ["rejected"] * 4


def test_columns_are_checked_by_name(home: Home) -> None:
    table = as_text("payments")
    home.deliver("payments", parquet(table.drop_columns(["kind"])), "missing.parquet")
    home.deliver("payments", parquet(table.append_column("remark", pa.array(["x"]))), "unknown.parquet")
    twice = pa.Table.from_arrays([*table.columns, table["kind"]], names=[*table.column_names, "kind"])
    home.deliver("payments", parquet(twice), "twice.parquet")
    home.ingest()
    reasons = dict(home.versions().select("file", "reason").iter_rows())
    assert "kind is missing" in reasons["missing.parquet"]
    assert "'remark' is unknown" in reasons["unknown.parquet"]
    assert "kind stands there twice" in reasons["twice.parquet"]


def test_a_few_bytes_that_stand_for_very_much_are_rejected(home: Home) -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000), ["x" * 1_000_000])
    home.deliver("payments", parquet(with_column("payments", "payment_id", long), compression="zstd"), "long.parquet")
    nulls = pa.table({name: pa.nulls(2_000_000, pa.string()) for name in ROWS["payments"]})
    home.deliver("payments", parquet(nulls, row_group_size=2_000_000), "many.parquet")
    home.ingest()
    assert home.versions()["status"].to_list() == ["rejected"] * 2


@pytest.mark.parametrize("feed", ROWS)
def test_nothing_but_nulls(home: Home, feed: str) -> None:
    home.deliver(feed, parquet(pa.table({name: pa.nulls(2) for name in ROWS[feed]})), "a.parquet")
    home.ingest()
    missing = [f"missing_{name}" for name in FEEDS[feed].required_names]
    assert {number: rules[: len(missing)] for number, rules in home.rules(feed).items()} == {1: missing, 2: missing}


def test_no_rows(home: Home) -> None:
    home.deliver("payments", parquet(as_text("payments").slice(0, 0)), "a.parquet")
    home.ingest()
    assert (home.version()["status"], home.version()["rows"]) == ("accepted", 0)


def test_text_that_is_not_utf_8_is_rejected(home: Home) -> None:
    """Arrow hands it on as it is, and every reader after the door would stop at it."""
    data = parquet(as_text("providers"), use_dictionary=False, compression="none", write_statistics=False)
    home.deliver("providers", data.replace(b"Post", b"P\xff\xfet"), "a.parquet")
    home.deliver("providers", data, "b.parquet")
    home.ingest()
    assert home.versions()["status"].to_list() == ["rejected", "accepted"]
    assert home.accepted("providers")["name"].to_list() == ["Post"]


def test_a_name_of_a_column_that_is_not_utf_8_is_rejected(home: Home) -> None:
    data = parquet(as_text("payments"), store_schema=False)
    home.deliver("payments", data.replace(b"for_year", b"for\xef\xffear"), "a.parquet")
    home.deliver("payments", data, "b.parquet")
    home.ingest()
    assert home.versions()["status"].to_list() == ["rejected", "accepted"]


def test_text_that_repeats_is_judged_like_any_other(home: Home) -> None:
    """Many rows, so that they are kept coded; what is wrong with a text is wrong in each of its rows."""
    names = ["D", "C", "", "X", None]
    rows = len(names) * 1_000
    table = pa.table({name: [value] * rows for name, value in row("payments").items()})
    ids, signs = [f"P{number}" for number in range(rows)], [names[number % len(names)] for number in range(rows)]
    for name, values in {"payment_id": ids, "debit_credit": signs}.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    home.deliver("payments", parquet(table), "a.parquet")
    home.ingest()
    assert home.accepted("payments")["debit_credit"].to_list() == ["D", "C"] * 1_000
    rules = {number: found for number, found in home.rules("payments").items() if number <= len(names)}
    missing, invalid = ["missing_debit_credit"], ["invalid_debit_credit"]
    assert rules == {3: missing, 4: invalid, 5: missing}


def test_text_that_repeats_and_is_not_utf_8_is_rejected(home: Home) -> None:
    rows = 5_000
    table = pa.table({name: pa.array([value or None] * rows, pa.string()) for name, value in row("providers").items()})
    data = parquet(table.set_column(0, "agb", [[f"{n:08d}" for n in range(rows)]]), compression="none")
    home.deliver("providers", data.replace(b"Post", b"P\xff\xfet"), "a.parquet")
    home.deliver("providers", data, "b.parquet")
    home.ingest()
    assert home.versions()["status"].to_list() == ["rejected", "accepted"]
    assert home.accepted("providers")["name"].unique().to_list() == ["Post"]


def test_the_allocator_of_arrow_is_put_back(home: Home) -> None:
    before = pa.default_memory_pool().backend_name
    home.deliver("payments", parquet(as_text("payments")), "a.parquet")
    home.ingest()
    assert pa.default_memory_pool().backend_name == before
