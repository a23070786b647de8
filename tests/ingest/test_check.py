"""`check`: what would happen to a file, told without loading it and without showing a patient."""

import csv
import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS
from dagster_project.ingest import check_file

from .made import BSN, DAY, Home, csv_bytes, line, lines, row


def _returned(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_sound_file(home: Home) -> None:
    path = home.deliver("declarations", csv_bytes([row("declarations")]))
    report = check_file("declarations", path)
    assert (report.reason, report.tally.rows, report.tally.accepted, report.delivery_date) == (None, 1, 1, DAY)
    assert report.broken == [] and _returned(path.parent / "a.csv.return.csv") == []
    assert not home.home.exists()


def test_rows_that_would_be_quarantined(home: Home, tmp_path: Path) -> None:
    bad = [line("declarations", declaration_id=f"E{number}", quantity="0", birth_year="1") for number in range(10)]
    path = home.deliver("declarations", lines("declarations", line("declarations"), *bad, "x", line("declarations")))
    report = check_file("declarations", path, return_folder=tmp_path)
    assert (report.tally.rows, report.tally.accepted, report.tally.quarantined) == (13, 1, 12)
    rules = {rule.name: (rule.count, rule.first_rows) for rule in report.broken}
    assert rules == {
        "wrong_field_count": (1, [12]),
        "invalid_birth_year": (10, [2, 3, 4, 5, 6]),
        "invalid_quantity": (10, [2, 3, 4, 5, 6]),
        "repeated_key": (1, [13]),
    }
    assert [rule.sentence for rule in report.broken if rule.name == "invalid_quantity"] == [
        "quantity is not a whole number, 1 or more, 1000000 or less"
    ]
    returned = _returned(report.return_file)
    assert [(item["row"], item["column"], item["rule"]) for item in returned[:3]] == [
        ("2", "birth_year", "invalid_birth_year"),
        ("2", "quantity", "invalid_quantity"),
        ("3", "birth_year", "invalid_birth_year"),
    ]
    assert BSN not in report.return_file.read_text()


def test_the_return_file_is_no_delivery(home: Home) -> None:
    check_file("declarations", home.deliver("declarations", csv_bytes([row("declarations")])))
    report = home.ingest()
    assert home.versions()["file"].to_list() == ["a.csv"]
    assert [item.reason for item in report.ignored] == ["it is what a check of a.csv returned"]


def test_a_file_that_would_be_rejected(home: Home) -> None:
    path = home.deliver("declarations", csv_bytes([row("declarations")])[:-1])
    report = check_file("declarations", path)
    assert report.is_rejected and "newline" in report.reason
    assert [item["rule"] for item in _returned(report.return_file)] == ["rejected"]


def test_no_sentence_is_a_formula() -> None:
    sentences = [rule.sentence for feed in FEEDS.values() for rule in feed.door_rules]
    assert not [sentence for sentence in sentences if sentence[0] in "=+-@"]


def test_outside_a_dated_folder_it_is_delivered_today(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([row("payments")]))
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    assert check_file("payments", path).delivery_date in (today, date.fromordinal(today.toordinal() - 1))


@pytest.mark.parametrize(
    ("feed", "name", "word"),
    [("nofeed", "a.csv", "no feed"), ("payments", "a.txt", "end in"), ("payments", "none.csv", "can't be read")],
)
def test_what_can_not_be_checked_is_one_sentence(tmp_path: Path, feed: str, name: str, word: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n")
    with pytest.raises(ZorgmartError, match=word):
        check_file(feed, tmp_path / name)


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(ZorgmartError, match="no regular file"):
        check_file("payments", tmp_path / "a.csv")
