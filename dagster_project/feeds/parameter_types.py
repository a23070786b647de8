"""The kinds of values that parameters of a contract are made of: exact, bounded, and told in words where they are not.

Nothing is coerced: what is no whole number of cents, no date or no decimal as text does not fit.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from dagster_project.feeds.contract import AGB, CODE

LONGEST = 1_000
DECIMAL = r"^[0-9]{1,3}(\.[0-9]{1,20})?$"
YEAR = re.compile(r"20[0-9]{2}")
MARK = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f]*$"


class Parameters(BaseModel):
    """Fields by name, no others, each of exactly its kind."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _at_most_one(rate: str) -> str:
    if Decimal(rate) > 1:
        raise ValueError("is above 1")
    return rate


def _year(text: str) -> str:
    if not YEAR.fullmatch(text):
        raise ValueError("should be a calendar year such as 2025")
    return text


def _empty_is_null(value: Any) -> Any:
    return None if value == "" else value


def _mark(value: Any) -> Decimal:
    """A value in a KPI's own unit: a whole number, or a decimal as text."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not (is_whole or isinstance(value, str)) or not MARK.fullmatch(str(value)):
        raise ValueError("should be a whole number, or a decimal as text")
    return Decimal(value)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        raise ValueError("should be a date YYYY-MM-DD")
    return date.fromisoformat(value)


Cents = Annotated[int, Field(ge=0, le=10**15)]
Rate = Annotated[str, StringConstraints(pattern=DECIMAL)]
Fraction = Annotated[Rate, AfterValidator(_at_most_one)]
Mark = Annotated[Decimal, BeforeValidator(_mark)]
Day = Annotated[date, BeforeValidator(_day)]
AgreedCents = Annotated[Cents | None, BeforeValidator(_empty_is_null)]
AgreedDay = Annotated[Day | None, BeforeValidator(_empty_is_null)]
Text = Annotated[str, StringConstraints(pattern=NO_CONTROL, max_length=LONGEST)]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Agb = Annotated[str, StringConstraints(pattern=AGB)]
Year = Annotated[str, AfterValidator(_year)]
CentsByYear = Annotated[dict[Year, Cents], Field(min_length=1)]
CentsByCode = Annotated[dict[Code, Cents], Field(min_length=1)]
