"""The profile holds for a build that outgrows its memory, as that of the whole country does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from dbt.clients.jinja import get_rendered

from dagster_project.settings import DBT

LARGEST_SORT = "select hash(n) as h, n, n::varchar as text from range(3000000) as r (n) order by h"


def test_a_node_after_one_that_spilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB refuses to set the folder it spills to a second time, and dbt sets its settings for every node."""
    spill = tmp_path / "spill"
    spill.mkdir()
    for name, value in (("WAREHOUSE", tmp_path / "w.duckdb"), ("SPILL", spill), ("MEMORY", "60MB")):
        monkeypatch.setenv(f"ZORGMART_{name}", str(value))
    environment = LocalEnvironment(_credentials())
    first = environment.handle().cursor()
    first.execute(f"create table sorted as {LARGEST_SORT}")
    first.execute(LARGEST_SORT)
    assert list(spill.iterdir()), "nothing was spilled, so nothing is shown"
    second = environment.handle().cursor()
    second.execute("select current_setting('TimeZone'), current_setting('memory_limit'), count(*) from sorted")
    assert second.fetchall() == [("Europe/Amsterdam", "57.2 MiB", 3_000_000)]
    environment.close()


def _credentials() -> DuckDBCredentials:
    profile = yaml.safe_load((DBT / "profiles.yml").read_text(encoding="utf-8"))["zorgmart"]["outputs"]["warehouse"]
    return DuckDBCredentials.from_dict(_rendered(profile) | {"schema": "main"})


def _rendered(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rendered(each) for name, each in value.items() if name != "type"}
    return get_rendered(value, {"env_var": os.environ.get}) if isinstance(value, str) else value
