"""Figures, periods and code words in Dutch: `1.234,50`, `12,3%`, `februari 2026`, `SEH`.

Belongs here: notation and the Dutch name of a code word. A name that a reference row carries (KPI, rule, region)
stands there and never here.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

LOCALE = "nl_NL"
MISSING = "–"
Number = Decimal | float | int

SECTORS = {
    "zco": "Zorgcoördinatie",
    "hap": "Huisartsenpost",
    "rav": "Ambulancezorg",
    "gp": "Huisarts",
    "seh": "SEH",
    "hospital": "Ziekenhuis",
    "acute_ggz": "Acute ggz",
    "district_nursing": "Wijkverpleging",
    "pharmacy": "Apotheek",
    "elv": "Eerstelijnsverblijf",
    "grz": "Geriatrische revalidatie",
    "nursing_home": "Verpleeghuis",
    "disability": "Gehandicaptenzorg",
    "maternity": "Geboortezorg",
    "network": "Netwerk",
    "none": "geen tweede kant",
}
UNITS = {
    "all": "",
    "ic": "IC",
    "clinic": "Kliniek",
    "acute_pediatrics": "Acute kindergeneeskunde",
    "acute_obstetrics": "Acute verloskunde",
} | {
    name: SECTORS[name]
    for name in (
        "seh", "hap", "rav", "acute_ggz", "district_nursing", "elv", "nursing_home",
        "gp", "pharmacy", "grz", "disability", "maternity",
    )
}  # fmt: skip
FUNCTIONS = {
    "triage": "Triage",
    "patient_access": "Toegang voor patiënten",
    "professional_access": "Toegang voor zorgverleners",
    "urgency": "Urgentiebepaling",
    "capacity_insight": "Inzicht in capaciteit",
    "supraregional": "Bovenregionale taken",
    "care": "Zorg",
}
PAYERS = {
    "insurer": "Zorgverzekeraars (Zvw)",
    "care_office": "Zorgkantoren (Wlz)",
    "municipality": "Gemeenten (Wmo, Jeugdwet, Wpg)",
    "state": "Rijk",
}
EDITIONS = {"provisional": "voorlopig", "definitive": "definitief"}
EDITIONS_OF = {"provisional": "voorlopige", "definitive": "definitieve"}
"""Before a noun."""


def number(value: Number | None, places: int = 0) -> str:
    """`1.234,5`; a dash for nothing."""
    if value is None:
        return MISSING
    return _pattern(places).apply(_rounded(value, places), LOCALE).replace("-", "−")


def euro(value: Number | None) -> str:
    """`1.234,50`, exact to the cent; the unit stands above the column."""
    return number(value, 2)


def percent(value: Number | None, places: int = 1) -> str:
    """`12,3%` of a value that is a percentage already."""
    return MISSING if value is None else f"{number(value, places)}%"


def short_euro(value: Number | None) -> str:
    """`€ 1,2 mln` for headings, where the exact amount stands in a table."""
    if value is None:
        return MISSING
    for size, word in ((10**9, " mld"), (10**6, " mln")):
        if abs(value) >= size:
            return f"€ {number(Decimal(str(value)) / size, 1)}{word}"
    return f"€ {number(value)}"


def period(start: date, kind: str) -> str:
    """`februari 2026`, `1e kwartaal 2026` or `2026`."""
    if kind == "year":
        return str(start.year)
    return format_date(start, "LLLL y" if kind == "month" else "QQQQ y", locale=LOCALE)


def day(value: date) -> str:
    """`1 maart 2026`."""
    return format_date(value, "d MMMM y", locale=LOCALE)


def short_month(month: int, year: int) -> str:
    """`feb 2026`."""
    return format_date(date(year, month, 1), "LLL y", locale=LOCALE).replace(".", "")


def breakable(name: str) -> str:
    """A name that a narrow column may break after its hyphen and slash."""
    return name.replace("-", "-\u200b").replace("/", "/\u200b")


def words(code: str) -> str:
    """A code word that has no Dutch name here, readable: `invalid_status` is `invalid status`."""
    return code.replace("_", " ")


@cache
def _pattern(places: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * places if places else ""))


def _rounded(value: Number, places: int) -> Decimal:
    """Half even, as everywhere; a rounded zero has no sign."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return abs(exact) if exact == 0 else exact
