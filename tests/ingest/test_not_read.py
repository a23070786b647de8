"""What lies in the landing folder and is not read: each path with its reason, kept in the ledger, told in few lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dagster_project.clock import today
from dagster_project.ingest import Ledger, landing
from dagster_project.ingest.landing import Ignored, scan
from dagster_project.ingest.ledger import PassedOver
from dagster_project.ingest.report import MOST_NAMES, not_read_lines

from .made import DAY, Home, csv_bytes, row

SOUND = csv_bytes([row("payments")])


def put(home: Home, path: str, data: bytes = SOUND) -> Path:
    file = home.landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def passed_over(home: Home) -> dict[str, PassedOver]:
    with Ledger(home.home) as ledger:
        return {one.path: one for one in ledger.passed_over()}


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("payment/2026-01-31/a.csv", "not_read", "no feed has the name of its folder; payments may be meant"),
        ("xyz/2026-01-31/a.csv", "not_read", "no feed has the name of its folder"),
        ("payments/31-01-2026/a.csv", "not_read", "the name of its folder is no date YYYY-MM-DD of this century"),
        ("payments/2026-02-30/deep/er/a.csv", "not_read", "the name of its folder is no date"),
        ("payments/2026-01-31/a.xlsx", "not_read", "its name does not end in"),
        ("payments/2026-01-31/.a.csv", "not_read", "it is hidden"),
        ("payments/2026-01-31/a.csv.part", "waiting", "its name says that it is not complete"),
        (f"payments/{today() + timedelta(days=2)}/a.csv", "waiting", "its delivery date is in the future"),
        ("payments/2026-01-31/a b.csv", "not_read", "its name has other characters"),
    ],
)
def test_what_is_not_read_is_written_down(home: Home, path: str, kind: str, reason: str) -> None:
    home.deliver("payments", SOUND, "read.csv")
    put(home, path)
    home.ingest(as_of=DAY)
    assert passed_over(home).keys() == {path}
    found = passed_over(home)[path]
    assert found.kind == kind and found.reason.startswith(reason)
    assert home.versions().height == 1


def test_what_is_read_or_left_out_on_purpose_is_not_told(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", SOUND, day=today())
    put(home, ".zorgmart-sample.json", b"{}")
    home.ingest(as_of=DAY)
    assert passed_over(home) == {}


def test_it_is_forgotten_once_it_is_gone_and_keeps_its_first_instant(home: Home) -> None:
    first = put(home, "payment/2026-01-31/a.csv")
    home.ingest()
    began = passed_over(home)["payment/2026-01-31/a.csv"].first_seen_at
    put(home, "payment/2026-01-31/b.csv")
    between = datetime.now(UTC)
    home.ingest()
    seen = {path: one.first_seen_at for path, one in passed_over(home).items()}
    assert seen["payment/2026-01-31/a.csv"] == began < between < seen["payment/2026-01-31/b.csv"]
    first.unlink()
    home.ingest()
    assert passed_over(home).keys() == {"payment/2026-01-31/b.csv"}


def test_names_are_shown_escaped(home: Home) -> None:
    put(home, "payments/2026-01-31/\x1b[31m\né.csv")
    assert [one.path for one in scan(home.landing).ignored] == ["payments/2026-01-31/\\x1b[31m\\n\\xe9.csv"]


def test_a_folder_of_very_many_files_is_one_line(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "MOST_BENEATH", 3)
    for number in range(4):
        put(home, f"payment/2026-01-31/{number}.csv")
    assert [one.path for one in scan(home.landing).ignored] == ["payment"]
    (home.landing / "payment/2026-01-31/3.csv").unlink()
    assert len(scan(home.landing).ignored) == 3


def test_a_link_is_not_followed(home: Home, tmp_path: Path) -> None:
    put(home, "payment/2026-01-31/a.csv")
    (home.landing / "payment" / "loop").symlink_to(home.landing)
    assert [one.path for one in scan(home.landing).ignored] == ["payment/2026-01-31/a.csv"]


def test_few_lines_tell_of_many_files() -> None:
    many = [Ignored(f"x/{number}.csv", "no feed") for number in range(MOST_NAMES + 2)]
    lines = not_read_lines([*many, Ignored("payments/a.part", "not complete", "waiting")])
    assert len(lines) == 2
    assert lines[0].startswith("not read, no feed (7): x/0.csv, ") and lines[0].endswith(" and 2 more")
    assert lines[1] == "waiting, not complete (1): payments/a.part"
