"""Versions: the same bytes again, new bytes under an old name, files that grow or vanish, other keys, backfills."""

import hashlib
import hmac
import os
import time
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import Ledger, archive, check_stored, ingest, reading, text_csv, unpack, worklist
from dagster_project.ingest.pseudonym import pseudonyms

from .made import AS_OF, BSN, DAY, KEY, Home, csv_bytes, row

SOUND = csv_bytes([row("payments")])
NEWER = csv_bytes([row("payments", amount_cents="200")])


def settle(path: Path) -> None:
    """Let the file be old enough for its times to be trusted."""
    past = time.time() - 60
    os.utime(path, (past, past))


def test_the_same_bytes_again_change_nothing(home: Home) -> None:
    path = home.deliver("payments", SOUND)
    home.ingest()
    before = home.versions()
    settle(path)
    report = home.ingest()
    assert (report.files, report.unchanged) == (0, 1)
    assert home.versions().equals(before)


def test_a_file_that_was_read_is_not_read_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SETTLED_NS", -(10**18))
    home.deliver("payments", SOUND)
    home.ingest()
    report = home.ingest()
    assert (report.files, report.unchanged) == (0, 0)


def test_new_bytes_under_an_old_name_replace_the_old_version(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.ingest()
    home.deliver("payments", NEWER)
    home.ingest()
    versions = home.versions()
    assert versions["status"].to_list() == ["replaced", "accepted"]
    assert versions["in_force"].to_list() == [False, True]
    assert versions["amount_cents"].to_list() == [100, 200]
    assert home.accepted("payments")["amount_cents"].to_list() == [200]


def test_old_bytes_that_come_back_are_a_new_version(home: Home) -> None:
    for data in (SOUND, NEWER, SOUND):
        home.deliver("payments", data)
        home.ingest()
    assert home.versions()["amount_cents"].to_list() == [100, 200, 100]
    assert home.accepted("payments")["amount_cents"].to_list() == [100]


def test_an_unreadable_new_version_replaces_too_until_it_is_sent_again(home: Home) -> None:
    for data, statuses in ((SOUND, ["accepted"]), (NEWER[:-1], ["replaced", "rejected"])):
        home.deliver("payments", data)
        home.ingest()
        assert home.versions()["status"].to_list() == statuses
    home.deliver("payments", NEWER)
    home.ingest()
    assert home.versions()["status"].to_list() == ["replaced", "replaced", "accepted"]


def test_the_same_bytes_under_another_name_or_date_are_a_delivery(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", SOUND, "b.csv")
    home.deliver("payments", SOUND, day=DAY + timedelta(days=1))
    home.ingest()
    assert home.versions()["in_force"].to_list() == [True] * 3
    assert home.versions()["sha256"].n_unique() == 1


def test_a_file_that_vanished_stays_delivered(home: Home) -> None:
    home.deliver("payments", SOUND).unlink()
    home.deliver("payments", SOUND, "b.csv")
    home.ingest()
    (home.landing / "payments" / DAY.isoformat() / "b.csv").unlink()
    home.ingest()
    assert home.versions()["in_force"].to_list() == [True]


def test_nothing_later_than_as_of_is_read_or_shown(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", NEWER, day=DAY + timedelta(days=1))
    home.ingest(as_of=DAY)
    assert home.versions().height == 1
    home.ingest()
    assert (home.versions(DAY).height, home.versions().height) == (1, 2)
    assert home.versions(DAY - timedelta(days=1)).is_empty()


def test_only_the_dates_asked_for_are_read(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", NEWER, day=DAY + timedelta(days=1))
    home.ingest(dates={DAY + timedelta(days=1)})
    assert home.versions()["delivery_date"].to_list() == [DAY + timedelta(days=1)]


class Growing:
    """A stream that somebody appends to while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, file: object) -> bytes:
        data = file.read()
        with self._path.open("ab") as target:
            target.write(b"more\n")
        return data


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home.deliver("payments", SOUND)
    with monkeypatch.context() as patch:
        patch.setattr(archive, "_all", Growing(path))
        report = home.ingest()
    assert report.waiting == [f"payments/{DAY}/a.csv"]
    assert home.versions().is_empty()
    path.write_bytes(SOUND)
    home.ingest()
    assert home.version()["accepted"] == 1


def test_a_file_whose_times_may_not_tell_is_read_again(home: Home) -> None:
    path = home.deliver("payments", SOUND)
    status = path.stat()
    home.ingest()
    path.write_bytes(NEWER)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    home.ingest()
    assert home.accepted("payments")["amount_cents"].to_list() == [200]


@pytest.mark.parametrize("year", [1970, 2038])
def test_the_clock_of_the_deliverer_means_nothing(home: Home, year: int) -> None:
    home.deliver("payments", SOUND)
    home.ingest()
    path = home.deliver("payments", NEWER)
    instant = date(year, 1, 2).toordinal() * 86_400 - 62_135_596_800 - 86_400
    os.utime(path, (instant, instant))
    home.ingest()
    assert home.accepted("payments")["amount_cents"].to_list() == [200]


def test_a_file_that_may_not_be_opened_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", NEWER, "b.csv")
    system_open = os.open

    def refuse(path: object, *arguments: object) -> int:
        if Path(path).name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return system_open(path, *arguments)

    monkeypatch.setattr(archive.os, "open", refuse)
    report = home.ingest()
    assert [(item.path, item.reason) for item in report.ignored] == [
        (f"payments/{DAY}/a.csv", "it can't be opened: Permission denied")
    ]
    assert home.accepted("payments")["amount_cents"].to_list() == [200]


def test_another_key_is_refused_before_anything_is_read(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.ingest()
    with pytest.raises(ZorgmartError, match="new ZORGMART_HOME"):
        ingest(home.landing, home.home, "another key of the tests, long enough", as_of=AS_OF)
    with pytest.raises(ZorgmartError, match="at least 32"):
        ingest(home.landing, home.home, "short", as_of=AS_OF)


def test_a_missing_landing_folder_is_one_sentence(home: Home) -> None:
    with pytest.raises(ZorgmartError, match="does not exist"):
        ingest(home.landing / "none", home.home, KEY, as_of=AS_OF)


def test_a_backfill_replaces_its_own_result_and_no_other(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", NEWER, day=DAY + timedelta(days=1))
    home.ingest()
    before = home.versions()
    report = home.ingest(dates={DAY}, force=True)
    after = home.versions()
    assert report.files == 1
    same = ["feed", "delivery_date", "file", "sha256", "status", "rows", "accepted", "amount_cents", "in_force"]
    assert after.select(same).equals(before.select(same))
    assert after["version_id"].to_list() == [3, 2]
    assert home.accepted("payments").select("version_id", "amount_cents").rows() == [(2, 200), (3, 100)]


def test_another_door_judges_everything_again_from_the_archive(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.deliver("payments", SOUND).unlink()
    path = home.deliver("payments", SOUND)
    home.ingest()
    path.unlink()
    monkeypatch.setattr("dagster_project.ingest.receive.door_version", lambda _: "other")
    monkeypatch.setattr(worklist, "door_version", lambda _: "other")
    assert home.ingest().files == 1
    assert home.ingest().files == 0
    assert home.accepted("payments")["amount_cents"].to_list() == [100]
    stored = sorted(path.name for path in (home.home / "store/payments").iterdir())
    assert stored == ["accepted-0000000002.parquet"]


def test_a_store_file_that_is_gone_is_made_anew(home: Home) -> None:
    rows = [row("payments"), row("payments", payment_id="P2", kind="gift")]
    home.deliver("payments", csv_bytes(rows)).unlink()
    path = home.deliver("payments", csv_bytes(rows))
    home.ingest()
    path.unlink()
    before = home.accepted("payments"), home.quarantined("payments")
    for column in ("store_file", "quarantine_file"):
        (home.home / home.version()[column]).unlink()
        assert home.ingest().files == 1
        after = home.accepted("payments"), home.quarantined("payments")
        assert all(
            one.drop("version_id").equals(other.drop("version_id")) for one, other in zip(before, after, strict=True)
        )


def test_a_damaged_store_file_is_noticed(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.ingest()
    name = home.version()["store_file"]
    with Ledger(home.home) as ledger:
        digests = ledger.stored()
    check_stored(home.home, digests, [name])
    data = bytearray((home.home / name).read_bytes())
    data[20] ^= 1
    (home.home / name).write_bytes(data)
    with pytest.raises(ZorgmartError, match="damaged"):
        check_stored(home.home, digests, [name])
    with pytest.raises(ZorgmartError, match="gone"):
        check_stored(home.home, digests, ["store/payments/none.parquet"])


def test_a_damaged_archive_is_noticed(home: Home) -> None:
    path = home.deliver("payments", SOUND)
    home.ingest()
    path.unlink()
    sha = home.version()["sha256"]
    kept = home.home / "archive" / sha[:2] / sha
    kept.write_bytes(NEWER)
    with pytest.raises(ZorgmartError, match="damaged"):
        home.ingest(force=True)
    kept.unlink()
    with pytest.raises(ZorgmartError, match="restore it"):
        home.ingest(force=True)
    assert home.accepted("payments").height == 1
    home.deliver("payments", SOUND)
    home.ingest(force=True)
    assert kept.read_bytes() == SOUND


def test_a_large_file_is_judged_in_pieces_like_a_small_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row("declarations", declaration_id=f"D{number % 150}", amount_cents=str(number)) for number in range(200)]
    rows[3]["quantity"] = "0"
    home.deliver("declarations", csv_bytes(rows))
    home.ingest()
    whole = home.accepted("declarations"), home.quarantined("declarations"), home.version()
    other = Home(home.home.parent / "other")
    for module in (reading, archive, unpack, text_csv):
        monkeypatch.setattr(module, "BLOCK_BYTES", 2_000, raising=False)
    other.deliver("declarations", csv_bytes(rows))
    other.ingest()
    pieces = other.accepted("declarations"), other.quarantined("declarations"), other.version()
    assert whole[2].pop("received_at") < pieces[2].pop("received_at")
    assert whole[0].height == 150 and whole[1].height == 50
    assert all(one.equals(other) for one, other in zip(whole[:2], pieces[:2], strict=True))
    assert whole[2] == pieces[2]


def test_a_large_file_that_is_torn_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reading, archive, unpack, text_csv):
        monkeypatch.setattr(module, "BLOCK_BYTES", 2_000, raising=False)
    rows = [row("declarations", declaration_id=f"D{number}") for number in range(200)]
    home.deliver("declarations", csv_bytes(rows)[:-1])
    home.ingest()
    assert home.version()["status"] == "rejected"
    assert list((home.home / "store/declarations").iterdir()) == []


def test_pseudonyms_are_keyed_and_no_bsn_is_kept(home: Home) -> None:
    rows = [row("declarations"), row("declarations", declaration_id="D2", patient_key="AB" * 32)]
    home.deliver("declarations", csv_bytes(rows))
    home.ingest()
    expected = hmac.new(KEY.encode(), BSN.encode(), hashlib.sha256).hexdigest()
    assert home.accepted("declarations")["patient_key"].to_list() == [expected, "ab" * 32]


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_the_digests_are_those_of_the_library(length: int) -> None:
    key = "é" + "k" * (length - 1)
    low, failing, pseudonym = "010000008", "111222334", "AB" * 32
    table = pseudonyms(pl.Series([BSN, None, low, failing, pseudonym, BSN]), key)
    first, second = (hmac.digest(key.encode(), number.encode(), "sha256").hex() for number in (BSN, low))
    assert table["pseudonym"].to_list() == [first, None, second, failing, pseudonym.lower(), first]
    assert table["is_bsn"].to_list() == [True, None, True, False, None, True]


def test_a_column_without_any_number_has_no_bsn() -> None:
    table = pseudonyms(pl.Series([None, None], dtype=pl.String), KEY)
    assert table.rows() == [(None, None), (None, None)]
    assert pseudonyms(pl.Series([], dtype=pl.String), KEY).is_empty()


def test_progress_counts_files(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.deliver("payments", NEWER, "b.csv")
    seen: list[tuple[str, int, int]] = []
    home.ingest(progress=lambda *step: seen.append(step))
    assert seen == [("payments", 1, 2), ("payments", 2, 2)]


def test_readers_see_the_ledger_while_it_is_open(home: Home) -> None:
    home.deliver("payments", SOUND)
    home.ingest()
    with Ledger(home.home) as one, Ledger(home.home) as other:
        assert one.in_force(AS_OF).equals(other.in_force(AS_OF))
