"""Killed at any moment: the next run ends where a run that was never killed ends. And a disk that fills up."""

import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import Feed
from dagster_project.ingest import archive, receive, store
from dagster_project.ingest.batches import judge_parts
from dagster_project.ingest.bsn_guard import Guard
from dagster_project.ingest.reading import Part
from dagster_project.ingest.validate import Judged

from .made import AS_OF, KEY, Home, csv_bytes, row

INGEST = """
import sys
from datetime import date
from pathlib import Path
from dagster_project.ingest import receive
receive.MOST_FILES = 20
landing, home, key, as_of = sys.argv[1:]
print("ready", flush=True)
receive.ingest(Path(landing), Path(home), key, as_of=date.fromisoformat(as_of))
"""
RESULT = [
    "received",
    "version_id",
    "feed",
    "file",
    "sha256",
    "status",
    "rows",
    "accepted",
    "amount_cents",
    "store_file",
]


def _fill(home: Home) -> None:
    for number in range(120):
        rows = [row("declarations", declaration_id=f"D{number}-{n}", quantity=str(n % 50)) for n in range(150)]
        home.deliver("declarations", csv_bytes(rows), f"f{number:03d}.csv")


def _start(home: Home) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", INGEST, str(home.landing), str(home.home), KEY, AS_OF.isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    with process.stdout as said:
        said.readline()
    return process


def _stored(home: Home) -> set[str]:
    return {str(path.relative_to(home.home)) for path in (home.home / "store").glob("*/*")}


def test_killed_five_times_and_finished_is_never_killed(tmp_path: Path) -> None:
    calm, killed = Home(tmp_path / "calm"), Home(tmp_path / "killed")
    _fill(calm)
    started = time.monotonic()
    assert _start(calm).wait() == 0
    seconds = time.monotonic() - started
    killed.landing = calm.landing
    for attempt in range(5):
        process = _start(killed)
        time.sleep(seconds * (0.1 + 0.07 * attempt))
        process.kill()
        process.wait()
        assert killed.versions()["accepted"].sum() == killed.accepted_rows("declarations")
    assert _start(killed).wait() == 0
    columns = [name for name in RESULT if name in calm.versions().columns]
    assert calm.versions().select(columns).equals(killed.versions().select(columns))
    assert calm.accepted("declarations").equals(killed.accepted("declarations"))
    assert calm.quarantined("declarations").equals(killed.quarantined("declarations"))
    assert _stored(calm) == _stored(killed)


@pytest.mark.parametrize("place", ["archive", "store"])
def test_a_full_disk_stops_in_one_sentence_and_leaves_nothing_half_done(
    home: Home, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    home.deliver("payments", csv_bytes([row("payments")]))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(
            archive if place == "archive" else store.pl.DataFrame,
            "_write" if place == "archive" else "write_parquet",
            full,
        )
        with pytest.raises(ZorgmartError, match="No space left on device"):
            home.ingest()
    assert home.versions().is_empty()
    home.ingest()
    assert home.accepted("payments").height == 1
    assert _stored(home) == {"store/payments/accepted-0000000001.parquet"}
    assert list((home.home / "archive" / "incoming").iterdir()) == []


def test_the_store_can_be_read_by_a_pattern(home: Home) -> None:
    home.deliver("payments", csv_bytes([row("payments")]))
    home.ingest()
    assert pl.read_parquet(home.home / "store/payments/accepted-*.parquet").height == 1


def test_batches_are_recorded_in_the_order_of_reading(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though later ones are judged sooner: a version that is recorded has no earlier one that could still fail."""
    late = {}

    def judged_late(feed: Feed, versions: list[Part], key: str, guard: Guard) -> tuple[list[Judged], dict[int, str]]:
        first = versions[0].origin.version_id
        time.sleep(0.2 if first == 1 else 0)
        late[first] = time.monotonic()
        return judge_parts(feed, versions, key, guard)

    monkeypatch.setattr(receive, "MOST_FILES", 1)
    monkeypatch.setattr(receive, "judge_parts", judged_late)
    recorded = []
    monkeypatch.setattr(
        receive.IngestReport, "add", lambda _, versions: recorded.extend(v.version_id for v in versions)
    )
    for number in range(4):
        home.deliver("payments", csv_bytes([row("payments", payment_id=f"P{number}")]), f"{number}.csv")
    home.ingest()
    assert late[2] < late[1]
    assert recorded == [1, 2, 3, 4]
