"""A quarantined row as text that shows no patient: the patient's fields masked, and whatever could be a BSN."""

from __future__ import annotations

import polars as pl

from dagster_project.feeds import Feed

MASK = "***"
LONGEST = 4_000
PSEUDONYM = r"[0-9a-fA-F]{64,}"
NINE_DIGITS = r"[0-9]{9,}|[0-9]{3}[. -][0-9]{3}[. -][0-9]{3}|[0-9]{4}\.[0-9]{2}\.[0-9]{3}"
NO_TEXT = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
# In a line that can't be split nobody knows which field is the patient's.
TORN_PSEUDONYM = r"[0-9a-fA-F]{16,}"
SEVEN_DIGITS = r"[0-9]{7,}"
LONE_YEAR = r"\b(18|19|20)[0-9]{2}\b([^-]|$)"


def masked_rows(feed: Feed, raw: dict[str, pl.Expr]) -> pl.Expr:
    """The fields in the contract's order, patient fields as `***`; `raw` maps names to delivered values."""
    fields = [
        pl.when(raw[column.name].is_not_null()).then(pl.lit(MASK))
        if column.patient
        else raw[column.name].cast(pl.String)
        for column in feed.columns
    ]
    return masked_text(pl.concat_str([field.fill_null("").str.slice(0, LONGEST) for field in fields], separator=","))


def masked_text(text: pl.Expr) -> pl.Expr:
    """Text without pseudonyms, nine-digit numbers or control characters, cut at 4,000 characters."""
    text = text.str.replace_all(PSEUDONYM, MASK).str.replace_all(NINE_DIGITS, MASK)
    return text.str.replace_all(NO_TEXT, "\ufffd").str.slice(0, LONGEST)


def masked_line(feed: Feed, line: pl.Expr) -> pl.Expr:
    """A line that could not be split into fields, with every number masked that could be a patient's."""
    text = line.str.slice(0, 4 * LONGEST)
    if any(column.patient for column in feed.columns):
        text = text.str.replace_all(TORN_PSEUDONYM, MASK).str.replace_all(SEVEN_DIGITS, MASK)
        text = text.str.replace_all(LONE_YEAR, MASK + "$2")
    return masked_text(text)
