"""The macro that splits cents, as the models have it, on published cases of apportionment."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader

from dagster_project.settings import DBT

INSURED_2022 = {  # staatvenz.nl, key figures of insurers' concerns (NZa and Vektis, 2022)
    "Achmea": 5_128_015, "VGZ": 4_119_539, "CZ": 3_621_854, "Menzis": 2_017_530, "DSW": 756_310, "ASR": 547_461,
    "Zorg en Zekerheid": 546_244, "ONVZ": 413_924, "Eno": 171_340, "EUCARE": 158_078,
}  # fmt: skip
OF_A_MILLION = (
    "293359.75", "235667.59", "207196.39", "115417.39", "43266.43", "31318.75", "31249.13", "23679.46", "9801.90",
    "9043.21",
)  # fmt: skip


def _parts(cases: dict[str, tuple[int, list[int]]]) -> dict[str, list[int | None]]:
    """What the macro makes of each case's total and weights, ties to the first."""
    source = (DBT / "macros" / "largest_remainder.sql").read_text(encoding="utf-8")
    call = "{{ largest_remainder('weighed', ['name'], 'place', 'cents', 'weight', 'part_cents') }}"
    query = Environment(loader=FileSystemLoader(DBT)).from_string(source + call).render()
    rows = [(name, place, total, w) for name, (total, weights) in cases.items() for place, w in enumerate(weights)]
    with duckdb.connect() as connection:
        connection.execute("create table weighed (name varchar, place bigint, cents bigint, weight bigint)")
        connection.executemany("insert into weighed values (?, ?, ?, ?)", rows)
        found = connection.execute(f"select name, part_cents from ({query}) order by name, place").fetchall()
    return {name: [part for of, part in found if of == name] for name in cases}


def test_published_cases(shared_folder: Path) -> None:
    with (shared_folder / "golden" / "apportionment.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    given = {case["case"]: (int(case["total"]), [int(w) for w in case["weights"].split("|")]) for case in cases}
    parts = _parts(given)
    assert {name: "|".join(map(str, of)) for name, of in parts.items()} == {c["case"]: c["expected"] for c in cases}


def test_a_million_over_the_insured_of_2022() -> None:
    for sign in (1, -1):
        (parts,) = _parts({"million": (sign * 100_000_000, [*INSURED_2022.values()])}).values()
        assert [Decimal(sign * part) / 100 for part in parts] == [Decimal(part) for part in OF_A_MILLION]
        assert sum(parts) == sign * 100_000_000
