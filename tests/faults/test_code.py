"""Faults that the code must not have: what is searched for in it stands in docs/faults.md."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from pipeline.homes import REPOSITORY

from dagster_project.defs.ingest import door, raw_tables
from dagster_project.defs.monitor import views
from dagster_project.defs.publish import RELEASE, release_asset
from dagster_project.defs.quality import suite_checks
from dagster_project.defs.resources import RETRIES
from dagster_project.settings import EXPECTATIONS

PLACES = ("dbt/**/*.sql", "dbt/**/*.yml", "dagster_project/**/*.py", "expectations/*.yml")
MADE = ("dbt/target/", "dbt/logs/")
"""What dbt writes there, a second copy of every model among it."""
NOT_IN = re.compile(r"\bnot\s+in\s*\(\s*(select|from)\b", re.I)
WARNS = re.compile(r"severity['\"]?\s*[:=]\s*['\"]?warn|warn_if", re.I)
WITHOUT_NULLS = ("dagster_project/ingest/ledger.py", "dbt/macros/pending_changes.sql")
"""Files whose one such query leaves nulls out itself, or is over hashes or version_id, which have none."""


def _without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return re.sub(r"--[^\n]*", "", text) if path.suffix == ".sql" else text


def _occurrences(pattern: re.Pattern[str], repository: Path, *places: str) -> dict[str, int]:
    """How often each file has it, by its path in the repository, for names of files occur twice; those without, not."""
    files = {path.relative_to(repository).as_posix(): path for place in places for path in repository.glob(place)}
    assert files, "nothing was searched"
    counts = {
        name: len(pattern.findall(_without_comments(path)))
        for name, path in sorted(files.items())
        if not name.startswith(MADE)
    }
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize(
    ("sql", "is_found"),
    [("a not in (select b from c)", True), ("a NOT IN\n( from c)", True), ("a not in ('x', 'y')", False)],
)
def test_the_search_finds_what_it_must(sql: str, is_found: bool) -> None:
    assert bool(NOT_IN.search(sql)) == is_found


def test_no_sql_says_not_in_a_query() -> None:
    """D19: one null in it and nothing is left."""
    assert _occurrences(NOT_IN, REPOSITORY, *PLACES) == dict.fromkeys(WITHOUT_NULLS, 1)


def test_of_two_files_of_one_name_both_are_searched(tmp_path: Path) -> None:
    for folder, sql in (("ingest", "a not in (select b from c)"), ("publish", "a not in ('x')"), ("target", "")):
        (tmp_path / "dbt" / folder).mkdir(parents=True)
        (tmp_path / "dbt" / folder / "twin.sql").write_text(sql)
    (tmp_path / "dbt/target/made.sql").write_text("a not in (select b from c)")
    assert _occurrences(NOT_IN, tmp_path, "dbt/**/*.sql") == {"dbt/ingest/twin.sql": 1}


def test_no_dbt_test_only_warns() -> None:
    """E27: what only warns is an expectation with its sentence."""
    assert WARNS.search("config(severity='warn')")
    assert _occurrences(WARNS, REPOSITORY, "dbt/**/*.sql", "dbt/**/*.yml") == {}


def test_retries_are_few() -> None:
    """E23: those of a step, and none of the whole run on top."""
    assert RETRIES.max_retries == 2
    for step in (door, raw_tables, release_asset([]), *suite_checks(EXPECTATIONS), *views(RELEASE)):
        assert step.op.retry_policy == RETRIES
    from dagster_project.run.nightly import _INSTANCE

    assert "run_retries" not in yaml.safe_load(_INSTANCE)


def test_versions_are_pinned() -> None:
    """E32, E35: the engines by their version, everything by its hash."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {name.split("==")[0] for name in project["dependencies"] if "==" in name}
    assert {"duckdb", "polars", "pyarrow", "dbt-core", "dbt-duckdb", "dagster", "great-expectations"} <= pinned
    locked = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^([A-Za-z0-9._-]+)==[^\n]*\\\n\s+--hash=sha256:", locked, re.M)
    names = re.findall(r"^[A-Za-z0-9._-]+", locked, re.M)
    assert len(entries) == len(names) > 50
