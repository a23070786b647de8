"""Bad input at the door that no other test has; the ids are those of docs/faults.md."""

from __future__ import annotations

import gzip
import os
import random
import socket
import subprocess
import sys
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from ingest.made import AS_OF, BSN, DAY, KEY, Home, csv_bytes, line, lines, row
from pipeline.homes import REPOSITORY, environment

from dagster_project.clock import today
from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS
from dagster_project.ingest import Ledger, archive, ingest
from dagster_project.ingest.landing import NAME, Found, scan, signature
from dagster_project.run.plan import Asked, plan_run

GIBIBYTE = 1 << 30


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


GOOD = line("declarations")
QUARANTINED = {
    "B8": ("providers", {"name": 'knie 5" links'}, ["unbalanced_quote"]),
    "B10": ("declarations", {"performance_code": "H" * 5_000_000}, ["line_too_long"]),
    "B19": ("declarations", {"amount_cents": "60.25-"}, ["invalid_amount_cents"]),
    "B20": ("declarations", {"declared_on": "31-02"}, ["invalid_declared_on"]),
    "B21": ("declarations", {"declared_on": "03-04-2024"}, ["invalid_declared_on"]),
    "B22": ("declarations", {"declared_on": "24-03-01"}, ["invalid_declared_on"]),
    "B23": ("declarations", {"declared_on": "9999-01-31"}, ["invalid_declared_on"]),
    "B28": (
        "declarations",
        {"patient_key": "0101", "insurer_uzovi": BSN},
        ["invalid_insurer_uzovi", "invalid_patient_key"],
    ),
}


@pytest.mark.parametrize("fault", QUARANTINED)
def test_a_bad_row_waits_and_its_neighbours_enter(home: Home, fault: str) -> None:
    feed, changes, rules = QUARANTINED[fault]
    other = line(feed, **{FEEDS[feed].key[0]: row(feed)[FEEDS[feed].key[0]][:-1] + "2"})
    home.deliver(feed, lines(feed, line(feed, **changes), other))
    home.ingest()
    assert home.rules(feed) == {1: rules}
    assert home.accepted(feed)["row"].to_list() == [2]
    assert BSN not in repr(home.quarantined(feed).rows())


@pytest.mark.parametrize("amount", ["59,75", "1.060,25"], ids=["B11", "B12"])
def test_amounts_in_another_notation_never_become_others(home: Home, amount: str) -> None:
    rows = [row("payments", payment_id=f"P{number}", amount_cents=amount) for number in range(100)]
    home.deliver("payments", csv_bytes(rows, ";"))
    home.ingest()
    version = home.version()
    assert (version["accepted"], version["quarantined"], version["amount_cents"]) == (0, 100, 0)


def test_a_letter_after_sixty_thousand_numbers_spoils_one_row(home: Home) -> None:
    """B38: nothing is guessed from the first rows."""
    rows = [row("payments", payment_id=f"P{number}") for number in range(60_001)]
    rows[-1]["amount_cents"] = "abc"
    home.deliver("payments", csv_bytes(rows))
    home.ingest()
    assert home.rules("payments") == {60_001: ["invalid_amount_cents"]}
    assert home.version()["accepted_amount_cents"] == 60_000 * 100


def test_corrections_count_by_date_and_name_however_they_arrive(tmp_path: Path) -> None:
    """A6: five deliveries of two dates in any order of arrival leave the same rows in force."""
    days = [DAY.replace(day=30), DAY]
    deliveries = [
        (days[number % 2], f"f{number}.csv", csv_bytes([row("payments", amount_cents=str(100 + number))]))
        for number in range(5)
    ]
    seen = set()
    for order in random.Random(7).sample(list(permutations(deliveries)), 12):
        home = Home(tmp_path / str(len(list(tmp_path.iterdir()))))
        for day, name, data in order:
            home.deliver("payments", data, name, day)
            home.ingest()
        versions = home.versions().select("version_id", "delivery_date", "file", "in_force")
        rows = home.accepted("payments").join(versions, on="version_id").drop("version_id")
        seen.add(repr(rows.sort("delivery_date", "file").rows()))
    assert len(seen) == 1


def test_a_delivery_dated_in_the_future_waits_for_its_day(home: Home) -> None:
    """A7: a sender's clock that is days ahead."""
    tomorrow = today().replace(year=today().year + 1)
    home.deliver("payments", csv_bytes([row("payments")]))
    home.deliver("payments", csv_bytes([row("payments", amount_cents="7")]), day=tomorrow)
    home.ingest(as_of=Asked().until)
    assert plan_run(home.home, Asked(), KEY)[0].as_of == DAY
    assert home.accepted("payments")["amount_cents"].to_list() == [100]


def test_a_thousand_odd_names_and_nothing_but_plain_ones_is_read(home: Home) -> None:
    """A8, A10, A12: what lies there is read under the hash of its bytes, never under the sender's name."""
    chance, letters = random.Random(7), "aZ9._-[]*?'\";()\\ \n\té$%{}~|&"
    day = home.deliver("payments", csv_bytes([row("payments")]), "good.csv").parent
    for _ in range(1_000):
        name = "".join(chance.choice(letters) for _ in range(chance.randint(1, 40))) + ".csv"
        (day / name).write_bytes(b"x")
    lying = scan(home.landing)
    assert len(lying.found) + len(lying.ignored) == len(list(day.iterdir()))
    assert "good.csv" in {found.file for found in lying.found}
    assert all(NAME.fullmatch(found.file) and not found.file.startswith(".") for found in lying.found)
    assert all(ignored.path.isascii() and "\n" not in ignored.path for ignored in lying.ignored)


def test_sockets_and_devices_are_not_opened(home: Home) -> None:
    """A14, beside the pipes of `tests/ingest`."""
    day = home.deliver("payments", csv_bytes([row("payments")]), "good.csv").parent
    made = 1
    with socket.socket(socket.AF_UNIX) as listening:
        old = os.open(".", os.O_RDONLY)
        os.chdir(day)
        try:
            listening.bind("socket.csv")
        finally:
            os.fchdir(old)
            os.close(old)
        if os.geteuid() == 0:
            os.mknod(day / "device.csv", 0o20666, os.makedev(1, 5))
            made += 1
        report = home.ingest()
    assert [ignored.reason for ignored in report.ignored] == ["it is no regular file"] * made
    assert home.accepted_rows("payments") == 1


@pytest.mark.parametrize("becomes", ["link", "pipe"])
def test_a_file_exchanged_after_it_was_seen_is_not_read(home: Home, becomes: str) -> None:
    """A13, A14: between looking and opening, a sender puts something else under the name."""
    secret = home.home.parent / "secret.csv"
    secret.write_bytes(csv_bytes([row("payments")]))
    path = home.deliver("payments", csv_bytes([row("payments")]))
    found = Found("payments", DAY, path.name, path, signature(path.lstat()))
    path.unlink()
    path.symlink_to(secret) if becomes == "link" else os.mkfifo(path)
    if becomes == "link":
        with pytest.raises(archive.UnreadableFile):
            archive.Archive(home.home).take(found)
    else:
        assert archive.Archive(home.home).take(found) is None


BOMB = """
import sys
from datetime import date
from pathlib import Path
from dagster_project.ingest import ingest
landing, home, key, as_of = sys.argv[1:]
report = ingest(Path(landing), Path(home), key, as_of=date.fromisoformat(as_of))
status = Path("/proc/self/status").read_text()
print(len(report.rejected), int(status.split("VmHWM:")[1].split()[0]) * 1024)
"""
"""Its own peak: getrusage of a process that was forked begins with that of its parent, here all that pytest ran."""


def test_a_bomb_takes_less_than_a_gibibyte(home: Home) -> None:
    """A16: four gigabytes of lines in a few megabytes of gzip; Parquet's stand in `tests/ingest`."""
    member = gzip.compress(b"x" * 63 + b"\n" + (b"y" * 63 + b"\n") * (1 << 20), compresslevel=9)
    header = gzip.compress(",".join(FEEDS["payments"].names).encode() + b"\n")
    home.deliver("payments", header + member * 64, "bomb.csv.gz")
    done = subprocess.run(
        [sys.executable, "-c", BOMB, str(home.landing), str(home.home), KEY, AS_OF.isoformat()],
        capture_output=True, text=True, timeout=400, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rejected, peak = map(int, done.stdout.split())
    assert rejected == 1 and peak < GIBIBYTE


def test_the_landing_folder_is_only_read(home: Home) -> None:
    """A25: a run needs no right to write there."""
    home.deliver("payments", csv_bytes([row("payments")]))
    home.deliver("payments", b"torn", "torn.csv")
    before = {path: path.lstat() for path in home.landing.rglob("*")}
    home.ingest()
    after = {path: path.lstat() for path in home.landing.rglob("*")}
    kept = ("st_mode", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")
    assert {p: [getattr(s, name) for name in kept] for p, s in before.items()} == {
        p: [getattr(s, name) for name in kept] for p, s in after.items()
    }


def _checked(home: Home) -> dict[str, bool]:
    """Feed → whether the hourly look found it delivered in time."""
    from dagster_project.defs.freshness import sensor

    with environment(home.home, ZORGMART_HOME=str(home.home)), dg.DagsterInstance.ephemeral() as instance:
        found = sensor().evaluate_tick(dg.build_sensor_context(instance=instance))
    return {check.asset_key.path[-1]: check.passed for check in found.asset_events}


def test_a_feed_that_stays_away_is_seen(home: Home) -> None:
    """A23: by its newest delivery date and how often it is expected; reading an old one again makes nothing fresh."""
    old, interval = today() - timedelta(days=100), FEEDS["payments"].expected_every
    home.deliver("payments", csv_bytes([row("payments")]), day=today() - interval)
    home.deliver("network_costs", csv_bytes([row("network_costs")]), day=old)
    home.ingest(as_of=today())
    checked = _checked(home)
    assert checked.keys() == FEEDS.keys()
    assert checked["payments"] and not checked["network_costs"]
    home.ingest(as_of=today(), dates=[old], force=True)
    assert not _checked(home)["network_costs"]
    home.deliver("network_costs", b"torn", day=today())
    home.ingest(as_of=today())
    assert not _checked(home)["network_costs"], "a rejected file is no delivery of rows"
    home.deliver("network_costs", csv_bytes([row("network_costs")]), "b.csv", day=today())
    home.ingest(as_of=today())
    assert _checked(home)["network_costs"]


def test_a_slow_upload_is_never_read_early(home: Home) -> None:
    """A1, A2: every half of a file under a name that says so, and one that stays half for good."""
    whole = csv_bytes([row("payments", payment_id=f"P{number}") for number in range(20)])
    day = home.deliver("payments", csv_bytes([row("payments", payment_id="other")]), "other.csv").parent
    home.ingest()
    half = day / "slow.csv.part"
    for cut in range(0, len(whole), len(whole) // 20):
        half.write_bytes(whole[:cut])
        home.ingest()
        assert home.accepted_rows("payments") == 1
    half.write_bytes(whole)
    (day / "aborted.csv.tmp").write_bytes(whole[:100])
    half.rename(day / "slow.csv")
    report = home.ingest()
    assert home.accepted_rows("payments") == 21
    assert [ignored.path.rsplit("/", 1)[-1] for ignored in report.ignored] == ["aborted.csv.tmp"]


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_a_torn_file_under_its_last_name_never_enters_in_part(home: Home, cut: int) -> None:
    """A1, B39: torn amid its last row, so that the amount would be another."""
    rows = [row("declarations", declaration_id=f"D{number}") for number in range(10)]
    path = home.deliver("declarations", csv_bytes(rows)[:-cut])
    home.ingest()
    assert home.version()["status"] == "rejected" and home.accepted("declarations").is_empty()
    path.write_bytes(csv_bytes(rows))
    home.ingest()
    assert home.accepted_rows("declarations") == 10


def test_credits_and_their_debits_in_one_file_both_enter(home: Home) -> None:
    """D4: taking back is no fault; what it takes back is judged with the findings."""
    taken_back = row("declarations", declaration_id="D2", debit_credit="C", corrects_declaration_id="D1")
    home.deliver("declarations", csv_bytes([row("declarations"), taken_back]))
    home.ingest()
    assert home.accepted_rows("declarations") == 2


def test_a_damaged_ledger_is_told_in_one_sentence(home: Home) -> None:
    """E11: what was delivered is in the archive and a backup; nothing is guessed from a torn book."""
    home.deliver("payments", csv_bytes([row("payments")]))
    home.ingest()
    ledger = home.home / "ledger.sqlite"
    for left in home.home.glob("ledger.sqlite-*"):
        left.unlink()
    ledger.write_bytes(b"torn" + ledger.read_bytes()[4:])
    with pytest.raises(ZorgmartError) as told:
        home.ingest()
    assert str(ledger) in str(told.value) and len(str(told.value).splitlines()) == 1


def test_no_key_and_a_short_one_stop_before_the_home_is_touched(home: Home) -> None:
    home.deliver("payments", csv_bytes([row("payments")]))
    for key in ("", "x" * 31):
        with pytest.raises(ZorgmartError, match="32"):
            ingest(home.landing, home.home, key, as_of=AS_OF)
    assert not home.home.exists()


def test_another_key_stops_before_a_file_is_opened(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.deliver("payments", csv_bytes([row("payments")]))
    home.ingest()
    home.deliver("payments", csv_bytes([row("payments", payment_id="P2")]), "b.csv")
    opened: list[object] = []
    monkeypatch.setattr(archive.Archive, "take", lambda *words: opened.append(words))
    with pytest.raises(ZorgmartError, match="not the key"):
        ingest(home.landing, home.home, "another key that is long enough for this", as_of=AS_OF)
    assert opened == [] and len(list((home.home / "archive").glob("*/*"))) == 1


def test_what_the_ledger_says_is_what_the_store_has(home: Home) -> None:
    """Rule 3 of the page of faults: rows and cents of the scan are those of the store."""
    rows = [row("payments", payment_id=f"P{n}", amount_cents=str(n * (-1) ** (n % 3 == 0))) for n in range(100)]
    home.deliver("payments", csv_bytes(rows))
    home.ingest()
    with Ledger(home.home) as ledger:
        told = ledger.versions(AS_OF).row(0, named=True)
    assert told["accepted_amount_cents"] == home.accepted("payments").select(pl.col("amount_cents").sum()).item()
    assert told["amount_cents"] == sum(int(made["amount_cents"]) for made in rows)
