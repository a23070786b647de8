"""Which delivered values may be BSNs outside `patient_key`, decided over the whole file before anything is stored.

Free text that holds one is quarantined. Of the numbers in a column of identifiers one in eleven passes the
eleven-test by chance, so there the column of a file decides: distinct numbers of one form that pass are quarantined
where all of them do, or more than chance explains. The patient's own BSN passes nowhere. How numbers are found in a
text stands in `bsn_numbers`; which senders' columns are known to be serial numbers in `serial_numbers`.
"""

from __future__ import annotations

from collections.abc import Collection
from math import exp, lgamma, log

import numpy as np
import polars as pl

from dagster_project.feeds import Column, Feed
from dagster_project.feeds.contract import AGB, BSN_IN
from dagster_project.ingest.bsn_numbers import NINE, ODD, SEPARATED, Numbers, numbers_in, passes, plain, told_texts

# A column is suspect if chance alone lets so many pass less often than once in so many columns.
LEVEL = 1 / 100_000
CHANCE = 1 / 11
# A column that names rows of another one draws from the same numbers.
SAME_SERIES = {"corrects_declaration_id": "declaration_id"}
# Plain eight digits are AGB codes there; one or two that pass say as little as of digits in odd groups.
AGB_TOO, FEWEST_DOUBTFUL = ("scope",), 3
FORM_BITS, NUMBER_BITS = 5, 30
NUMBER_MASK = 2**NUMBER_BITS - 1
PATIENT_KEY = "patient_key"
JSON_OBJECT = r"^\s*\{"


class Guard:
    """Judges the rows of files of one feed; with `in_pieces` what `learn` was given before decides, else each frame.

    `serial` names columns of versions whose numbers are known to be no BSNs; a frame has version_id and the
    contract's columns as delivered.
    """

    def __init__(self, feed: Feed, serial: Collection[tuple[int, str]] = (), *, in_pieces: bool = False) -> None:
        self._feed, self._serial, self._in_pieces = feed, frozenset(serial), in_pieces
        self._learned: dict[str, pl.Series] = {}
        self._decided: dict[str, pl.Series] = {}

    @property
    def counted(self) -> list[str]:
        """The columns that `learn` needs, beside version_id."""
        return [column.name for column in self._feed.columns if column.is_identifier]

    def learn(self, rows: pl.DataFrame) -> None:
        """Count the numbers in one piece of a file."""
        for column in self._columns(rows, "is_identifier"):
            self._count(column.name, rows["version_id"], numbers_in(rows[column.name]))

    def flags(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A column of true or false for each rule that a row breaks, under the rule's name."""
        own = _own_numbers(rows)
        ids = {column.name: numbers_in(rows[column.name]) for column in self._columns(rows, "is_identifier")}
        if not self._in_pieces:
            self._learned, self._decided = {}, {}
            for name, numbers in ids.items():
                self._count(name, rows["version_id"], numbers)
        hits = {name: [self._suspect(name, rows["version_id"], numbers.found)] for name, numbers in ids.items()}
        for column in self._columns(rows, "is_free_text"):
            numbers = numbers_in(_words(rows[column.name]))
            hits[column.name] = [_in_words(self._feed, rows, numbers.found)]
            ids[column.name] = numbers
        if own is not None:
            for name, numbers in ids.items():
                hits[name] += _own(own, numbers)
            for column in self._columns(rows, "could_be_own_bsn"):
                hits[column.name] = [_same(own, rows[column.name])]
        return _as_flags(rows.height, hits)

    def _columns(self, rows: pl.DataFrame, kind: str) -> list[Column]:
        """Columns of the kind that hold anything; what is typed as nothing but nulls does not."""
        schema = rows.schema
        return [c for c in self._feed.columns if getattr(c, kind) and schema.get(c.name, pl.Null) != pl.Null]

    def _count(self, name: str, versions: pl.Series, numbers: Numbers) -> None:
        series = SAME_SERIES.get(name, name)
        keys = _groups(versions, numbers.found) * 2**NUMBER_BITS + numbers.found["number"].cast(pl.UInt64)
        before = self._learned.get(series)
        self._learned[series] = (keys if before is None else before.append(keys)).unique()

    def _suspect(self, name: str, versions: pl.Series, found: pl.DataFrame) -> pl.Series:
        """The rows whose number passes in a version and form where too many do."""
        suspects = self._suspects(name)
        if suspects.is_empty() or found.is_empty():
            return found["index"].clear()
        found = found.filter(_groups(versions, found).is_in(suspects.implode()))
        return found.filter(pl.Series(passes(found["number"].to_numpy())))["index"]

    def _suspects(self, name: str) -> pl.Series:
        """Groups of version and form in which more numbers pass than chance explains."""
        if name not in self._decided:
            self._decided[name] = self._decide(name)
        return self._decided[name]

    def _decide(self, name: str) -> pl.Series:
        learned = self._learned.get(SAME_SERIES.get(name, name))
        if learned is None:
            return pl.Series(dtype=pl.UInt64)
        keys = learned.to_numpy()
        passing = passes((keys & NUMBER_MASK).astype(np.int32))
        counts = pl.DataFrame({"group": keys >> NUMBER_BITS, "passing": passing})
        counts = counts.group_by("group").agg(pl.len(), pl.col("passing").sum()).filter(pl.col("passing") > 0)
        groups = [group for group, *counted in counts.iter_rows() if self._is_suspect(name, group, *counted)]
        return pl.Series(groups, dtype=pl.UInt64)

    def _is_suspect(self, name: str, group: int, count: int, passing: int) -> bool:
        version, form = divmod(group, 2**FORM_BITS)
        if (version, name) in self._serial:
            return False
        is_doubtful = form & ODD or (name in AGB_TOO and form == 0)
        says_enough = not is_doubtful or count >= FEWEST_DOUBTFUL
        return (passing == count and says_enough) or chance_of(passing, count) < LEVEL


def chance_of(passing: int, count: int) -> float:
    """How likely it is that of `count` numbers `passing` or more pass the eleven-test by chance (binomial)."""
    if passing <= count * CHANCE:
        return 1.0
    total = 0.0
    for hits in range(passing, count + 1):
        ways = lgamma(count + 1) - lgamma(hits + 1) - lgamma(count - hits + 1)
        term = exp(ways + hits * log(CHANCE) + (count - hits) * log(1 - CHANCE))
        total += term
        if term < total * 1e-12 or total < 1e-300:
            break  # beyond the mean each term is smaller than the one before
    return total


def _groups(versions: pl.Series, found: pl.DataFrame) -> pl.Series:
    """Version and form of each number, as one."""
    return versions.gather(found["index"]).cast(pl.UInt64) * 2**FORM_BITS + found["form"].cast(pl.UInt64)


def _own_numbers(rows: pl.DataFrame) -> pl.Series | None:
    """The number of each row's patient, null where the key is a pseudonym; None in a feed without patients."""
    if PATIENT_KEY not in rows.columns or rows.schema[PATIENT_KEY] != pl.String:
        return None
    return rows[PATIENT_KEY].cast(pl.Int32, strict=False)


def _own(own: pl.Series, numbers: Numbers) -> list[pl.Series]:
    """The rows whose text holds the digits of their own patient, alone or within a longer number."""
    found, rest = numbers.found, numbers.rest
    number, mine = pl.col("number"), pl.col("own")
    found = found.select("index", "number", own=own.gather(found["index"]))
    within = (mine < 10**8) & (mine >= 10**7) & ((number // 10 == mine) | (number % 10**8 == mine))
    same = found.filter((number == mine) | within)["index"]
    if rest.is_empty():
        return [same]
    rest = rest.with_columns(own=own.gather(rest["index"])).filter(pl.col("own") >= 10**7)
    text = plain(rest["text"]).str.replace_all(r"[^0-9A-Za-z]+", "")
    holds = pl.col("text").str.contains(pl.col("own").cast(pl.String), literal=True)
    return [same, rest.with_columns(text=text).filter(holds)["index"]]


def _same(own: pl.Series, values: pl.Series) -> pl.Series:
    """The rows whose value is the number of their own patient; eight digits can be one with a leading zero only."""
    table = pl.DataFrame({"number": own, "value": values}).with_row_index("index")
    if values.dtype == pl.String:
        length = pl.col("value").str.len_bytes()
        table = table.filter((length >= 9) | ((length == 8) & (pl.col("number") < 10**8)))
    value = pl.col("value").cast(pl.Int64, strict=False)
    return table.filter((value == pl.col("number")) & (value > 0))["index"]


def _words(texts: pl.Series) -> pl.Series:
    """Free text; of JSON what it says in words and numbers that are no amounts."""
    is_json = texts.str.contains(JSON_OBJECT).fill_null(False)
    if not is_json.any():
        return texts
    said = texts.filter(is_json).unique().to_frame("text")
    said = said.with_columns(said=pl.col("text").map_elements(told_texts, return_dtype=pl.String))
    return texts.to_frame("text").join(said, on="text", how="left", maintain_order="left").select(
        pl.coalesce("said", "text")
    ).to_series()  # fmt: skip


def _in_words(feed: Feed, rows: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    """The rows whose text holds a number that passes, other than the AGB code of one of the row's own parties."""
    found = found.filter(pl.Series(passes(found["number"].to_numpy()), dtype=pl.Boolean))
    parties = [c.name for c in feed.columns if c.pattern == AGB and rows.schema[c.name] == pl.String]
    if found.is_empty() or not parties:
        return found["index"]
    codes = rows.select(pl.col(parties).cast(pl.Int32, strict=False))[found["index"]]
    is_plain = pl.lit(found["form"].cast(pl.Int32) & (NINE | SEPARATED) == 0)
    is_party = pl.any_horizontal(pl.col(parties) == pl.lit(found["number"])).fill_null(False)
    return found["index"].filter(~codes.select(is_plain & is_party).to_series())


def _as_flags(height: int, hits: dict[str, list[pl.Series]]) -> pl.DataFrame:
    flags = {}
    for name, indexes in hits.items():
        index = pl.concat([one.cast(pl.UInt32) for one in indexes])
        if not index.is_empty():
            flags[BSN_IN + name] = pl.repeat(False, height, eager=True).scatter(index.unique(), True)
    return pl.DataFrame(flags)
