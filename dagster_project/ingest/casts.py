"""From a delivered value to the contract's: one expression for each kind of column, null where the value does not fit.

Nothing is rounded and nothing is guessed: text is checked by pattern before it is cast, and what a cast could
change is compared with what was delivered. Rules over several columns stand in `row_rules`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl

from dagster_project.feeds import Column
from dagster_project.feeds.contract import LONGEST_TEXT

WHOLE = r"^-?[0-9]{1,18}$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
CONTROL = r"[\x00-\x1f\x7f-\x9f]"
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
CLOCK = {"hour": 11, "minute": 14, "second": 17}
SAMPLE = 4_096
UTC_MICROSECONDS = pl.Datetime("us", "UTC")
MANTISSA = {pl.Float32(): 24, pl.Float64(): 53}


def cast(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The value in the contract's type, within bounds or not; null where `raw`, of type `dtype`, is no such value."""
    if dtype == pl.Null:
        return raw.cast(column.dtype)
    is_text = dtype == pl.String
    match column.kind:
        case "text":
            return _text(column, raw)
        case "int":
            return whole(raw, dtype)
        case "decimal":
            return _decimal_text(column, raw) if is_text else _decimal(column, raw, dtype)
        case "bool":
            return _bool_text(raw) if is_text else raw
        case "date":
            return _date_text(raw) if is_text else raw
        case "timestamp":
            return raw.map_batches(_instants, return_dtype=UTC_MICROSECONDS) if is_text else _instant(raw, dtype)


def within(column: Column) -> pl.Expr | None:
    """The cast value, null where it lies outside the column's bounds; None for a column without bounds.

    A step of its own after `cast`: an expression that uses a value twice would cast it twice.
    """
    value, lower, upper = pl.col(column.name), column.minimum, column.maximum
    if column.kind in ("date", "timestamp"):
        return pl.when(value.is_between(*_ends(column))).then(value)
    holds = [value >= _number(column, lower)] if lower is not None else []
    holds += [value <= _number(column, upper)] if upper is not None else []
    return pl.when(pl.all_horizontal(holds)).then(value) if holds else None


def _ends(column: Column) -> tuple[pl.Expr, pl.Expr]:
    """The first and the last moment of the column's years: to compare takes a tenth of finding each value's year."""
    first, last = column.years
    if column.kind == "date":
        return pl.lit(date(first, 1, 1)), pl.lit(date(last, 12, 31))
    ends = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 12, 31, 23, 59, 59, 999_999, UTC)
    return tuple(pl.lit(end, dtype=UTC_MICROSECONDS) for end in ends)


def whole(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A whole number as Int64, whatever its size; null where there is none."""
    if dtype == pl.Null:
        return raw.cast(pl.Int64)
    if dtype == pl.String:
        return pl.when(raw.str.contains(WHOLE)).then(raw).cast(pl.Int64, strict=False)
    number = raw.cast(pl.Int64, strict=False)
    if dtype.is_integer():
        return number
    return pl.when((number.cast(dtype, strict=False) == raw) & _tells_apart(raw, dtype, 0)).then(number)


def _text(column: Column, raw: pl.Expr) -> pl.Expr:
    if column.values:
        return pl.when(raw.is_in(column.values)).then(raw)
    if column.pattern:
        return pl.when(raw.str.contains(column.pattern)).then(raw)
    return pl.when(raw.str.len_chars() <= LONGEST_TEXT).then(raw)


def _number(column: Column, bound: int) -> pl.Expr:
    return pl.lit(bound) if column.kind == "int" else pl.lit(Decimal(bound), dtype=column.dtype)


def _decimal_text(column: Column, raw: pl.Expr) -> pl.Expr:
    pattern = rf"^-?[0-9]{{1,{18 - column.scale}}}(\.[0-9]{{1,{column.scale}}})?$"
    return pl.when(raw.str.contains(pattern)).then(raw).cast(column.dtype, strict=False)


def _decimal(column: Column, raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """From a number: the decimal that reads back as exactly what was delivered."""
    value = raw.cast(column.dtype, strict=False)
    is_exact = (value.cast(dtype, strict=False) == raw) & _tells_apart(raw, dtype, column.scale)
    return pl.when(is_exact).then(value)


def _tells_apart(raw: pl.Expr, dtype: pl.DataType, scale: int) -> pl.Expr:
    """Whether floats of this size have a value of their own for each number of that many places, so none is rounded."""
    if not dtype.is_float():
        return pl.lit(True)
    return raw.abs() <= 2 ** MANTISSA[dtype] / 10**scale


def _bool_text(raw: pl.Expr) -> pl.Expr:
    return pl.when(raw.is_in(TRUE)).then(True).when(raw.is_in(FALSE)).then(False)


def _date_text(raw: pl.Expr) -> pl.Expr:
    return pl.when(raw.str.contains(DATE)).then(raw).str.to_date("%Y-%m-%d", strict=False)


def _instants(texts: pl.Series) -> pl.Series:
    """UTC microseconds from text. Each distinct text once, if the first ones show that texts repeat."""
    texts = texts.alias("text")
    sample = texts.head(SAMPLE)
    if 2 * sample.n_unique() > sample.len():
        return _parsed_instants(texts)
    distinct = texts.unique()
    table = distinct.to_frame().with_columns(_parsed_instants(distinct).alias("instant"))
    return texts.to_frame().join(table, on="text", how="left", maintain_order="left")["instant"]


def _parsed_instants(texts: pl.Series) -> pl.Series:
    """In steps, since an expression would take each step again wherever it is used."""
    text = pl.when(pl.col("text").str.contains(INSTANT)).then("text")
    steps = _with_seconds(texts.to_frame().select(text)).select(
        pl.col("text").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).alias("day"),
        *(pl.col("text").str.slice(start, 2).cast(pl.Int64, strict=False).alias(n) for n, start in CLOCK.items()),
        pl.col("text").str.slice(19).alias("tail"),
    )  # fmt: skip
    is_clock = (pl.col("hour") <= 23) & (pl.col("minute") <= 59) & (pl.col("second") <= 59)
    seconds = pl.col("hour") * 3600 + pl.col("minute") * 60 + pl.col("second")
    midnight = pl.col("day").cast(pl.Datetime("us")).cast(pl.Int64)
    instant = midnight + seconds * 1_000_000 + _shifts(steps["tail"])
    return steps.select(pl.when(is_clock).then(instant).cast(UTC_MICROSECONDS)).to_series()


def _with_seconds(texts: pl.DataFrame) -> pl.DataFrame:
    is_short = pl.col("text").str.slice(16, 1) != ":"
    if not texts.select(is_short.any()).item():
        return texts
    longer = pl.col("text").str.slice(0, 16) + ":00" + pl.col("text").str.slice(16)
    return texts.select(pl.when(is_short).then(longer).otherwise("text"))


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


def _instant(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    value = raw.dt.convert_time_zone("UTC").cast(UTC_MICROSECONDS)
    is_fine = isinstance(dtype, pl.Datetime) and dtype.time_unit == "ns"
    return pl.when(raw.dt.nanosecond() % 1000 == 0).then(value) if is_fine else value
