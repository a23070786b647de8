"""Text that does nothing where it is shown: no formula in a spreadsheet, no command to a terminal.

The one home of both alphabets, for Python, Polars and DuckDB alike.
"""

from __future__ import annotations

import re

import polars as pl

SIGNS = "=+@|%＝＋＠｜％﹦﹢﹫﹪⁼⁺₌₊−－﹣⁻₋⩵⩶﬩-"
"""What begins a formula, or a command of an older spreadsheet; other forms of a sign are read as the sign."""
_BLANK = r"[\p{Z}\p{Cc}\p{Cf}]"
_FORMULA = rf"(^|[;\t\n\r])({_BLANK}*[{SIGNS}])"
"""At the beginning, or after a sign that another country's spreadsheet may take for the end of a cell; blanks, control
characters and such as have no width are passed over by a spreadsheet."""
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
"""Control characters but the tab and the new line, and what turns the direction of text around."""
_IN_JSON = re.compile("[\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def for_terminal(text: str) -> str:
    """One line or cell: what can't be printed becomes a sign that can."""
    return "".join(letter if letter.isprintable() else UNSHOWN for letter in text)


def for_spreadsheet(text: pl.Expr) -> pl.Expr:
    """A cell that no spreadsheet runs: an apostrophe goes before what it would take for a formula."""
    return text.str.replace_all(_CONTROL, UNSHOWN).str.replace_all(_FORMULA, "${1}'${2}")


def for_spreadsheet_sql(text: str) -> str:
    """The same as an SQL expression of DuckDB, of an SQL expression."""
    return rf"regexp_replace(regexp_replace({text}, '{_CONTROL}', '{UNSHOWN}', 'g'), '{_FORMULA}', '\1''\2', 'g')"


def for_json(text: str) -> str:
    """JSON in which the control characters that JSON allows are written as their numbers: the same value."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
