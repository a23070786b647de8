"""The findings of a provider as a file for its spreadsheet: its own alone, safe to open, the same bytes every time."""

from __future__ import annotations

import codecs
import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish.findings import HEADER
from dagster_project.publish.pointer import Release
from dagster_project.publish.release import publish

from .made import make_manifest, make_warehouse, request


def rows(release: Release, provider: str) -> list[list[str]]:
    content = (release.path / "findings" / f"{provider}.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def test_every_provider_with_findings_has_its_own_and_the_manifest_lists_them(published: Release) -> None:
    files = {path.name for path in (published.path / "findings").iterdir()}
    assert files == {f"0000000{number}.csv" for number in range(7)}
    listed = json.loads((published.path / "manifest.json").read_text())["files"]
    assert {f"findings/{name}" for name in files} <= set(listed)
    assert sum(len(rows(published, name[:8])) - 1 for name in files) == 13


def test_a_finding_says_rule_sides_amounts_and_exception_the_worst_first(published: Release) -> None:
    heading, first, second = rows(published, "00000000")
    assert tuple(heading) == HEADER
    sentence = "Dezelfde prestatie, elders."
    assert first[:6] == ["R02", sentence, "hard", "open", "declaratie D0000000", "00000001 declaratie D0000001"]
    assert first[6:] == ["12,25", "12,25", "2026-03-01-00000001", ""]
    assert second[3:8] == ["geaccepteerd", "declaratie D0000007", "00000003 declaratie D0000010", "19,25", "0,00"]


def test_no_cell_begins_like_a_formula(published: Release) -> None:
    cells = [
        cell for path in (published.path / "findings").iterdir() for row in rows(published, path.stem) for cell in row
    ]
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@|%")]
    assert {"'-2+3", "'@dubbel", '\'=cmd|"/c calc";!A1'} <= set(cells)


def test_no_patient_is_in_it(published: Release) -> None:
    assert not [path for path in (published.path / "findings").iterdir() if b"canary" in path.read_bytes()]


def test_the_same_findings_give_the_same_bytes_in_any_order(published: Release, tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path, shuffle=9)
    make_manifest(tmp_path, warehouse)
    again = publish(request(tmp_path / "home", warehouse))
    for path in (published.path / "findings").iterdir():
        assert (again.path / "findings" / path.name).read_bytes() == path.read_bytes()


def test_a_provider_that_is_no_agb_code_names_no_file(own_warehouse: Path, tmp_path: Path) -> None:
    with duckdb.connect(own_warehouse) as connection:
        connection.execute(
            "update integrity.double_funding_finding set provider_agb = '../../x' where finding_id = 'L1'"
        )
    with pytest.raises(ZorgmartError, match="no AGB code"):
        publish(request(tmp_path / "home", own_warehouse))
