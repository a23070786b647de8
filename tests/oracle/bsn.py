"""BSNs where none belongs: which cells of a file hold a number that may be one, read letter by letter.

A number is eight or nine digits, whatever separates them; dates, amounts, phone numbers, years with a serial number,
UUIDs, hashes and labelled AGB codes are none. Words may hold no number that passes the eleven-test. Identifiers of
one file are looked at by the form of their number: where all of a form pass, or so many that chance allows it once
in 100,000 files, those that pass are BSNs. The row's own BSN stands nowhere else.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import comb

from dagster_project.feeds import Column, Feed
from dagster_project.feeds.contract import AGB, PATIENT, UZOVI

from .reading import Cell

SEPARATING = "./\\_·•*|~()'’"
YEAR, DAY, MONTH = r"(?:19|20)\d\d", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
TWO_DAY, TWO_MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
NO_NUMBERS = [
    r"[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}",
    r"[\da-fA-F]{32,}",
    r"(?i:agb)(?:[-_ ]?(?i:codes?))?[-_ :=#]{0,3}\d{8}",
    rf"{YEAR}[-/._ ]{MONTH}[-/._ ]{DAY}",
    rf"{DAY}[-/._ ]{MONTH}[-/._ ]{YEAR}",
    YEAR + TWO_MONTH + TWO_DAY,
    TWO_DAY + TWO_MONTH + YEAR,
    rf"{YEAR}[-/._ ]\d{{4,5}}",
    r"\d{1,3}(?:[., ]\d{3})*[.,]\d\d",
    r"\d+[.,]\d\d",
]
BY_YEAR_OR_CODE = {"prices", "sums", "ceilings", "guarantees", "amounts", "budgets"}
RATE = r"[0-9]\.[0-9]+"
WRITTEN = ["333", "423", "2223", "3222", "22221", "12222"]
Number = tuple[int, str]  # its value and its form


def passes(digits: str) -> bool:
    weighed = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    return weighed % 11 == 0 and int(digits) > 0


def _passes(number: int) -> bool:
    return passes(f"{number:09d}")


def bsn_faults(feed: Feed, rows: Sequence[list[Cell] | str]) -> list[set[str]]:
    """For each row the rules of columns that hold a BSN; a row that could not be split has none."""
    faults: list[set[str]] = [set() for _ in rows]
    cells = [None if isinstance(row, str) else dict(zip(feed.names, row, strict=True)) for row in rows]
    suspects = _suspects(feed, [row for row in cells if row is not None])
    for row, broken in zip(cells, faults, strict=True):
        for column in feed.columns if row else ():
            cell = row[column.name]
            if cell and _is_wrong(feed, column, cell, row, suspects):
                broken.add(f"bsn_in_{column.name}")
    return faults


def _is_wrong(feed: Feed, column: Column, cell: str, row: dict[str, Cell], suspects: dict[str, set[str]]) -> bool:
    key = row.get("patient_key") or ""
    own = key if re.fullmatch("[0-9]{9}", key) else None
    if _is_named(column):
        found = {number for number, form in _numbers(cell) if form in suspects[column.name] and _passes(number)}
        return bool(found) or _is_own(own, cell)
    if column.kind == "text" and not column.pattern and not column.values:
        parties = {row[one.name] for one in feed.columns if one.pattern == AGB}
        found = [(number, form) for number, form in _numbers(_words(cell)) if _passes(number)]
        others = [n for n, form in found if "nine" in form or "apart" in form or f"{n:08d}" not in parties]
        return bool(others) or _is_own(own, cell)
    could = column.pattern == AGB or (
        column.kind == "int" and not column.patient and (column.maximum is None or column.maximum >= 10**7)
    )
    return bool(could and own and re.fullmatch("[0-9]{8,9}", cell) and 0 < int(cell) == int(own))


def _is_named(column: Column) -> bool:
    return column.codes or (
        column.kind == "text" and bool(column.pattern) and column.pattern not in (AGB, UZOVI, PATIENT)
    )


def _is_own(own: str | None, cell: str) -> bool:
    letters = "".join(letter for letter in _plain(cell) if letter.isascii() and letter.isalnum())
    return own is not None and int(own) >= 10**7 and str(int(own)) in letters


def _suspects(feed: Feed, rows: list[dict[str, Cell]]) -> dict[str, set[str]]:
    """Column → forms of which too many numbers pass. What corrects a declaration is a number of declarations."""
    drawn: dict[str, set[Number]] = defaultdict(set)
    named = [column.name for column in feed.columns if _is_named(column)]
    series = {name: "declaration_id" if name == "corrects_declaration_id" else name for name in named}
    for row in rows:
        for name in named:
            drawn[series[name]].update(_numbers(row[name] or ""))
    suspects = {}
    for name in named:
        by_form: dict[str, list[int]] = defaultdict(list)
        for number, form in drawn[series[name]]:
            by_form[form].append(number)
        suspects[name] = {form for form, numbers in by_form.items() if _are_too_many(name, form, numbers)}
    return suspects


def _are_too_many(name: str, form: str, numbers: list[int]) -> bool:
    count, passing = len(numbers), sum(map(_passes, numbers))
    needed = 3 if "odd" in form or (name == "scope" and form == "") else 1
    if passing == count:
        return count >= needed
    likely = sum(comb(count, hits) * 10 ** (count - hits) for hits in range(passing, count + 1))
    return passing > 0 and Fraction(likely, 11**count) < Fraction(1, 100_000)


def _words(cell: str) -> str:
    """JSON as what it says, but for numbers under a name of amounts, the AGB codes of members, and rates."""
    try:
        value = json.loads(cell)
    except ValueError:
        return cell
    return "\n".join(_said(value, "")) if isinstance(value, dict) else cell


def _said(value: object, name: str) -> Iterator[str]:
    match value:
        case dict():
            for key, one in value.items():
                yield key
                yield from _said(one, name if _is_amount(name) else key)
        case list():
            for one in value:
                yield from _said(one, name)
        case int() | float() if not isinstance(value, bool) and _is_amount(name):
            return
        case str() if (name == "members" and re.fullmatch("[0-9]{8}", value)) or re.fullmatch(RATE, value):
            return
        case _:
            yield str(value)


def _is_amount(name: str) -> bool:
    return name.endswith(("_cents", "_cents_per_year")) or name in BY_YEAR_OR_CODE


def _plain(text: str) -> str:
    if text.isascii():
        return text
    normal = (one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in normal)


def _numbers(text: str) -> list[Number]:
    if len(text.encode()) < 8:
        return []
    text = _plain(text)
    for pattern in NO_NUMBERS:
        bounded = rf"(?<![0-9.,])(?:{pattern})(?=[.,]?(?:[^0-9.,]|$))"
        text = re.sub(bounded, "\0", text, flags=re.ASCII)
    return [number for start, end in _stretches(text) for number in _of_stretch(text, start, end)]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """From the first to the last digit of each stretch with at most three separators between two digits."""
    start = end = None
    for at, letter in enumerate(text):
        if "0" <= letter <= "9":
            if start is None or at - end > 3 or not all(map(_separates, text[end:at])):
                if start is not None:
                    yield start, end
                start = at
            end = at + 1
    if start is not None:
        yield start, end


def _separates(letter: str) -> bool:
    category = unicodedata.category(letter)
    return letter in SEPARATING or letter.isspace() or category.startswith("Z") or category == "Pd"


def _of_stretch(text: str, start: int, end: int) -> Iterator[Number]:
    groups = re.findall("[0-9]+", text[start:end])
    joined = "".join(groups)
    if len(joined) in (8, 9):
        # As the whole cell is read: what it begins and ends with, wherever the stretch stands in it.
        before, after = not text.startswith(text[start:end]), not text.endswith(text[start:end])
        yield int(joined), _form(joined, groups, before, after)
        return
    is_phone = re.fullmatch("0[1-9][0-9]{8}", joined)
    if len(joined) < 8 or re.fullmatch("(00)?310?[1-9][0-9]{8}", joined):
        return
    for group in groups:
        if len(group) == 9 or (len(group) == 8 and not is_phone):
            yield int(group), _form(group, [group], True, True)
    at = 0
    while at < len(groups) and not is_phone:
        written = next((one for one in WRITTEN if _is_written(groups[at:], one)), None)
        if written:
            taken = groups[at : at + len(written)]
            yield int("".join(taken)), _form("".join(taken), taken, True, True)
        at += len(written) if written else 1


def _is_written(groups: list[str], lengths: str) -> bool:
    return len(groups) >= len(lengths) and all(len(g) == int(n) for g, n in zip(groups, lengths, strict=False))


def _form(digits: str, groups: list[str], before: bool, after: bool) -> str:
    lengths = [len(group) for group in groups]
    is_usual = (len(groups) > 2 and max(lengths) <= 4) or lengths in ([4, 4], [4, 5], [5, 4])
    said = {
        "nine": len(digits) == 9, "before": before, "after": after,
        "apart": len(groups) > 1, "odd": len(groups) > 1 and not is_usual,
    }  # fmt: skip
    return " ".join(word for word, holds in said.items() if holds)
