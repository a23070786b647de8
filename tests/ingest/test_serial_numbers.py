"""The data team's list of senders of serial numbers: what it lets through, and what of it can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle import tiny

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.serial_numbers import read_serial_numbers

from .made import Home, csv_bytes
from .test_bsn_guard import _listed, _row


def test_a_listed_sender_is_let_through_and_judged_again_when_the_list_changes(home: Home) -> None:
    ids = [tiny.bsn(number) for number in range(20)]
    for name in ("own-1.csv", "other.csv"):
        home.deliver("payments", csv_bytes([_row("payments", payment_id=one) for one in ids]), name)
    home.ingest()
    assert home.quarantined("payments").height == 40
    serial = _listed(home, "payments,own-*,payment_id,serial numbers of the bank")
    assert home.ingest(serial=serial).files == 1  # the other one is not judged again
    assert (home.accepted_rows("payments"), home.quarantined("payments").height) == (20, 20)
    assert home.ingest(serial=serial).files == 0
    assert home.ingest().files == 1 and home.quarantined("payments").height == 40


@pytest.mark.parametrize(("text", "word"), [
    ("feed,file,column\npayments,a,payment_id\n", "line 2"),
    ("feed,file,column,reason\npayments,a,payment_id,\n", "line 2"),
    ("feed,file,column,reason\npayments,a,kind,x\n", "payment_id"),
    ("feed,file,column,reason\nexceptions,a,reason,x\n", "exception_id"),
    ("feed,file,column,reason\nnone,a,payment_id,x\n", "payments"),
])  # fmt: skip
def test_a_list_that_cannot_be_used_is_told(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ZorgmartError, match=word):
        read_serial_numbers(tmp_path / "list.csv")
    with pytest.raises(ZorgmartError, match="can't be read"):
        read_serial_numbers(tmp_path / "none.csv")
