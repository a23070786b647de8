"""From a delivered value to the contract's: one expression for each kind of column, null where the value does not fit.

Nothing is rounded and nothing is guessed: text is checked by pattern before it is cast, and what a cast could
change is compared with what was delivered. Rules over several columns stand in `row_rules`.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from dagster_project.feeds import Column
from dagster_project.feeds.contract import LONGEST_TEXT

WHOLE = r"^-?[0-9]{1,18}$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
)
CONTROL = r"[\x00-\x1f\x7f-\x9f\u{2028}\u{2029}]"
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
UTC_MICROSECONDS = pl.Datetime("us", "UTC")


def cast(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The value in the contract's type; null where `raw`, of type `dtype`, is null or no such value."""
    is_text = dtype in (pl.String, pl.Null)
    raw = raw.cast(pl.String) if dtype == pl.Null else raw
    match column.kind:
        case "text":
            return _text(column, raw)
        case "int":
            return _within(column, whole(raw, dtype))
        case "decimal":
            return _within(column, _decimal_text(column, raw) if is_text else _decimal(column, raw, dtype))
        case "bool":
            return _bool_text(raw) if is_text else raw
        case "date":
            return _in_years(column, _date_text(raw) if is_text else raw)
        case "timestamp":
            return _in_years(column, _instant_text(raw) if is_text else _instant(raw))


def whole(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A whole number as Int64, whatever its size; null where there is none."""
    if dtype == pl.String:
        return pl.when(raw.str.contains(WHOLE)).then(raw).cast(pl.Int64, strict=False)
    number = raw.cast(pl.Int64, strict=False)
    is_exact = number.cast(dtype, strict=False) == raw
    return number if dtype.is_integer() else pl.when(is_exact).then(number)


def _text(column: Column, raw: pl.Expr) -> pl.Expr:
    if column.values:
        return pl.when(raw.is_in(column.values)).then(raw)
    if column.pattern:
        return pl.when(raw.str.contains(column.pattern)).then(raw)
    return pl.when(raw.str.len_chars() <= LONGEST_TEXT).then(raw)


def _within(column: Column, value: pl.Expr) -> pl.Expr:
    lower, upper = column.minimum, column.maximum
    for bound, holds in ((lower, value.ge), (upper, value.le)):
        if bound is not None:
            value = pl.when(holds(_number(column, bound))).then(value)
    return value


def _number(column: Column, bound: int) -> pl.Expr:
    return pl.lit(bound) if column.kind == "int" else pl.lit(Decimal(bound), dtype=column.dtype)


def _decimal_text(column: Column, raw: pl.Expr) -> pl.Expr:
    pattern = rf"^-?[0-9]{{1,{18 - column.scale}}}(\.[0-9]{{1,{column.scale}}}0{{0,9}})?$"
    return pl.when(raw.str.contains(pattern)).then(raw).cast(column.dtype, strict=False)


def _decimal(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """From a number: the decimal that reads back as exactly what was delivered."""
    value = raw.cast(column.dtype, strict=False)
    return pl.when(value.cast(dtype, strict=False) == raw).then(value)


def _bool_text(raw: pl.Expr) -> pl.Expr:
    return pl.when(raw.is_in(TRUE)).then(True).when(raw.is_in(FALSE)).then(False)


def _date_text(raw: pl.Expr) -> pl.Expr:
    return pl.when(raw.str.contains(DATE)).then(raw).str.to_date("%Y-%m-%d", strict=False)


def _instant_text(raw: pl.Expr) -> pl.Expr:
    """UTC microseconds. Only the zone and fraction are parsed per distinct text: a delivery has few of them."""
    text = pl.when(raw.str.contains(INSTANT)).then(raw)
    day = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    clock = [text.str.slice(start, 2).cast(pl.Int64, strict=False) for start in (11, 14, 17)]
    is_clock = pl.all_horizontal(part <= last for part, last in zip(clock, (23, 59, 59), strict=True))
    seconds = clock[0] * 3600 + clock[1] * 60 + clock[2]
    shift = text.str.slice(19).map_batches(_shifts, return_dtype=pl.Int64)
    local = day.cast(pl.Datetime("us")).cast(pl.Int64) + seconds * 1_000_000
    return pl.when(is_clock).then(local + shift).cast(UTC_MICROSECONDS)


def _shifts(tails: pl.Series) -> pl.Series:
    """Microseconds to add for `.fraction±zone`; null for a zone that is none."""
    tail = pl.col("tail")
    zone = tail.str.extract(r"([+-].*)$").str.replace(":", "", literal=True)
    hours, minutes = (zone.str.slice(start, 2).cast(pl.Int64, strict=False).fill_null(0) for start in (1, 3))
    offset = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1) * (hours * 60 + minutes)
    fraction = tail.str.extract(r"^\.([0-9]+)").fill_null("0").str.pad_end(6, "0").cast(pl.Int64)
    is_zone = tail.str.ends_with("Z") | ((hours <= 14) & (minutes <= 59))
    shift = pl.when(is_zone).then(fraction - offset.fill_null(0) * 60_000_000)
    distinct = tails.alias("tail").unique().to_frame().with_columns(shift=shift)
    if distinct.height == 1:
        return pl.select(pl.repeat(distinct["shift"][0], tails.len(), dtype=pl.Int64)).to_series()
    return tails.alias("tail").to_frame().join(distinct, on="tail", how="left", maintain_order="left")["shift"]


def _instant(raw: pl.Expr) -> pl.Expr:
    value = raw.dt.convert_time_zone("UTC").cast(UTC_MICROSECONDS)
    finer = raw.dt.nanosecond() % 1000 != 0
    return pl.when(~finer).then(value)


def _in_years(column: Column, value: pl.Expr) -> pl.Expr:
    first, last = column.years
    return pl.when(value.dt.year().is_between(first, last)).then(value)
