"""Files with faults put in by chance: rows and cents in are accepted plus quarantined, nothing crashes, no BSN shows.

The door runs in a process of its own, so that a file that crashed or hung it would be seen.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import polars as pl
import pytest
from ingest.made import AS_OF, KEY, Home, csv_bytes
from pipeline.homes import REPOSITORY

from dagster_project.feeds import FEEDS
from dagster_project.ingest.rejected import CODES

from .mutation import delivery, scan
from .rows import sound

FILES = 400
DOOR = """
import logging, sys
from datetime import date
from pathlib import Path
from dagster_project.ingest import ingest
logging.basicConfig(level=logging.DEBUG)
landing, home, key, as_of = sys.argv[1:]
print(ingest(Path(landing), Path(home), key, as_of=date.fromisoformat(as_of)))
"""
# Size, two times in nanoseconds, inode: digits that are a BSN by chance now and then.
SIGNATURE = re.compile(r"[0-9]+-[0-9]{19}-[0-9]{19}-[0-9]+")
NINE_DIGITS = re.compile(r"(?=([0-9]{9}))")


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(2, 26))])
def test_no_mutated_file_loses_a_row_or_a_cent(tmp_path: Path, seed: int) -> None:
    chance, home = Random(seed), Home(tmp_path)
    texts: dict[str, tuple[str, bytes | None]] = {}
    patients: set[str] = set()
    for number in range(FILES):
        feed, ending, data, text = delivery(chance, patients)
        texts[f"f{number}.{ending}"] = feed, text
        home.deliver(feed, data, f"f{number}.{ending}")
    for feed in FEEDS.values():
        home.deliver(feed.name, csv_bytes([sound(feed)]), "sound.csv")
    said = _door(home)
    versions = home.versions()
    assert versions.filter(file="sound.csv")["accepted"].to_list() == [1] * len(FEEDS)
    assert set(versions["file"]) == {*texts, "sound.csv"}
    rejected = versions.filter(status="rejected")
    assert set(rejected["reason"].str.extract("^([a-z0-9_]+): [^\\n]+$")) <= CODES
    assert (versions["rows"] == versions["accepted"] + versions["quarantined"]).all()
    for version in versions.filter(pl.col("file") != "sound.csv", status="accepted").iter_rows(named=True):
        feed, text = texts[version["file"]]
        if text is not None:
            assert (version["rows"], version["amount_cents"]) == scan(FEEDS[feed], text), version["file"]
    _require_kept(home, versions)
    _require_silence(home, said, patients)
    statuses = dict(versions["status"].value_counts().iter_rows())
    assert min(statuses["accepted"], statuses["rejected"]) > FILES // 10


def _door(home: Home) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DOOR, str(home.landing), str(home.home), KEY, AS_OF.isoformat()],
        capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout + done.stderr


def _require_kept(home: Home, versions: pl.DataFrame) -> None:
    """The rows and cents that the ledger names are those in the store, and the bytes delivered are in the archive."""
    for feed in FEEDS.values():
        accepted, quarantined = home.accepted(feed.name), home.quarantined(feed.name)
        told = versions.filter(feed=feed.name)
        assert (accepted.height, quarantined.height) == (told["accepted"].sum(), told["quarantined"].sum())
        if feed.amount and accepted.height:
            assert accepted[feed.amount].sum() == told["accepted_amount_cents"].sum()
    kept = {path.name for path in (home.home / "archive").glob("*/*")}
    assert set(versions["sha256"]) <= kept


def _require_silence(home: Home, said: str, patients: set[str]) -> None:
    """No BSN in the ledger, in what was quarantined, in a log, or in the patients' column of what was accepted."""
    ledger = (path.read_bytes().decode("latin-1") for path in home.home.glob("ledger.sqlite*"))
    shown = [said, *(SIGNATURE.sub("", text) for text in ledger)]
    for feed in FEEDS.values():
        quarantined, accepted = home.quarantined(feed.name), home.accepted(feed.name)
        shown += quarantined["row_text"].to_list() if quarantined.height else []
        for column in feed.columns:
            if column.patient and column.kind == "text" and accepted.height:
                assert accepted[column.name].drop_nulls().str.len_chars().eq(64).all()
    assert len(patients) > FILES
    assert patients.intersection(NINE_DIGITS.findall("\n".join(shown))) == set()
