"""Numbers in texts that may be BSNs, in every spelling: which texts hold eight or nine digits, and which pass.

Belongs here: how a text is read. What a number found in a column means stands in `bsn_guard`, how it is masked in
`masking`. Eight digits are a BSN whose leading zero is lost. A text is normalised (NFKC, digits of other scripts,
no format characters); separators between digits are left out. Dates, amounts, phone numbers, a year with a serial
number, UUIDs, hashes and labelled AGB codes are no candidates: they are taken out first.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

SEPARATORS = r"[\s\p{Z}\p{Pd}./\\_·•*|~()'’]"
BETWEEN = SEPARATORS + "{1,3}"
# What can't match holds no candidate, which is true of nearly every value that is no number.
POSSIBLE = rf"(?:^|[^0-9])[0-9]{{8,9}}(?:[^0-9]|$)|[0-9]{BETWEEN}[0-9]|[^\x00-\x7f]"
SERIAL_DIGITS = 9
FORMAT, OTHER_DIGIT = r"\p{Cf}", r"[\p{Nd}--[0-9]]"
TAKEN_OUT = "\x1f"
DAY, MONTH, YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
DAY_2, MONTH_2 = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|1[0-2])"
NO_CANDIDATES = (
    r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
    r"[0-9a-fA-F]{32,}",
    r"(?i:agb)(?:[-_ ]?(?i:codes?))?[-_ :=#]{0,3}[0-9]{8}",
    rf"{YEAR}[-/._ ]{MONTH}[-/._ ]{DAY}",
    rf"{DAY}[-/._ ]{MONTH}[-/._ ]{YEAR}",
    rf"{YEAR}{MONTH_2}{DAY_2}",
    rf"{DAY_2}{MONTH_2}{YEAR}",
    rf"{YEAR}[-/._ ][0-9]{{4,5}}",
    r"[0-9]{1,3}(?:[., ][0-9]{3})*[.,][0-9]{2}",
    r"[0-9]+[.,][0-9]{2}",
)
SEQUENCE = rf"[0-9]+(?:{BETWEEN}[0-9]+)*"
GROUPINGS = ((3, 3, 3), (4, 2, 3), (2, 2, 2, 3), (3, 2, 2, 2), (2, 2, 2, 2, 1), (1, 2, 2, 2, 2))
GROUPED = "|".join("-".join(f"[0-9]{{{length}}}" for length in lengths) for lengths in GROUPINGS)
PHONE, PHONE_ABROAD = r"^0[1-9][0-9]{8}$", r"^(?:00)?310?[1-9][0-9]{8}$"
# Names are many and nearly all have a date, so they are looked at one by one before anything is built.
DATE_IN_NAME = re.compile(rf"(?<![0-9]){YEAR}([-._]?){MONTH_2}\1{DAY_2}(?![0-9])")
MONTH_IN_NAME = re.compile(rf"(?<![0-9]){YEAR}[-._]?{MONTH_2}(?![0-9])")
# Amounts in the parameters of contracts, whose numbers are no BSNs: {year: cents}, {code: cents}, and by their ending.
AMOUNTS = ("prices", "sums", "ceilings", "guarantees", "amounts", "budgets")
AMOUNT_ENDINGS = ("_cents", "_cents_per_year")
MEMBERS, AGB_CODE, RATE = "members", re.compile("[0-9]{8}"), re.compile(r"[0-9]\.[0-9]+")
EIGHT_DIGITS = re.compile(r"[0-9](?:[^0-9A-Za-z]*[0-9]){7}")
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
LOW = 10_000
FOUND = {"index": pl.UInt32, "number": pl.Int32, "form": pl.UInt8}
REST = {"index": pl.UInt32, "text": pl.String}
# Bits of `form`: numbers of one series look alike, so a column is judged form by form.
NINE, BEFORE, AFTER, SEPARATED, ODD = 1, 2, 4, 8, 16
# Groups that people write a BSN in: of at most four digits, or two of four and five.
USUAL = r"^[0-9]{1,4}(?:-[0-9]{1,4}){2,}$|^[0-9]{4}-[0-9]{4,5}$|^[0-9]{5}-[0-9]{4}$"


def passes(numbers: np.ndarray) -> np.ndarray:
    """Whether each whole number below 10**9 passes the eleven-test, eight digits with a zero in front."""
    high, low = _tables()
    above = numbers // LOW
    sums = high[above] + low[numbers - above * LOW]
    return ((sums == 0) | (sums == 11)) & (numbers > 0)


@cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """What the first five and the last four digits weigh, each modulo 11."""
    return _weighed(100_000, WEIGHTS[:5]), _weighed(LOW, WEIGHTS[5:])


def _weighed(below: int, weights: tuple[int, ...]) -> np.ndarray:
    numbers = np.arange(below)
    places = range(len(weights) - 1, -1, -1)
    sums = sum(numbers // 10**place % 10 * weight for place, weight in zip(places, weights, strict=True))
    return (sums % 11).astype(np.uint8)


@dataclass(frozen=True)
class Numbers:
    """found: index (of the text), number, form of each candidate. rest: index, text of what is read as any text is."""

    found: pl.DataFrame
    rest: pl.DataFrame


def numbers_in(texts: pl.Series) -> Numbers:
    """The candidates in each text; one may hold several, the same number twice too."""
    lengths = texts.str.len_bytes()
    is_long = lengths >= 8
    if not is_long.any():
        return Numbers(pl.DataFrame(schema=FOUND), pl.DataFrame(schema=REST))
    serial = _serial(texts, lengths)
    rest = texts.to_frame("text").with_row_index("index").filter(is_long & serial.is_null())
    found = serial.to_frame("number").with_row_index("index").drop_nulls()
    before = pl.lit((lengths == SERIAL_DIGITS + 1).gather(found["index"]))
    form = pl.when(before).then(pl.lit(NINE | BEFORE, pl.UInt8)).otherwise(pl.lit(NINE, pl.UInt8))
    found = found.with_columns(form=form)
    possible = rest.filter(pl.col("text").str.contains(POSSIBLE))
    return Numbers(found if possible.is_empty() else pl.concat([found, _others(possible)]), rest)


def _serial(texts: pl.Series, lengths: pl.Series) -> pl.Series:
    """The number of nine digits, alone or behind one letter; null for other texts.

    What most numbers of records look like, so it is read in a quarter of the time that any text takes.
    """
    is_serial = (lengths == SERIAL_DIGITS) | ((lengths == SERIAL_DIGITS + 1) & (texts >= "A"))
    digits = texts.str.tail(SERIAL_DIGITS)
    is_serial &= digits >= "0"  # a sign is cast too
    numbers = pl.DataFrame({"number": digits.cast(pl.Int32, strict=False)})
    return numbers.select(pl.when(is_serial).then("number").alias("number")).to_series()


def _others(values: pl.DataFrame) -> pl.DataFrame:
    """Texts of any kind: each sequence of digits and separators, and what may stand within it."""
    texts = values.with_columns(text=without_look_alikes(plain(values["text"])))
    parts = texts.with_columns(part=pl.col("text").str.extract_all(SEQUENCE)).explode("part").drop_nulls("part")
    part = pl.col("part").str.replace_all(BETWEEN, "-")
    parts = parts.with_columns(
        joined=part.str.replace_all("-", "", literal=True),
        groups=part,
        before=~pl.col("text").str.starts_with(pl.col("part")),
        after=~pl.col("text").str.ends_with(pl.col("part")),
    ).filter(pl.col("joined").str.len_bytes() >= 8)
    whole = parts.filter(pl.col("joined").str.len_bytes() <= 9)
    return pl.concat([_found(whole), _found(_within(parts.filter(pl.col("joined").str.len_bytes() > 9)))])


def _within(parts: pl.DataFrame) -> pl.DataFrame:
    """What stands as a BSN within a longer sequence; within a phone number only nine digits on their own."""
    parts = parts.filter(~pl.col("joined").str.contains(PHONE_ABROAD))
    numbers = parts.filter(~pl.col("joined").str.contains(PHONE))
    runs = [(numbers, r"\b[0-9]{8}\b"), (parts, r"\b[0-9]{9}\b"), (numbers, rf"\b(?:{GROUPED})\b")]
    found = pl.concat(rows.with_columns(groups=pl.col("groups").str.extract_all(run)) for rows, run in runs)
    found = found.explode("groups").drop_nulls("groups")
    joined = pl.col("groups").str.replace_all("-", "", literal=True)
    return found.with_columns(joined=joined, before=pl.lit(True), after=pl.lit(True))


def _found(parts: pl.DataFrame) -> pl.DataFrame:
    bits = {
        NINE: pl.col("joined").str.len_bytes() == 9,
        BEFORE: pl.col("before"),
        AFTER: pl.col("after"),
        SEPARATED: pl.col("groups").str.contains("-", literal=True),
        ODD: pl.col("groups").str.contains("-", literal=True) & ~pl.col("groups").str.contains(USUAL),
    }
    form = pl.sum_horizontal(holds * pl.lit(bit, dtype=pl.UInt8) for bit, holds in bits.items())
    return parts.select("index", pl.col("joined").cast(pl.Int32).alias("number"), form.cast(pl.UInt8).alias("form"))


def without_look_alikes(texts: pl.Series) -> pl.Series:
    """The texts with what is a date, an amount, a year with a number, a UUID, a hash or a labelled AGB taken out."""
    for pattern in NO_CANDIDATES:
        bounded = rf"(^|[^0-9.,])(?:{pattern})([.,]?(?:[^0-9.,]|$))"
        for _ in range(2):  # one that begins where another ends shares its bound
            texts = texts.str.replace_all(bounded, "${1}" + TAKEN_OUT + "${2}")
    return texts


def plain_text(text: pl.Expr) -> pl.Expr:
    """As `plain`, for an expression."""
    return text.map_batches(plain, return_dtype=pl.String)


def plain(texts: pl.Series) -> pl.Series:
    """NFKC, ASCII digits for those of other scripts, no format characters; only texts beyond ASCII are touched."""
    is_other = texts.str.contains(r"[^\x00-\x7f]").fill_null(False)
    if not is_other.any():
        return texts
    column = pl.col("text")
    normal = column.str.normalize("NFKC").str.replace_all(FORMAT, "")
    changed = texts.to_frame("text").select(pl.when(is_other).then(normal).otherwise(column)).to_series()
    if not changed.str.contains(OTHER_DIGIT).any():
        return changed
    return changed.str.replace_many(list(_digits()), list(_digits().values()))


@cache
def _digits() -> dict[str, str]:
    """Each decimal digit beyond ASCII with its value."""
    every = (chr(code) for code in range(128, sys.maxunicode + 1))
    return {one: str(unicodedata.decimal(one)) for one in every if unicodedata.decimal(one, None) is not None}


def told_texts(text: str) -> str:
    """What a JSON object says in words: its names and texts, and its numbers that are no amounts in cents.

    AGB codes of members and rates such as "0.05" are left out too.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return "\n".join(_said(value, "")) if isinstance(value, dict) else text


def _said(value: object, name: str) -> list[str]:
    if isinstance(value, dict):
        inner = [_said(one, name if _is_amount(name) else key) for key, one in value.items()]
        return [*value, *(text for texts in inner for text in texts)]
    if isinstance(value, list):
        return [text for one in value for text in _said(one, name)]
    if isinstance(value, str):
        is_known = RATE.fullmatch(value) or (name == MEMBERS and AGB_CODE.fullmatch(value))
        return [] if is_known else [value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [] if is_number and _is_amount(name) else [str(value)]


def _is_amount(name: str) -> bool:
    return name.endswith(AMOUNT_ENDINGS) or name in AMOUNTS


def holds_bsn(name: str) -> bool:
    """Whether the name of a file or folder holds a number that passes; a month before a number is none of it."""
    text = name if name.isascii() else plain(pl.Series([name]))[0]
    text = MONTH_IN_NAME.sub("~", DATE_IN_NAME.sub("~", text))
    if not EIGHT_DIGITS.search(text):
        return False
    return bool(passes(numbers_in(pl.Series([text])).found["number"].to_numpy()).any())
