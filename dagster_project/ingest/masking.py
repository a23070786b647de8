"""A quarantined row, a name or a message as text that shows no patient: whatever could be a BSN in any spelling."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from dagster_project.feeds import Column, Feed
from dagster_project.feeds.contract import AGB, BSN_IN, UZOVI
from dagster_project.ingest.bsn_numbers import BETWEEN, holds_bsn, plain_text

MASK = "***"
LONGEST = 4_000
PSEUDONYM = r"[0-9a-fA-F]{64,}"
DIGITS = rf"[0-9](?:(?:{BETWEEN})?[0-9]){{7,}}"
# A date stays: while digits are masked, what is no separator stands in place of its dashes and around it.
DATE = r"\b((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(\b|T)"
IN_DATE, AT_DATE, PRIVATE = "\ue000", "\ue001", r"[\x{E000}\x{E001}]"
NO_TEXT = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
# In a line that can't be split nobody knows which field is the patient's.
TORN_PSEUDONYM = r"[0-9a-fA-F]{16,}"
SEVEN_DIGITS = r"[0-9]{7,}"
LONE_YEAR = r"\b(18|19|20)[0-9]{2}\b([^-]|$)"
# A value of these kinds that fits is none.
NEVER_BSN = ("bool", "date", "timestamp")


def masked_rows(feed: Feed, delivered: str, broken: Collection[str]) -> pl.Expr:
    """The fields in the contract's order, patient fields as `***`.

    Delivered values stand under `delivered` and the name of a column, cast ones under its name, and for each of the
    rules `broken` whether a row breaks it.
    """
    fields = []
    for column in feed.columns:
        field = _masked_field(column, pl.col(delivered + column.name))
        rule = BSN_IN + column.name
        fields.append(pl.when(rule).then(pl.lit(MASK)).otherwise(field) if rule in broken else field)
    return pl.concat_str([field.fill_null("") for field in fields], separator=",").str.slice(0, LONGEST)


def _masked_field(column: Column, raw: pl.Expr) -> pl.Expr:
    if column.patient:
        return pl.when(raw.is_not_null()).then(pl.lit(MASK))
    text, masked = raw.cast(pl.String), masked_text(raw.cast(pl.String))
    is_closed = column.kind in NEVER_BSN or column.values or column.pattern in (AGB, UZOVI)
    return pl.when(pl.col(column.name).is_not_null()).then(text).otherwise(masked) if is_closed else masked


def masked_text(text: pl.Expr) -> pl.Expr:
    """Text without pseudonyms, digits that can be a BSN or control characters, cut at 4,000 characters."""
    return _masked_digits(plain_text(text).str.replace_all(PSEUDONYM, MASK)).str.slice(0, LONGEST)


def _masked_digits(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(PRIVATE, " ")
    text = text.str.replace_all(DATE, f"{AT_DATE}${{1}}{IN_DATE}${{2}}{IN_DATE}${{3}}{AT_DATE}${{4}}")
    text = text.str.replace_all(DIGITS, MASK).str.replace_all(IN_DATE, "-", literal=True)
    return text.str.replace_all(AT_DATE, "", literal=True).str.replace_all(NO_TEXT, "\ufffd")


def masked_line(feed: Feed, line: pl.Expr) -> pl.Expr:
    """A line that could not be split into fields, with every number masked that could be a patient's."""
    text = plain_text(line.str.slice(0, 4 * LONGEST)).str.replace_all(PSEUDONYM, MASK)
    if any(column.patient for column in feed.columns):
        text = text.str.replace_all(TORN_PSEUDONYM, MASK).str.replace_all(SEVEN_DIGITS, MASK)
        text = text.str.replace_all(LONE_YEAR, MASK + "$2")
    return _masked_digits(text).str.slice(0, LONGEST)


def masked(text: str) -> str:
    """One message, as `masked_text` masks it."""
    return pl.select(masked_text(pl.lit(text))).item()


def shown_name(name: str) -> str:
    """The name of a file or folder; masked if it holds what may be a BSN."""
    return masked(name) if holds_bsn(name) else name
