"""The dbt project is parsed once for all homes, beside the project or, where nobody may write there, in the home."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.private import PRIVATE
from dagster_project.settings import Settings, read_settings
from dagster_project.transform import project


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "dbt" / "target"
    folder.mkdir(parents=True)
    monkeypatch.setattr(project, "DBT_TARGET", folder)
    return folder / project.project_hash()


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that something was parsed into; dbt itself is at work in every night of the other tests."""
    found: list[Path] = []

    def parse(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
        found.append(folder)

    monkeypatch.setattr(project, "_parse", parse)
    return found


def settings(home: Path) -> Settings:
    return read_settings(home=home, landing=home)


def test_once_for_all_homes(tmp_path: Path, beside: Path, parses: list[Path]) -> None:
    for name in ("one", "other"):
        assert project.prepare(settings(tmp_path / name)) == beside / "manifest.json"
        assert (beside / "manifest.json").exists()
    assert len(parses) == 1
    assert list(beside.parent.iterdir()) == [beside]


def test_in_the_home_where_nobody_may_write(
    tmp_path: Path, beside: Path, parses: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project.os, "access", lambda *_: False)
    for _ in range(2):
        manifest = project.prepare(settings(tmp_path / "home"))
        assert manifest.exists() and manifest.is_relative_to(tmp_path / "home")
    assert len(parses) == 1
    assert not beside.exists()


def test_every_account_of_the_machine_reads_what_is_parsed_once(
    tmp_path: Path, beside: Path, parses: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no data in it. What stands in a home is its owner's."""
    before = os.umask(PRIVATE)
    try:
        project.prepare(settings(tmp_path / "home"))
        assert {oct(path.stat().st_mode & 0o777) for path in (beside, *beside.iterdir())} == {"0o755", "0o644"}
        shutil.rmtree(beside)
        monkeypatch.setattr(project.os, "access", lambda *_: False)
        manifest = project.prepare(settings(tmp_path / "home"))
        assert oct(manifest.stat().st_mode & 0o777) == "0o600" and manifest.parent.stat().st_mode & PRIVATE == 0
        assert os.umask(PRIVATE) == PRIVATE
    finally:
        os.umask(before)


def test_two_at_once(tmp_path: Path, beside: Path, parses: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    parse = project._parse

    def slowly(folder: Path) -> None:
        parse(folder)
        shutil.copytree(folder, beside)

    monkeypatch.setattr(project, "_parse", slowly)
    assert project.prepare(settings(tmp_path / "home")).exists()
    assert list(beside.parent.iterdir()) == [beside]


def test_nothing_is_left_of_a_project_that_cannot_be_parsed(
    tmp_path: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        folder.mkdir(parents=True)
        raise ZorgmartError("The dbt project can't be parsed: no.")

    monkeypatch.setattr(project, "_parse", fail)
    with pytest.raises(ZorgmartError, match="can't be parsed"):
        project.prepare(settings(tmp_path / "home"))
    assert list(beside.parent.iterdir()) == []
