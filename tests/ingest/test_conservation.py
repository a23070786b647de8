"""Whatever is delivered: rows and cents in are rows and cents out, nothing crashes, and no BSN is written down."""

import io
import random
import re
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.door import judge
from oracle.reading import Rejected, deliveries

from dagster_project.feeds import FEEDS
from dagster_project.ingest import check_file

from .made import BSN, KEY, Home, csv_bytes, row

NOT_COMPARED = {"bsn_in_other_column", "line_too_long"}
CANARIES = (BSN, "123456782")
BITS = [
    '"', ",", ";", "\n", "\r", "\r\n", "\x00", "\t", " ", "-", ".", "é", "0", "9" * 12, "D1", "C", "x" * 50,
    "\ufeff", "\u2028", *CANARIES,
]  # fmt: skip
FEED = st.sampled_from(sorted(FEEDS))
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def _mutated(feed: str, seed: int) -> bytes:
    """A small sound file with a few bits put in, taken out or exchanged."""
    chance = random.Random(seed)
    first = FEEDS[feed].names[0]
    rows = [
        row(feed) | ({first: row(feed)[first] if chance.random() < 0.3 else f"X{n}"})
        for n in range(chance.randint(0, 6))
    ]
    text = csv_bytes([row(feed), *rows], chance.choice(",;"), chance.choice(["\n", "\r\n"])).decode()
    start = text.index("\n") if chance.random() < 0.95 else 0
    for _ in range(chance.randint(0, 8)):
        at = chance.randint(start, len(text))
        text = text[:at] + chance.choice([*BITS, ""]) + text[at + chance.choice([0, 0, 1, 3]) :]
    return text.encode() if chance.random() < 0.97 else text.encode("utf-16")


def _shows_no_bsn(home: Home, feed: str, said: str) -> None:
    """Outside the archive no BSN stands anywhere, but for a number that a free text or an identifier may well be.

    In what is said, digits within a longer number are cents.
    """
    said = re.sub("[0-9]{10,}", "", said)
    written = {path: path.read_bytes() for path in home.home.rglob("*") if path.is_file()}
    for path, data in written.items():
        rows = repr(pl.read_parquet(path).rows()) if path.suffix == ".parquet" else ""
        canaries = CANARIES
        if path.name.startswith("accepted"):
            canaries = CANARIES[:1] if "patient_key" in FEEDS[feed].names else ()
        shown = data + rows.encode() + said.encode()
        is_archive = "archive" in path.relative_to(home.home).parts
        assert is_archive or not [canary for canary in canaries if canary.encode() in shown]


def _in_fresh_home(test: Callable[[Home], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        test(Home(Path(folder)))


@SETTINGS
@given(FEED, st.integers(0, 10**9))
def test_nothing_is_lost_doubled_or_leaked(feed: str, seed: int) -> None:
    data = _mutated(feed, seed)

    def holds(home: Home) -> None:
        path = home.deliver(feed, data)
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            report = home.ingest()
            checked = check_file(feed, path, KEY, home.home)
        version = home.version()
        accepted, quarantined = home.accepted(feed), home.quarantined(feed)
        if version["status"] == "accepted":
            assert version["rows"] == accepted.height + quarantined.height == _lines(data)
            numbers = [
                *(accepted["row"] if accepted.height else []),
                *(quarantined["row"] if quarantined.height else []),
            ]
            assert sorted(numbers) == list(range(1, version["rows"] + 1))
            if FEEDS[feed].amount and accepted.height:
                assert accepted[FEEDS[feed].amount].sum() == version["accepted_amount_cents"]
        assert (checked.reason, checked.tally.rows) == (version["reason"], version["rows"])
        _shows_no_bsn(home, feed, repr((report, checked)) + said.getvalue())
        _same_as_oracle(home, feed)

    _in_fresh_home(holds)


def _lines(data: bytes) -> int:
    return data.count(b"\n") - 1


def _broken(rules: dict[int, set[str]]) -> dict[int, set[str]]:
    return {number: of_row for number, of_row in rules.items() if of_row}


def _same_as_oracle(home: Home, feed: str) -> None:
    """Another reading of the same contract, row by row, quarantines the same rows for the same rules."""
    delivery = deliveries(home.landing, None)[0][0]
    version = home.version()
    try:
        rows = judge(delivery, KEY)
    except Rejected:
        assert version["status"] == "rejected"
        return
    if version["status"] == "rejected":
        return
    expected = {found.number: set(found.faults) - NOT_COMPARED for found in rows}
    mine = {number: set(rules) - NOT_COMPARED for number, rules in home.rules(feed).items()}
    assert _broken(mine) == _broken(expected)
    assert version["amount_cents"] == sum(found.cents for found in rows)
