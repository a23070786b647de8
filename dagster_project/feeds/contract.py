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

# Digits are written [0-9]: \d also means the digits of other scripts.
AGB = r"^[0-9]{8}$"
UZOVI = r"^[0-9]{4}$"
REGION = r"^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}$"
PATIENT = r"^([0-9]{9}|[0-9a-fA-F]{64})$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$"
IDENTIFIER = r"^[A-Za-z0-9._-]{1,20}$"
EPISODE = r"^[A-Za-z0-9._-]{1,40}$"
IN_WORDS = {
    AGB: "8 digits",
    UZOVI: "4 digits",
    REGION: "at most 40 letters, digits, spaces or ./_-",
    PATIENT: "9 digits (BSN) or 64 hex digits (pseudonym)",
    CODE: "at most 40 letters, digits or ./_-",
    IDENTIFIER: "1 to 20 of A-Za-z0-9._-",
    EPISODE: "1 to 40 of A-Za-z0-9._-",
}
LONGEST_TEXT = 4_000


@dataclass(frozen=True)
class Column:
    """One delivered column: its kind, its limits, and what it means, with unit and Dutch term.

    `minimum` and `maximum` bound the value of a number and the year of a date or timestamp. What is counted by a
    text (`groups`) keeps it as tidy as a key. Text that names others' `codes` may hold any digits.
    """

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
    groups: bool = False
    codes: bool = False

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
    def is_free_text(self) -> bool:
        """Text that may say anything."""
        return self.kind == "text" and not (self.pattern or self.values or self.codes)

    @property
    def is_identifier(self) -> bool:
        """Text that names something by a number or code of its sender, and so may hold any digits."""
        return self.codes or (self.kind == "text" and self.pattern not in (None, AGB, UZOVI, PATIENT))

    @property
    def could_be_own_bsn(self) -> bool:
        """A number of eight or nine digits that only the row's own patient_key can show to be a BSN."""
        is_large = self.kind == "int" and not self.patient and (self.maximum is None or self.maximum >= 10**7)
        return self.pattern == AGB or is_large

    @property
    def years(self) -> tuple[int, int]:
        """First and last year that a date or timestamp may lie in."""
        first, last = (1900, 2100) if self.kind == "date" else (2000, 2100)
        return self.minimum or first, self.maximum or last

    @property
    def expected(self) -> str:
        """What a value looks like, in words."""
        if self.values:
            return "one of " + ", ".join(self.values)
        match self.kind:
            case "text":
                return IN_WORDS.get(self.pattern or "", f"text of at most {LONGEST_TEXT} characters")
            case "int":
                return f"a whole number{self._bounds()}"
            case "decimal":
                return f"a number with a decimal point and at most {self.scale} places{self._bounds()}"
            case "bool":
                return "true or false"
            case "date":
                return "a date YYYY-MM-DD of the years {}..{}".format(*self.years)
            case "timestamp":
                return "a timestamp with UTC offset such as 2025-03-30T03:15:00+02:00"

    def _bounds(self) -> str:
        lower = "" if self.minimum is None else f", {self.minimum} or more"
        return lower + ("" if self.maximum is None else f", {self.maximum} or less")

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
class Reference:
    """Columns whose values a reference must know on the row's own days; until it does, the row waits.

    `known_as` is the column that the reference has them in. `on` names the column with the day (an instant counts by
    its local day) or the year, or the first and the last column of a period, of which one known day is enough; a region
    is known on all days. Nothing is asked of an empty value, of one of `also`, nor of one that does not match `pattern`.
    """

    rule: Rule
    known_as: Literal["provider_agb", "insurer_uzovi", "region_code"]
    columns: tuple[str, ...]
    on: tuple[str, ...] = ()
    pattern: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetRule:
    """A rule over all current rows of a set; a set that breaks it waits whole, with every version of its rows.

    `by` tells sets apart, in SQL over the feed's columns; `amounts` are the columns that are summed. A rule without `by`
    has a model of its own in dbt.
    """

    rule: Rule
    by: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()


LINE_RULES = (
    Rule("blank_line", "the line is empty; leave it out"),
    Rule("line_too_long", "the line has more than 256 KiB"),
    Rule(
        "unbalanced_quote",
        "the quotes on the line do not come in pairs around whole fields; double a quote inside a field",
    ),
    Rule("wrong_field_count", "the line has more or fewer fields than the header"),
    Rule(
        "control_character", "the row holds a character that is no text, such as NUL, a tab or a lone carriage return"
    ),
)
BSN_IN = "bsn_in_"
BSN_IN_WORDS = "{} holds a number that may be a BSN; it is stored nowhere, so leave it out"
BSN_IN_NUMBERS = (
    "{} holds the patient's BSN, or the file has more numbers there that may be BSNs than chance explains; send a number"
    " of your own, and if it is one, ask the data team to list it as serial"
)
OWN_BSN = "{} holds the patient's BSN; send what belongs there"
UNTIDY = (
    "has a blank at an end, two blanks, another blank than U+0020, an invisible character or a letter that is not NFC,"
    " so two keys could look the same; write it plainly"
)
REPEATED_KEY = Rule("repeated_key", "an earlier row of the file has the same key and stands; send each key once")


@dataclass(frozen=True)
class Feed:
    """One feed: what a row is, its key, its columns and the rules beyond single columns.

    `name_nl` is what the report calls it. `tells_apart` says in a sentence which rows a deliverer may call different, and which the key takes for one.
    `row_rules` are judged at the door from the row and its delivery date alone; `references` and `set_rules` in every
    run, in dbt, against what was delivered so far. Rows go by key; with `replaced_whole_by`, a later delivery date
    replaces all rows that agree in these columns. A feed with millions of rows `stays_in_store`, where the warehouse
    reads it; `changes_by_day_of` names the instant by whose local days its models are built. A feed that
    `decides_on_others` says what every row of the other feeds is, so a change in it builds them all again. `note` is
    what a deliverer must know beyond columns and rules, in sentences.
    """

    name: str
    name_nl: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    row_rules: tuple[Rule, ...] = ()
    references: tuple[Reference, ...] = ()
    set_rules: tuple[SetRule, ...] = ()
    amount: str | None = None
    replaced_whole_by: tuple[str, ...] = ()
    stays_in_store: bool = False
    changes_by_day_of: str | None = None
    decides_on_others: bool = False
    expected_every: timedelta = timedelta(days=1)
    tells_apart: str = ""
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def tidy_columns(self) -> tuple[Column, ...]:
        """Text that rows are told apart or grouped by, where the contract's pattern leaves room for another spelling."""
        chosen = (column for column in self.columns if column.name in self.key or column.groups)
        return tuple(c for c in chosen if c.kind == "text" and not c.values and " " in (c.pattern or " "))

    @property
    def required_names(self) -> tuple[str, ...]:
        """Columns a file must have; the others may be missing and are then null."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def reference_rules(self) -> tuple[Rule, ...]:
        """Every rule that is judged in every run, in the order in which they are named."""
        named = [*(reference.rule for reference in self.references), *(one.rule for one in self.set_rules)]
        return tuple(dict.fromkeys(named))

    @property
    def door_rules(self) -> tuple[Rule, ...]:
        """Every rule that a row can break at the door, in the order in which they are named."""
        columns = []
        for column in self.columns:
            if column.required:
                columns.append(Rule(f"missing_{column.name}", f"{column.name} is empty; send {column.expected}"))
            columns.append(Rule(f"invalid_{column.name}", f"{column.name} is not {column.expected}"))
            if column in self.tidy_columns:
                columns.append(Rule(f"untidy_{column.name}", f"{column.name} {UNTIDY}"))
        return (*LINE_RULES, *columns, *self.row_rules, *self.bsn_rules, REPEATED_KEY)

    @property
    def bsn_rules(self) -> tuple[Rule, ...]:
        """A rule for each column that could hold a BSN where none belongs."""
        rules = []
        for column in self.columns:
            if column.is_free_text:
                rules.append(Rule(BSN_IN + column.name, BSN_IN_WORDS.format(column.name)))
            elif column.is_identifier:
                rules.append(Rule(BSN_IN + column.name, BSN_IN_NUMBERS.format(column.name)))
            elif column.could_be_own_bsn and any(one.patient for one in self.columns):
                rules.append(Rule(BSN_IN + column.name, OWN_BSN.format(column.name)))
        return tuple(rules)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def key(name: str, description: str, pattern: str = CODE) -> Column:
    """A required text column with a pattern."""
    return Column(name, "text", description, pattern=pattern)


def provider(name: str = "provider_agb", description: str = "Provider (zorgaanbieder, AGB-code).") -> Column:
    return key(name, description, AGB)


def insurer(name: str = "insurer_uzovi", description: str = "Insurer (zorgverzekeraar, UZOVI).") -> Column:
    return key(name, description, UZOVI)


def region(description: str = "ROAZ region.") -> Column:
    return Column("region_code", "text", description, pattern=REGION, groups=True)


def patient(*, required: bool = True) -> Column:
    return Column(
        "patient_key", "text", "BSN, or a pseudonym of 64 hex digits; stored as pseudonym only.", required,
        pattern=PATIENT, patient=True,
    )  # fmt: skip


def year(name: str = "year", description: str = "Calendar year.") -> Column:
    return Column(name, "int", description, minimum=2000, maximum=2100)


def valid_from() -> Column:
    return Column("valid_from", "date", "First day that counts.")


def valid_to() -> Column:
    return Column("valid_to", "date", "Last day that counts; empty is open.", required=False, maximum=9999)


LATEST_VALID_FROM = (
    "Of the rows that are valid on a day the one with the latest valid_from counts; after a temporary row ends the open"
    " one below it holds again."
)
UNKNOWN_PROVIDER = Rule(
    "unknown_provider",
    "the provider is not in the feed providers on that day; deliver it there and the row heals by itself",
)
UNKNOWN_INSURER = Rule(
    "unknown_insurer",
    "the insurer is not in the feed insurers on that day; deliver it there and the row heals by itself",
)
UNKNOWN_REGION = Rule(
    "unknown_region",
    "the region is none of reference.region, exactly as written there; send its code (noord, not Noord)",
)
LARGEST_SUM_CENTS = 10**15
SUM_OUT_OF_RANGE = Rule(
    "sum_out_of_range",
    "the amounts of this provider and year sum to more than 10^15 cents without their signs; send amounts in eurocents",
)


def known_provider(*columns: str, on: tuple[str, ...], pattern: str | None = None) -> Reference:
    return Reference(UNKNOWN_PROVIDER, "provider_agb", columns, on, pattern)


def known_insurer(*columns: str, on: tuple[str, ...]) -> Reference:
    return Reference(UNKNOWN_INSURER, "insurer_uzovi", columns, on)


def known_region(column: str = "region_code", pattern: str | None = None, also: tuple[str, ...] = ()) -> Reference:
    return Reference(UNKNOWN_REGION, "region_code", (column,), pattern=pattern, also=also)


def sum_within(*by: str, amounts: tuple[str, ...]) -> SetRule:
    """Per provider and year, no amount may sum to more than a release can hold."""
    return SetRule(SUM_OUT_OF_RANGE, by, amounts)


VALID_PERIOD = Rule(
    "valid_to_before_valid_from", "valid_to is before valid_from; send the last day that counts, or leave it empty"
)
FAILED_ELEVEN_TEST = Rule(
    "failed_eleven_test",
    "patient_key has nine digits but is no BSN (eleven-test); send the right number or the pseudonym",
)
LEGAL_FRAMEWORKS = ("Zvw", "Wlz", "Wmo", "Jw", "Wpg")
SECTORS = (
    "zco", "hap", "rav", "gp", "seh", "hospital", "acute_ggz", "district_nursing", "pharmacy", "elv",
    "grz", "nursing_home", "disability", "maternity", "network",
)  # fmt: skip
FUNCTIONS = ("triage", "patient_access", "professional_access", "urgency", "capacity_insight", "supraregional", "care")
