"""A night compares only the patients whose declarations changed, and finds what comparing all of them finds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from oracle import compare, compute, tiny
from oracle.writing import write_delivery

from .homes import KEY, Home, rows

P, Q = tiny.bsn(1), tiny.bsn(2)
LATER = {"provider_agb": tiny.RAV, "performance_code": "R100", "amount_cents": 9000}
LATER |= {"service_start": "2025-03-03T11:00:00+01:00"}
FOUND = "select declaration_id, counter_declaration_id from intermediate.int_finding_r04_function_in_two_sectors"


def _day(number: int) -> date:
    return date(2026, 2, number)


def _check_night(home: Home, as_of: date, found: list[tuple[str, str]]) -> None:
    assert [result for result in home.build(as_of) if not result.good] == []
    assert rows(home.warehouse, FOUND) == found
    assert compare(compute(home.landing, as_of=as_of, key=KEY), home.warehouse) == []


def test_a_change_of_one_patient_is_compared_with_all_of_its_care(tmp_path: Path) -> None:
    landing = tiny.write_tiny(tmp_path / "landing")
    home = Home.at(tmp_path / "home", landing, KEY)
    first, second = tiny.declaration("first", patient_key=P), tiny.declaration("second", patient_key=P, **LATER)
    other = tiny.declaration("other", patient_key=Q)

    write_delivery(landing, "declarations", _day(1), "a.csv", [first, other])
    write_delivery(landing, "declarations", _day(2), "a.csv", [second])
    _check_night(home, _day(2), [("second", "first")])

    # It was the care of another patient: what the first one had no longer stands beside it.
    again = write_delivery(landing, "declarations", _day(3), "a.csv", [second | {"patient_key": Q}])
    _check_night(home, _day(3), [("second", "other")])

    # A credit takes back what it stood beside, and is withdrawn: another patient's takes nothing back.
    credit = tiny.credit("credit", other)
    write_delivery(landing, "declarations", _day(4), "a.csv", [credit])
    _check_night(home, _day(4), [])
    write_delivery(landing, "declarations", _day(5), "a.csv", [credit | {"patient_key": P}])
    _check_night(home, _day(5), [("second", "other")])

    # The file is delivered again without that row, so the version before it stands again; a version went.
    write_delivery(landing, "declarations", _day(3), again.name, [tiny.declaration("third", patient_key=Q)])
    _check_night(home, _day(6), [("second", "first")])

    # An earlier release: all that came since goes.
    _check_night(home, _day(1), [])
