"""What a release needs of the disk: what it writes anew, neither too low nor absurd."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.publish import space
from dagster_project.publish.release import publish

from .made import make_manifest, make_warehouse, request

FIRST, SECOND = "2026-03-01-00000001", "2026-03-02-00000002"
MEGABYTES = r"has ([0-9.,]+) MB free and a release needs ([0-9.,]+) MB; the current release stands"


def needed(monkeypatch: pytest.MonkeyPatch, asked: object) -> float:
    """The megabytes that a refused release asked for."""
    usage = shutil.disk_usage("/")
    with monkeypatch.context() as patched, pytest.raises(ZorgmartError, match=MEGABYTES) as caught:
        patched.setattr(space.shutil, "disk_usage", lambda _: usage._replace(free=0))
        publish(asked)
    return float(re.search(MEGABYTES, str(caught.value))[2].replace(",", ""))


def written(release: object) -> float:
    """The megabytes of its files that no other release has."""
    files = [file.stat() for file in release.path.rglob("*") if file.is_file()]
    return sum(status.st_size for status in files if status.st_nlink <= 2) / 1e6


@pytest.fixture
def many(tmp_path: Path) -> Path:
    warehouse = make_warehouse(tmp_path, 100_000)
    make_manifest(tmp_path, warehouse)
    return warehouse


def test_a_release_fits_in_what_it_asks_for(tmp_path: Path, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(tmp_path, many, FIRST)
    need = needed(monkeypatch, asked)
    assert written(publish(asked)) <= need
    with duckdb.connect(str(many)) as con:
        con.execute("update finance.declaration set amount_eur = 1 where service_month = date '2025-03-01'")
    asked = request(tmp_path, many, SECOND, as_of=date(2026, 3, 2), expected_current=FIRST)
    small = needed(monkeypatch, asked)
    release = publish(asked)
    assert written(release) <= small < need / 2


def test_nothing_is_left_of_a_release_that_finds_no_room(
    tmp_path: Path, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed(monkeypatch, request(tmp_path, many))
    assert not list(tmp_path.glob("**/zorgmart.duckdb")) and not list((tmp_path / "published").glob(".building*"))
