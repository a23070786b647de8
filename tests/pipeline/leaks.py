"""A BSN in every column, spelling and form of file where one may stand by mistake, in names too; no row is sound.

Each has digits of its own, so that wherever some of them turn up it is known where they came from.
"""

from __future__ import annotations

import gzip
import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from faults.rows import sound
from oracle.bsn import passes

from dagster_project.feeds import FEEDS, Column, Feed

PSEUDONYM = "5f" * 32
FREE_SPELLINGS = (
    "{0}{1}{2}", "{0}.{1}.{2}", "{0}-{1}-{2}", "{0} {1} {2}", "(BSN {0}{1}{2})", "{0}\u00a0{1}\u00a0{2}",
    "{0}\u2013{1}\u2013{2}", "{0}\u200b{1}\u200b{2}", "wide {0}{1}{2}", "of {0}{1}{2}, 2 calls", "{3}", "{4}",
)  # fmt: skip
ID_SPELLINGS = ("{0}{1}{2}", "{0}.{1}.{2}", "{0}-{1}-{2}", "E{0}{1}{2}", "{0}_{1}_{2}", "{0}{1}{2}-1")
WRONG_SPELLINGS = ("{0}{1}{2}x", "{0}.{1}.{2}", "{0}-{1}-{2}", "{0} {1} {2}", "{0}\u00a0{1}\u00a0{2}")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SPELLED = r"[0-9](?:[^0-9A-Za-z,;:\"'&=]{0,3}[0-9]){7,}"


class Leaks:
    """Gives out BSNs in spellings, and remembers their digits."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self._free, self._ids, self._wrong = map(cycle, (FREE_SPELLINGS, ID_SPELLINGS, WRONG_SPELLINGS))

    def in_words(self) -> str:
        spelling = next(self._free)
        if spelling == "{4}":  # without its leading zero
            return f"{int(self.bsn(low=True))}"
        return _spelled(spelling, self.bsn())

    def as_id(self) -> str:
        return _spelled(next(self._ids), self.bsn())

    def as_wrong(self) -> str:
        return _spelled(next(self._wrong), self.bsn())

    def bsn(self, *, low: bool = False) -> str:
        start = 41_000_000 + 7_310_107 * len(self.given)
        numbers = (f"{(number % 90_000_000) + (0 if low else 300_000_000):09d}" for number in range(start, start + 99))
        self.given.append(next(filter(passes, numbers)))
        return self.given[-1]


def _spelled(spelling: str, bsn: str) -> str:
    text = spelling.format(bsn[:4], bsn[4:6], bsn[6:], f"{bsn[:2]} {bsn[2:4]} {bsn[4:6]} {bsn[6:]}", int(bsn))
    return text.translate(WIDE) if spelling.startswith("wide") else text


def write_leaks(landing: Path, day: date) -> tuple[list[str], int]:
    """Delivers them; gives the digits of each BSN and the number of rows."""
    leaks, rows = Leaks(), 0
    forms = cycle((_csv, _gz, _parquet))
    for feed in FEEDS.values():
        folder = landing / feed.name / str(day)
        folder.mkdir(parents=True, exist_ok=True)
        made = [_row(feed, column, value) for column, value in _cells(feed, leaks)]
        rows += len(made) + 2
        next(forms)(folder / f"leak-{feed.name}", feed, made)
        torn = [f"{leaks.as_wrong()}{',' * 40}", f'"{leaks.in_words().replace(",", "")}']
        (folder / f"leak-torn-{feed.name}.csv").write_text("\n".join([",".join(feed.names), *torn, ""]), "utf-8")
    _names(landing, day, leaks)
    return leaks.given, rows


def _cells(feed: Feed, leaks: Leaks) -> Iterator[tuple[Column, str]]:
    for column in feed.columns:
        if column.is_free_text:
            for _ in range(3):
                words = leaks.in_words()
                yield column, '{"note": "%s"}' % words if column.name == "parameters" else words  # noqa: UP031
        elif column.is_identifier:
            yield column, leaks.as_id()
        elif not column.patient:
            yield column, leaks.as_wrong()


def _row(feed: Feed, column: Column, value: str) -> dict[str, str]:
    pseudonym = {"patient_key": PSEUDONYM}
    return sound(feed, **pseudonym | {column.name: value})


def _csv(path: Path, feed: Feed, rows: list[dict[str, str]]) -> None:
    path.with_suffix(".csv").write_bytes(_text(feed, rows))


def _gz(path: Path, feed: Feed, rows: list[dict[str, str]]) -> None:
    path.with_suffix(".csv.gz").write_bytes(gzip.compress(_text(feed, rows)))


def _text(feed: Feed, rows: list[dict[str, str]]) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(rows).select(feed.names).write_csv(file)
    return file.getvalue()


def _parquet(path: Path, feed: Feed, rows: list[dict[str, str]]) -> None:
    """Columns of coded text, with a name in the metadata."""
    columns = {name: pa.array([row[name] for row in rows]).dictionary_encode() for name in feed.names}
    pq.write_table(pa.table(columns), path.with_suffix(".parquet"))


def _names(landing: Path, day: date, leaks: Leaks) -> None:
    """Names of files and folders, and of a type within a Parquet file that is rejected for it."""
    folder = landing / "payments" / str(day)
    text = _text(FEEDS["payments"], [sound(FEEDS["payments"])])
    for name in ("{0}{1}{2}.csv", "p-{0}.{1}.{2}.csv", "p_{0}-{1}-{2}_" + str(day) + ".csv"):
        (folder / _spelled(name, leaks.bsn())).write_bytes(text)
    (folder / f"{leaks.bsn()}.txt").write_bytes(text)
    (landing / f"payments-{leaks.bsn()}").mkdir()
    (landing / "payments" / _spelled("{0}.{1}.{2}", leaks.bsn())).mkdir()
    (landing / "payments" / leaks.bsn()).write_bytes(text)
    nested = {name: [""] for name in FEEDS["payments"].names} | {"payment_id": [{leaks.bsn(): 1}]}
    pq.write_table(pa.table(nested), folder / "leak-type.parquet")


def leaked(bsns: list[str], folder: Path) -> list[str]:
    """Every file under `folder`, archive left out, with each BSN in its name, its bytes or a table of it."""
    wanted = {digits: bsn for bsn in bsns for digits in {bsn, str(int(bsn))}}
    found = set()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.split("/")[0] == "archive":
            continue
        texts = [name, *_texts(path)] if path.is_file() and not path.is_symlink() else [name]
        found |= {f"{name}: {bsn}" for text in texts for bsn in bsns_in(text, wanted)}
    return sorted(found)


def bsns_in(text: str, wanted: dict[str, str]) -> set[str]:
    """Those of the BSNs that stand in the text, in any spelling."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    return {bsn for spelled in re.findall(SPELLED, plain) for bsn in _of_spelled(spelled, wanted)}


def _of_spelled(spelled: str, wanted: dict[str, str]) -> Iterator[str]:
    digits = re.sub("[^0-9]", "", spelled)
    windows = {digits[at : at + 9] for at in range(len(digits) - 8)} | {digits} | set(re.findall("[0-9]{8}", spelled))
    exact = windows if len(digits) <= 27 else {digits} | set(re.findall("[0-9]{9}", spelled))
    yield from (wanted[one] for one in exact if one in wanted)


def _texts(path: Path) -> Iterator[str]:
    """The bytes as text, and each different piece of a table's text that could be a BSN."""
    yield path.read_bytes().decode("utf-8", "replace")
    if path.suffix not in (".parquet", ".duckdb"):
        return
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            yield from _of_table(connection, f"read_parquet('{path}', hive_partitioning = false)")
            return
        connection.execute(f"attach '{path}' as opened (read_only)")
        tables = "select schema_name, table_name from duckdb_tables() where database_name = 'opened'"
        for schema, table in connection.execute(tables).fetchall():
            yield from _of_table(connection, f'opened."{schema}"."{table}"')


def _of_table(connection: duckdb.DuckDBPyConnection, relation: str) -> Iterator[str]:
    columns = connection.execute(f"describe select * from {relation}").fetchall()
    for name in [name for name, kind, *_ in columns if "VARCHAR" in kind or "JSON" in kind]:
        rows = connection.execute(f'select distinct cast("{name}" as varchar) from {relation}').fetchall()
        yield from (text for (text,) in rows if text)
