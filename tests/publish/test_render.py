"""Results as table, csv, json and parquet: exact amounts, and no formula that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish.reader import query
from dagster_project.publish.render import TABLE_ROWS, render

SQL = """
    select 12345678901234.10::decimal(18, 2) as amount_eur, sum(3) as n, timestamptz '2025-10-26 00:30:00Z' as at,
        timestamp '2025-01-01' as plain, 'nan'::double as ratio,
        ['a', '=b'] as rules, {'k': 1.10::decimal(18, 2)} as told,
        null::varchar as nothing, '' as empty, date '2025-01-02' as d, -5.00::decimal(18, 2) as minus_eur
"""


def test_csv(home: Path) -> None:
    (row,) = csv.DictReader(io.StringIO(render(query(home, SQL), "csv")))
    assert row["amount_eur"] == "12345678901234.10" and row["minus_eur"] == "-5.00" and row["n"] == "3"
    assert row["at"] == "2025-10-26T02:30:00+02:00" and row["d"] == "2025-01-02"
    assert row["rules"] == '["a", "=b"]' and row["told"] == '{"k": "1.10"}' and row["nothing"] == ""


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_runs_no_formula(home: Path, lead: str) -> None:
    text = f"{lead}cmd|' /C calc'!A0"
    quoted = text.replace("'", "''")
    result = query(home, f"select '{quoted}' as t, 'a{quoted}' as inside, ['{quoted}'] as listed")
    ((t, inside, listed),) = list(csv.reader(io.StringIO(render(result, "csv"), newline="")))[1:]
    assert t == "'" + text and inside == "a" + text and listed[0] == "["
    assert render(query(home, f'select 1 as "{lead}x"'), "csv").lstrip('"').startswith("'")


def test_json(home: Path) -> None:
    (row,) = json.loads(render(query(home, SQL), "json"))
    assert row["amount_eur"] == "12345678901234.10" and row["n"] == 3 and row["ratio"] is None
    assert row["at"] == "2025-10-26T02:30:00+02:00" and row["rules"] == ["a", "=b"] and row["told"] == {"k": "1.10"}
    (big,) = json.loads(render(query(home, "select 123456789012345678901234567890::hugeint as n"), "json"))
    assert big == {"n": "123456789012345678901234567890"}


def test_parquet(home: Path) -> None:
    result = query(home, SQL.replace("'nan'", "'0.5'"))
    assert pq.read_table(io.BytesIO(render(result, "parquet"))).equals(result)


def test_table(home: Path) -> None:
    text = render(query(home, "select '[red]x[/red]' as t, e'\\x1b[31m' as escape, 1.50::decimal(18, 2) as amount_eur"))
    assert "[red]x[/red]" in text and "\x1b" not in text and "1.50" in text
    many = render(query(home, f"from range({TABLE_ROWS + 1234})"))
    assert many.endswith("1,234 more row(s); --format csv shows all\n")
    assert max(map(len, render(query(home, SQL), width=60).splitlines())) <= 60


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_every_form_takes_two_columns_of_one_name_and_no_rows(home: Path, form: str) -> None:
    assert render(query(home, "select 1 as a, 2 as a, 3 as a_2, 4 as a"), form)
    assert render(query(home, "from finance.budget where false"), form)


def test_what_has_no_form(home: Path) -> None:
    with pytest.raises(ZorgmartError, match=r"no format 'xlsx'; choose one of table, csv, json, parquet"):
        render(query(home, "select 1"), "xlsx")
    with pytest.raises(ZorgmartError, match=r"column b is of type .*; cast it to varchar"):
        render(query(home, "select 'a'::blob as b"), "json")
