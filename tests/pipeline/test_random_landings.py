"""Hundreds of random cases in one landing: what dbt builds of them is what the oracle says, to the cent."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from oracle import compare, compute, costs
from oracle.landings import DAYS, PACKED_SEED, packed_landing, random_landing

from dagster_project.settings import DBT
from dagster_project.transform import project

from .homes import KEY, Home


def test_a_random_landing_is_built_as_the_oracle_says(tmp_path: Path) -> None:
    landing = packed_landing(PACKED_SEED).write(tmp_path / "landing")
    home = Home.at(tmp_path / "home", landing, KEY)
    assert [result for result in home.build(max(DAYS)) if not result.good] == []
    assert compare(compute(landing, key=KEY), home.warehouse) == []


def test_night_by_night_is_built_as_at_once(tmp_path: Path) -> None:
    landing = random_landing(Random(3), 300).write(tmp_path / "landing")
    home = Home.at(tmp_path / "home", landing, KEY)
    for as_of in sorted(DAYS)[1:]:
        assert [result for result in home.build(as_of) if not result.good] == []
        assert compare(compute(landing, as_of=as_of, key=KEY), home.warehouse) == []


def test_settled_on_real_costs_it_is_built_as_the_oracle_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameter is changed for two sectors, one of them from 2025 on, in a copy of the project."""
    copy = shutil.copytree(DBT, tmp_path / "dbt", ignore=shutil.ignore_patterns("target"))
    basis = copy / "seeds" / costs.BASIS_FILE.name
    basis.write_text(basis.read_text(encoding="utf-8") + "zco,cost,2025-01-01,a test\nrav,cost,2001-01-01,a test\n")
    monkeypatch.setattr(project, "DBT", copy)
    monkeypatch.setattr(project, "DBT_TARGET", copy / "target")
    monkeypatch.setattr(costs, "BASIS_FILE", basis)
    landing = packed_landing(PACKED_SEED).write(tmp_path / "landing")
    home = Home.at(tmp_path / "home", landing, KEY)
    assert [result for result in home.build(max(DAYS)) if not result.good] == []
    expected = compute(landing, key=KEY)
    assert compare(expected, home.warehouse) == []
    settled = expected["finance.settlement"].values()
    assert {row["status"] for row in settled if row["basis"] == "cost"} >= {"settled", "costs_missing"}
