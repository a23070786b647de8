"""A night in which every feed has files that no reader takes: they are named with a code, and all else is published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ingest.made import csv_bytes, deliver
from ingest.test_parquet import as_text, parquet
from ingest.test_rejections import TYPES
from oracle import tiny
from pipeline.homes import KEY, Home, parquet_files

from dagster_project.feeds import FEEDS, Feed
from dagster_project.quality.run import run_suites
from dagster_project.quality.suites import load_suites
from dagster_project.settings import EXPECTATIONS

from .conftest import Calm
from .rows import sound

ABOUT_FILES = {"integrity.delivery", "audit.release", "audit.moved"}


@pytest.fixture(scope="module")
def odd_night(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The landing of a calm night with odd files of every feed beside its own, after its night."""
    folder = tmp_path_factory.mktemp("odd")
    copy = Path(shutil.copytree(landing, folder / "landing"))
    for feed in FEEDS.values():
        _deliver_odd(copy, feed)
    home = Home.at(folder / "home", copy, KEY)
    home.night()
    return home


def _deliver_odd(landing: Path, feed: Feed) -> None:
    """No row of them is accepted: a required column has the odd type, or rows may be hidden."""
    made = sound(feed)
    name = next(column.name for column in feed.columns if column.required)
    for kind in ("duration", "list", "struct", "decimal256", "infinite date", "infinite instant", "binary"):
        table = as_text(feed.name, made)
        table = table.set_column(table.column_names.index(name), name, TYPES[kind])
        deliver(landing, feed.name, parquet(table), f"{kind.replace(' ', '_')}.parquet", tiny.DELIVERED)
    data = csv_bytes([made])
    for label, odd in {"hole": data[:-9] + bytes(8) + b"\n", "cr": data.replace(b"\n", b"\r")}.items():
        deliver(landing, feed.name, odd, f"{label}.csv", tiny.DELIVERED)


def test_each_odd_file_is_named_with_its_code(odd_night: Home) -> None:
    found = odd_night.rows(
        "select feed, regexp_extract(reason, '^([a-z0-9_]+): .', 1), count(*) from integrity.delivery"
        " where status = 'rejected' group by all"
    )
    counts = {(feed, code): count for feed, code, count in found}
    assert all(code for _, code in counts)
    for feed in FEEDS:
        assert (counts[feed, "nul_bytes"], counts[feed, "lone_carriage_returns"]) == (1, 1)
        assert sum(count for (name, _), count in counts.items() if name == feed) == 9


def test_all_else_of_that_night_is_published_to_the_byte(odd_night: Home, calm: Calm) -> None:
    published = parquet_files(odd_night.release)
    assert {name for name, data in calm.parquet.items() if published[name] != data} <= ABOUT_FILES
    assert published.keys() == calm.parquet.keys()


SPELLINGS = ("fte", "FTE", "f\u0442e", "\uff46te", "fte ", "ft\u200be")


def test_spellings_of_one_key_are_quarantined_or_named_beside_each_other(landing: Path, tmp_path: Path) -> None:
    """Six lines that look alike: what nobody can see is quarantined, what a person may have meant is a warning."""
    copy = Path(shutil.copytree(landing, tmp_path / "landing"))
    lines = [
        {
            name: "" if value is None else str(value)
            for name, value in tiny.budget(tiny.ZCO, "1", 5, parameter=text).items()
        }
        for text in SPELLINGS
    ]
    for number, made in enumerate(lines):
        deliver(copy, "budgets", csv_bytes([made]), f"z{number}.csv", tiny.DELIVERED)
    home = Home.at(tmp_path / "home", copy, KEY)
    warnings = home.night().warnings
    quarantined = home.rows("select file, rules from integrity.quarantine where feed = 'budgets' order by file")
    assert quarantined == [("z4.csv", ["untidy_parameter"]), ("z5.csv", ["untidy_parameter"])]
    told = "\n".join(warnings)
    assert "key_warnings__keys_alike" in told and "key_warnings__letters_of_another_script" in told
    (suite,) = (suite for suite in load_suites(EXPECTATIONS) if suite.name == "key_warnings")
    alike = {one.name: one.examples for one in run_suites(home.warehouse, [suite])}
    assert [row["file"] for row in alike["keys_alike"]] == ["z1.csv", "z3.csv"]
    assert [row["file"] for row in alike["letters_of_another_script"]] == ["z2.csv"]
    assert {row["other_file"] for found in alike.values() for row in found} == {"z0.csv"}
    page = (home.release.path / "quality.html").read_text(encoding="utf-8")
    assert all(f"z{number}.csv" in page for number in (1, 2, 3))
