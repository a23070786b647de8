"""From rows as delivered to rows accepted and rows quarantined, many files at once.

Every row leaves on one side, with its cents; the counts of both sides are taken from what leaves, so that they can be
compared with what came in. How a value is cast stands in `casts`, how a row rule is judged in `row_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from dagster_project.feeds import Column, Feed
from dagster_project.feeds.contract import PATIENT
from dagster_project.ingest.bsn_guard import Guard
from dagster_project.ingest.casts import CONTROL, cast, whole, within
from dagster_project.ingest.dictionary_columns import Coded
from dagster_project.ingest.duplicate_keys import Repeats
from dagster_project.ingest.masking import masked_line, masked_rows
from dagster_project.ingest.pseudonym import pseudonyms
from dagster_project.ingest.reading import Reading
from dagster_project.ingest.row_rules import DELIVERED, ROW_RULES, SAID, named
from dagster_project.ingest.tidy import is_untidy

CENTS = "cents"
WIDE = pl.Int128()


@dataclass(frozen=True)
class Tally:
    """Counts of one file version; cents are sums of the feed's amount as delivered, whatever its sign column says."""

    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    cents: int = 0
    accepted_cents: int = 0
    quarantined_cents: int = 0

    def __add__(self, other: Tally) -> Tally:
        mine, theirs = vars(self), vars(other)
        return Tally(**{name: value + theirs[name] for name, value in mine.items()})

    @property
    def adds_up(self) -> bool:
        """Whether no row and no cent is lost or doubled."""
        cents = self.accepted_cents + self.quarantined_cents
        return self.rows == self.accepted + self.quarantined and self.cents == cents


@dataclass(frozen=True)
class Judged:
    """accepted: version_id, row, contract columns. quarantined: version_id, row, rules, said, row_text.

    `said` has for each of the rules what it says of this row, null where its sentence says it all.
    """

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    tallies: dict[int, Tally]


def judge(feed: Feed, reading: Reading, key: str, repeats: Repeats, guard: Guard) -> Judged:
    """Judge the rows of one reading; `repeats` knows the keys, `guard` the numbers of all parts of the same file."""
    work = _typed(feed, reading, key)
    flags = work.select(_flags(feed, dict(reading.rows.schema))).hstack(guard.flags(reading.rows))
    is_good = flags.select(~pl.any_horizontal(pl.all())).to_series()
    repeated = repeats.find(work, is_good)
    stands = is_good & ~repeated
    accepted = work.select("version_id", "row", *feed.names, CENTS)
    accepted = accepted if stands.all() else accepted.filter(stands)
    broken = _quarantined(feed, work.filter(~stands), flags.filter(~stands), repeated.filter(~stands))
    quarantined = pl.concat([broken, _set_apart(feed, reading.malformed)])
    tallies = _tallies(reading.counts, accepted, quarantined)
    return Judged(accepted.drop(CENTS), quarantined.drop(CENTS), tallies)


def _typed(feed: Feed, reading: Reading, key: str) -> pl.DataFrame:
    """Delivered values under `delivered:<name>`, the contract's under `<name>`, null where the former don't fit."""
    schema = reading.rows.schema
    work = reading.rows.rename({name: DELIVERED + name for name in feed.names})
    one_by_one = [c for c in feed.columns if c.name not in reading.codes]
    values = [_value(c, pl.col(DELIVERED + c.name), schema[c.name]) for c in one_by_one]
    values += [_once_a_text(feed.column(name), coded) for name, coded in reading.codes.items()]
    work = work.with_columns(*values, _amount(feed, schema).fill_null(0).cast(pl.Int64).alias(CENTS))
    work = work.with_columns(bound for bound in map(within, feed.columns) if bound is not None)
    for column in feed.columns:
        if column.pattern == PATIENT:
            work = _pseudonymised(work, column.name, key)
    return work


def _value(column: Column, delivered: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return cast(column, delivered, dtype).cast(column.dtype).alias(column.name)


def _once_a_text(column: Column, coded: Coded) -> pl.Series | pl.Expr:
    texts = coded.texts.alias("text").to_frame()
    values = texts.select(_value(column, pl.col("text"), pl.String())).to_series()
    if values.dtype == pl.String and values.equals(coded.texts):
        return pl.col(DELIVERED + column.name).alias(column.name)  # all fit: no need to look rows up again
    return coded.of_rows(values)


def _amount(feed: Feed, schema: pl.Schema) -> pl.Expr:
    """The amount as delivered, if it can be read, whether it is within bounds or not."""
    return pl.lit(0) if feed.amount is None else whole(pl.col(DELIVERED + feed.amount), schema[feed.amount])


def _pseudonymised(work: pl.DataFrame, name: str, key: str) -> pl.DataFrame:
    table = pseudonyms(work[name], key)
    return work.with_columns(table["pseudonym"].alias(name), table["is_bsn"])


def _flags(feed: Feed, schema: dict[str, pl.DataType]) -> list[pl.Expr]:
    """One true-or-false column for each rule of columns and rows, in the contract's order."""
    flags, invalid = [_control_in_free_text(feed, schema)], {}
    for column in feed.columns:
        is_empty, no_value = pl.col(DELIVERED + column.name).is_null(), pl.col(column.name).is_null()
        invalid[column.name] = no_value & ~is_empty
        if column.required:
            flags.append(is_empty.alias(f"missing_{column.name}"))
        flags.append(invalid[column.name].alias(f"invalid_{column.name}"))
        if column in feed.tidy_columns:
            flags.append(is_untidy(pl.col(column.name)).alias(f"untidy_{column.name}"))
    for rule in feed.row_rules:
        breaks = ROW_RULES[rule.name]
        involved = [invalid[name] for name in dict.fromkeys(breaks.meta.root_names()) if name in invalid]
        flags.append((breaks.fill_null(False) & ~pl.any_horizontal(involved or [pl.lit(False)])).alias(rule.name))
    return flags


def _control_in_free_text(feed: Feed, schema: dict[str, pl.DataType]) -> pl.Expr:
    """Columns with a pattern or a kind need no look: such a character makes them invalid."""
    free = [c.name for c in feed.columns if c.kind == "text" and not c.pattern and not c.values]
    return _has_control(name for name in free if schema[name] == pl.String)


def _has_control(names: Iterable[str]) -> pl.Expr:
    found = [pl.col(DELIVERED + name).str.contains(CONTROL).fill_null(False) for name in names]
    return pl.any_horizontal(pl.repeat(False, pl.len()), *found).alias("control_character")


def _quarantined(feed: Feed, rows: pl.DataFrame, flags: pl.DataFrame, repeated: pl.Series) -> pl.DataFrame:
    """version_id, row, rules, said, row_text, cents of rows that broke a rule."""
    control = rows.select(_has_control(name for name in feed.names if rows.schema[DELIVERED + name] == pl.String))
    flags = flags.with_columns(control.to_series(), repeated.alias("repeated_key"))
    names = pl.concat_list(pl.when(name).then(pl.lit(name)) for name in flags.columns).list.drop_nulls()
    flagged = rows.hstack(flags)
    text = flagged.select(masked_rows(feed, DELIVERED, flags.columns)).to_series()
    told = flags.select(names.alias("rules")).to_series()
    said = _said(flagged, told)
    return rows.select("version_id", "row", told, said, text.alias("row_text"), CENTS)


def _said(flagged: pl.DataFrame, rules: pl.Series) -> pl.Series:
    """For each of a row's rules what it says of this row."""
    saying = [rule for rule in SAID if rule in flagged.columns]
    if not saying:
        return rules.list.eval(pl.lit(None, dtype=pl.String)).alias("said")
    words = flagged.select(named(rule).alias(rule) for rule in saying).to_dicts()
    told = [[words[at].get(rule) for rule in of_row] for at, of_row in enumerate(rules.to_list())]
    return pl.Series("said", told, dtype=pl.List(pl.String))


def _set_apart(feed: Feed, malformed: pl.DataFrame) -> pl.DataFrame:
    return malformed.select(
        "version_id",
        "row",
        rules=pl.concat_list("rule"),
        said=pl.concat_list(pl.lit(None, dtype=pl.String)),
        row_text=masked_line(feed, pl.col("text")),
        cents=pl.lit(0, dtype=pl.Int64),
    )


def _tallies(counts: dict[int, tuple[int, int]], accepted: pl.DataFrame, quarantined: pl.DataFrame) -> dict[int, Tally]:
    good, bad, nothing = _totals(accepted), _totals(quarantined), (0, 0)
    tallies = {}
    for version, (rows, cents) in counts.items():
        accepted_rows, accepted_cents = good.get(version, nothing)
        quarantined_rows, quarantined_cents = bad.get(version, nothing)
        tallies[version] = Tally(rows, accepted_rows, quarantined_rows, cents, accepted_cents, quarantined_cents)
    return tallies


def _totals(frame: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """version_id → (rows, cents), the cents summed wider than they are stored."""
    sums = frame.group_by("version_id").agg(pl.len(), pl.col(CENTS).cast(WIDE).sum())
    return {version: (rows, cents) for version, rows, cents in sums.iter_rows()}
