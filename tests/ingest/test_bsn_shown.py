"""What is shown of a BSN where none belongs: nothing, neither of a name, nor of a quarantined row or a return file."""

from __future__ import annotations

import pytest
from oracle import tiny

from dagster_project.errors import ZorgmartError
from dagster_project.ingest import check_file
from dagster_project.ingest.masking import masked, shown_name

from .made import BSN, KEY, Home, csv_bytes, lines
from .test_bsn_guard import LOW, PSEUDONYM, SPELLINGS, _row, spelled


@pytest.mark.parametrize("name", [
    f"d-{BSN}.csv", f"{BSN}.csv.gz", "1112.22.333.parquet", "hap_111-222-333_2026-01-31.csv", f"d-{LOW[1:]}.csv",
    "11_12_22_333.csv", "d.csv-111222333.txt", "１１１２２２３３３.csv", ".111222333.csv", "111222333.csv.part",
])  # fmt: skip
def test_a_file_whose_name_holds_a_bsn_is_not_read_and_not_named(home: Home, name: str) -> None:
    path = home.deliver("payments", csv_bytes([_row("payments")]), name)
    report = home.ingest()
    assert report.files == 0 and home.versions().is_empty() and len(report.ignored) == 1
    said = repr(report)
    assert BSN not in said and name not in said and LOW[1:] not in said and "***" in said
    if name.endswith((".csv", ".csv.gz", ".parquet")) and name.isascii() and not name.startswith("."):
        assert "rename it" in report.ignored[0].reason
        with pytest.raises(ZorgmartError, match="rename it") as told:
            check_file("payments", path, KEY)
        assert name not in str(told.value)
        assert [one.name for one in path.parent.iterdir()] == [name]


@pytest.mark.parametrize("folder", [f"payments-{BSN}", f"payments/{BSN}", "payments/1112.22.333"])
def test_a_folder_whose_name_holds_a_bsn_is_not_named(home: Home, folder: str) -> None:
    (home.landing / folder).mkdir(parents=True)
    said = repr(home.ingest())
    assert "***" in said and BSN not in said and "1112.22.333" not in said


@pytest.mark.parametrize("name", [
    "payments-2026-01-31.csv", "p-20260131.csv", "p_2026_01_001.csv", "hap-53000001-202601.csv", "agb12345672.csv",
    "AGB-12345672_2026-01.csv", "p-0612345672.csv", "p-1234567.csv", "p-20260131093000.csv", "p-2026-00017.csv",
    "20260131_123456.csv",
])  # fmt: skip
def test_a_usual_name_is_read(home: Home, name: str) -> None:
    home.deliver("payments", csv_bytes([_row("payments")]), name)
    assert home.ingest().files == 1 and home.version()["file"] == name


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_quarantined_text_masks_every_spelling(home: Home, spelling: str) -> None:
    """In a wrong column, and in a line that can't be split."""
    bsn = tiny.bsn(55)
    text = spelled(bsn, spelling).replace(",", "")
    torn = ",".join([text, *[""] * 30])
    wrong = [
        _row("population", inhabitants=f"{text} or more"),
        _row("population", year=text),
        _row("population", region_code=text),
    ]
    home.deliver("population", lines("population", *(",".join(one.values()) for one in wrong), torn, text))
    home.ingest()
    shown = home.quarantined("population")["row_text"].to_list()
    assert len(shown) == 5 and all("***" in one for one in shown)
    assert not any(bsn in "".join(filter(str.isdigit, one)) for one in shown)


def test_masks_leave_dates_and_small_numbers() -> None:
    assert masked("3000 rows of 2026-01-30,2026-02-01 and 12345") == "3000 rows of 2026-01-30,2026-02-01 and 12345"
    assert masked(f"2026-01-30-{BSN} of {PSEUDONYM}") == "2026-01-30-*** of ***"
    assert shown_name("d-2026-01-30.csv") == "d-2026-01-30.csv"


def test_the_return_file_names_the_column_and_shows_no_value(home: Home) -> None:
    path = home.deliver("exceptions", csv_bytes([_row("exceptions", reason=f"of {BSN}")]))
    report = check_file("exceptions", path, KEY)
    told = report.return_file.read_text(encoding="utf-8")
    assert '1,reason,bsn_in_reason,"reason holds a number that may be a BSN;' in told
    assert BSN not in told + repr(report)
