"""What a feed's contract is made of: columns, row rules, reference rules.

Data only: how a rule is judged stands in `ingest` (shape) and in dbt (reference). The ingest, the
sample generator, dbt's sources, the documentation and `zorgmart check` all read these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import polars as pl

Kind = Literal["text", "int", "decimal", "bool", "date", "timestamp"]

AGB = r"^\d{8}$"
UZOVI = r"^\d{4}$"
REGION = r"^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}$"
PATIENT = r"^(\d{9}|[0-9a-fA-F]{64})$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$"
IDENTIFIER = r"^[A-Za-z0-9._-]{1,20}$"


@dataclass(frozen=True)
class Column:
    """One delivered column: its kind, its limits, and what it means, with unit and Dutch term."""

    name: str
    kind: Kind
    description: str
    required: bool = True
    pattern: str | None = None
    values: tuple[str, ...] | None = None
    minimum: int | None = None
    maximum: int | None = None
    scale: int = 0
    patient: bool = False
    money: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the accepted value."""
        match self.kind:
            case "text":
                return pl.String()
            case "int":
                return pl.Int64()
            case "decimal":
                return pl.Decimal(18, self.scale)
            case "bool":
                return pl.Boolean()
            case "date":
                return pl.Date()
            case "timestamp":
                return pl.Datetime("us", "UTC")

    @property
    def sql_type(self) -> str:
        """The DuckDB type of the accepted value."""
        return {
            "text": "varchar",
            "int": "bigint",
            "decimal": f"decimal(18,{self.scale})",
            "bool": "boolean",
            "date": "date",
            "timestamp": "timestamp with time zone",
        }[self.kind]


@dataclass(frozen=True)
class Rule:
    """A rule over one row or one set of rows, with the sentence its deliverer reads."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Feed:
    """One feed: what a row is, its key, its columns and the rules beyond single columns.

    `row_rules` are judged at the door from the row and its delivery date alone; `reference_rules`
    anew in every run, in dbt, against the reference feeds.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    row_rules: tuple[Rule, ...] = ()
    reference_rules: tuple[Rule, ...] = ()
    amount: str | None = None
    expected_every: timedelta = timedelta(days=1)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        """Columns a file must have; the others may be missing and are then null."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def key(name: str, description: str, pattern: str = CODE) -> Column:
    """A required text column with a pattern."""
    return Column(name, "text", description, pattern=pattern)


def provider(name: str = "provider_agb", description: str = "Provider (zorgaanbieder, AGB-code).") -> Column:
    return key(name, description, AGB)


def insurer(name: str = "insurer_uzovi", description: str = "Insurer (zorgverzekeraar, UZOVI).") -> Column:
    return key(name, description, UZOVI)


def region() -> Column:
    return key("region_code", "ROAZ region.", REGION)


def year(name: str = "year", description: str = "Calendar year.") -> Column:
    return Column(name, "int", description, minimum=2000, maximum=2100)


def valid_from() -> Column:
    return Column("valid_from", "date", "First day that counts.")


def valid_to() -> Column:
    return Column("valid_to", "date", "Last day that counts; empty is open.", required=False)


UNKNOWN_PROVIDER = Rule("unknown_provider", "the provider is not in the feed providers on that day; deliver it there and the row heals by itself")
UNKNOWN_INSURER = Rule("unknown_insurer", "the insurer is not in the feed insurers on that day; deliver it there and the row heals by itself")
VALID_PERIOD = Rule("valid_to_before_valid_from", "valid_to is before valid_from; send the last day that counts, or leave it empty")
LEGAL_FRAMEWORKS = ("Zvw", "Wlz", "Wmo", "Jw", "Wpg")
SECTORS = (
    "zco", "hap", "rav", "gp", "seh", "hospital", "acute_ggz", "district_nursing", "pharmacy", "elv",
    "grz", "nursing_home", "disability", "maternity", "network",
)  # fmt: skip
FUNCTIONS = ("triage", "patient_access", "professional_access", "urgency", "capacity_insight", "supraregional", "care")
