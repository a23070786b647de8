"""From columns of text to numbers, days and instants; what has another shape becomes missing."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

FOREVER = pd.Timestamp("9999-12-31")


def of_distinct(column: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """The function of a column, computed once for each value."""
    codes, values = pd.factorize(column)
    found = pd.Series(function(pd.Series(values)))
    return pd.Series(found.array.take(codes, allow_fill=True), index=column.index)


def alike(column: pd.Series, other: pd.Series) -> pd.Series:
    """The column in the type of another; missing where that one's categories lack the value."""
    if isinstance(other.dtype, pd.CategoricalDtype):
        column = column.where(column.isin(other.dtype.categories))
    return column.astype(other.dtype)


def whole(column: pd.Series, digits: str) -> pd.Series:
    """Numbers of so many digits (`1,7`: one to seven), as floats, which hold them exactly up to 15 digits."""
    return of_distinct(
        column, lambda texts: pd.to_numeric(texts.where(texts.str.fullmatch(f"[0-9]{{{digits}}}"))).astype(float)
    )


def scaled(column: pd.Series, decimals: int) -> pd.Series:
    """Decimal numbers as whole numbers of their last decimal."""
    return (pd.to_numeric(column).astype(float) * 10**decimals).round().astype("Int64")


def days(column: pd.Series) -> pd.Series:
    return of_distinct(column, lambda texts: pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")).astype(
        "datetime64[us]"
    )


def instants(column: pd.Series) -> pd.Series:
    """Instants that tell their offset from UTC."""

    def read(texts: pd.Series) -> pd.Series:
        with_offset = texts.where(texts.str[-6].isin(["+", "-"]))
        return pd.to_datetime(with_offset, format="ISO8601", utc=True, errors="coerce").astype("datetime64[us, UTC]")

    return of_distinct(column, read)


def local_days(column: pd.Series) -> pd.Series:
    def local(hours: pd.Series) -> pd.Series:
        return hours.dt.tz_convert("Europe/Amsterdam").dt.tz_localize(None).dt.normalize()

    return of_distinct(column.dt.floor("h"), local)


def month_of(column: pd.Series) -> pd.Series:
    return of_distinct(column, lambda day: day.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]"))


def half_even(numerator: pd.Series, denominator: int) -> pd.Series:
    whole, twice = numerator // denominator, 2 * (numerator % denominator)
    return whole + ((twice > denominator) | ((twice == denominator) & (whole % 2 == 1)))
