"""Results as table, csv, json and parquet: exact amounts, and no formula that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.plain_text import for_spreadsheet, for_spreadsheet_sql
from dagster_project.publish.reader import PIECE, query, reading, release_to_read
from dagster_project.publish.render import TABLE_ROWS, render

SQL = """
    select 12345678901234.10::decimal(18, 2) as amount_eur, sum(3) as n, timestamptz '2025-10-26 00:30:00Z' as at,
        timestamp '2025-01-01' as plain, 'nan'::double as ratio,
        ['a', '=b'] as rules, {'k': 1.10::decimal(18, 2)} as told,
        null::varchar as nothing, '' as empty, date '2025-01-02' as d, -5.00::decimal(18, 2) as minus_eur
"""


def shown(home: Path, sql: str, form: str, width: int | None = None) -> bytes:
    """What a query prints."""
    out = io.BytesIO()
    with reading(release_to_read(home), sql) as rows:
        render(rows, form, out, width)
    return out.getvalue()


def cells(home: Path, sql: str) -> list[list[str]]:
    """The rows of a CSV, as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(shown(home, sql, "csv").decode(), newline="")))


def test_csv(home: Path) -> None:
    header, values = cells(home, SQL)
    row = dict(zip(header, values, strict=True))
    assert row["amount_eur"] == "12345678901234.10" and row["minus_eur"] == "-5.00" and row["n"] == "3"
    assert row["at"] == "2025-10-26T02:30:00+02:00" and row["d"] == "2025-01-02"
    assert row["rules"] == '["a", "=b"]' and row["told"] == '{"k": "1.10"}' and row["nothing"] == ""


@pytest.mark.parametrize(
    "lead", ["=", "+", "-", "@", "\t=", " =", "\n=", "\u00a0=", "\u200b@", "＝", "＋", "－", "＠", "﹣"]
)
def test_csv_runs_no_formula(home: Path, lead: str) -> None:
    text = f"{lead}cmd|' /C calc'!A0"
    quoted = text.replace("'", "''")
    sql = f"select '{quoted}' as t, 'a{lead.strip()}b' as inside, 'a;{quoted}' as beside, ['{quoted}'] as listed"
    _, (t, inside, beside, listed) = cells(home, sql)
    assert t == "'" + text and inside == f"a{lead.strip()}b" and beside == "a;'" + text and listed[0] == "["
    assert cells(home, f'select 1 as "{lead}x"')[0] == [f"'{lead}x"]


def test_csv_leaves_other_text_as_it_is(home: Path) -> None:
    texts = ["-", "a-b", "x = y", "Provincie\nGroningen", "a\tb", "é", "'t Zand", "a; b", "2026-01-01", ""]
    sql = "select unnest([" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]) as t"
    assert [t for (t,) in cells(home, sql)[1:]] == ["'-", *texts[1:]]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("letter", ["\x1b", "\x07", "\x9b", "\r", "\u202e", "\x7f"])
def test_nothing_tells_a_terminal_what_to_do(home: Path, form: str, letter: str) -> None:
    text = shown(home, f"select 'a' || chr({ord(letter)}) || '[31mred' as t", form).decode()
    assert letter not in text and "[31mred" in text
    assert form != "json" or json.loads(text) == [{"t": f"a{letter}[31mred"}]


def test_all_engines_guard_the_same_text(home: Path) -> None:
    """DuckDB writes the findings and Polars the rest: one alphabet, over every letter that there is."""
    letters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    made = pl.DataFrame({"t": [text for letter in letters for text in (f"{letter}x", f"a{letter}=1", f";{letter}")]})
    by_polars = made.select(for_spreadsheet(pl.col("t"))).to_series()
    with duckdb.connect() as con:
        con.register("made", made.to_arrow())
        found = con.sql(f"select {for_spreadsheet_sql('t')} from made").fetchall()
    assert by_polars.to_list() == [text for (text,) in found]
    first = dict(zip(letters, by_polars.gather_every(3), strict=True))
    signs = [letter for letter in letters if unicodedata.normalize("NFKC", letter).lstrip()[:1] in set("=+-@|%")]
    assert len(signs) > 20 and [letter for letter in signs if not first[letter].startswith("'")] == []
    assert sum(text.startswith("'") for text in first.values()) < 40


def test_json(home: Path) -> None:
    (row,) = json.loads(shown(home, SQL, "json"))
    assert row["amount_eur"] == "12345678901234.10" and row["n"] == 3 and row["ratio"] is None
    assert row["at"] == "2025-10-26T02:30:00+02:00" and row["rules"] == ["a", "=b"] and row["told"] == {"k": "1.10"}
    (big,) = json.loads(shown(home, "select 123456789012345678901234567890::hugeint as n", "json"))
    assert big == {"n": "123456789012345678901234567890"}


def test_parquet(home: Path) -> None:
    sql = SQL.replace("'nan'", "'0.5'")
    assert pq.read_table(io.BytesIO(shown(home, sql, "parquet"))).equals(query(home, sql))


def test_more_rows_than_are_in_memory_at_a_time(home: Path) -> None:
    """Every piece comes, once and in order, under one header."""
    sql = f"select range as n, 'a' || range as t from range({2 * PIECE + 5})"
    expected = [["n", "t"], *([str(n), f"a{n}"] for n in range(2 * PIECE + 5))]
    assert cells(home, sql) == expected
    assert pq.read_table(io.BytesIO(shown(home, sql, "parquet"))).equals(query(home, sql))


def test_table(home: Path) -> None:
    text = shown(home, "select '[red]x[/red]' as t, 1.50::decimal(18, 2) as amount_eur", "table").decode()
    assert "[red]x[/red]" in text and "1.50" in text
    many = shown(home, f"from range({TABLE_ROWS + 1234})", "table").decode()
    assert many.endswith("1,234 more row(s); --format csv shows all\n")
    assert max(map(len, shown(home, SQL, "table", width=60).decode().splitlines())) <= 60


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_every_form_takes_two_columns_of_one_name_and_no_rows(home: Path, form: str) -> None:
    assert shown(home, "select 1 as a, 2 as a, 3 as a_2, 4 as a", form)
    assert shown(home, "from finance.budget where false", form)


def test_what_has_no_form(home: Path) -> None:
    with pytest.raises(ZorgmartError, match=r"no format 'xlsx'; choose one of table, csv, json, parquet"):
        shown(home, "select 1", "xlsx")
    with pytest.raises(ZorgmartError, match=r"column b is of type .*; cast it to varchar"):
        shown(home, "select 'a'::blob as b", "json")
