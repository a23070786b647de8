"""What a release id and a judged file follow from: what a file of code does, and nothing of how it is written."""

from __future__ import annotations

import ast
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dagster_project import source_hash
from dagster_project.feeds import FEEDS
from dagster_project.ingest import worklist
from dagster_project.settings import DBT, EXPECTATIONS, PROJECT
from dagster_project.source_hash import meaning
from dagster_project.transform import project
from dagster_project.transform.release_id import release_nights

CODE = PROJECT / "dagster_project"
PYTHON = 'def cents(x: int) -> int:\n    return x * 100\nRULES = {"a": 1}\n'
SQL = "select 'a -- b' as text, sum(x) as total\nfrom {{ ref('t') }}\nwhere y = 'two  blanks'\n"
YAML = 'models:\n  - name: budget\n    description: "Money, # as agreed."\n'
SAME_PYTHON = '''"""What is here."""
# why
def cents(x: int) -> int:
    """Cents."""

    return x * 100  # as euros
RULES = {"a": 1}
"""Of all."""
'''
SAME_SQL = """-- it's why
{# no more #}
select /* here */ 'a -- b' as text,
    sum(x) as total -- 100 %
from {{ ref('t') }} where y = 'two  blanks'"""
SAME_YAML = """# why
models:
- name: budget   # the budget
  description: "Money, # as agreed."
unit_tests: [{name: one}]
"""
SAME = [(".py", PYTHON, SAME_PYTHON), (".sql", SQL, SAME_SQL), (".yml", YAML, SAME_YAML)]
OTHER = [
    (".py", PYTHON, PYTHON.replace("100", "10")),
    (".py", PYTHON, PYTHON.replace('"a"', '"b"')),
    (".sql", SQL, SQL.replace("a -- b", "a -- c")),
    (".sql", SQL, SQL.replace("two  blanks", "two blanks")),
    (".sql", SQL, SQL.replace("sum(x)", "sum(y)")),
    (".sql", SQL, "-- depends_on: {{ ref('other') }}\n" + SQL),
    (".sql", SQL, SQL.replace("ref('t')", "ref('u')")),
    (".yml", YAML, YAML.replace("# as", "# not as")),
    (".csv", "a,b\n1,2\n", "a,b\n1,3\n"),
    (".j2", "{# here #}<p>", "{# there #}<p>"),
]


def _meaning(folder: Path, suffix: str, text: str) -> bytes:
    file = folder / f"file{suffix}"
    file.write_text(text, encoding="utf-8")
    return meaning(file)


@pytest.mark.parametrize(("suffix", "one", "other"), SAME)
def test_a_comment_changes_nothing(tmp_path: Path, suffix: str, one: str, other: str) -> None:
    assert _meaning(tmp_path, suffix, one) == _meaning(tmp_path, suffix, other)


@pytest.mark.parametrize(("suffix", "one", "other"), OTHER)
def test_what_does_something_else_is_something_else(tmp_path: Path, suffix: str, one: str, other: str) -> None:
    assert _meaning(tmp_path, suffix, one) != _meaning(tmp_path, suffix, other)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project in another place, to change; its versions are those of this copy."""
    for folder in ("dagster_project", "dbt", "expectations"):
        ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=ignored)
    monkeypatch.setattr(source_hash, "MEMORY", tmp_path / "memory")

    def moved(rooms: tuple) -> tuple:
        return tuple((tmp_path / folder.relative_to(PROJECT), pattern) for folder, pattern in rooms)

    for name in ("_BUILDING", "_PUBLISHING"):
        monkeypatch.setattr(project, name, moved(getattr(project, name)))
    monkeypatch.setattr(project, "_SHARED", tuple(tmp_path / path.relative_to(PROJECT) for path in project._SHARED))
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    monkeypatch.setattr(project, "DBT", tmp_path / "dbt")
    return tmp_path


def _versions() -> tuple[str, str]:
    return project.warehouse_version.__wrapped__(), _code_version()


def _code_version() -> str:
    project.warehouse_version.cache_clear()
    try:
        return project.code_version.__wrapped__()
    finally:
        project.warehouse_version.cache_clear()


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


NEITHER = {
    "a comment in the sample": ("dagster_project/sample/__init__.py", "\n", "\n# why\n"),
    "the sample": ("dagster_project/sample/random_streams.py", "\n", "\nX = 1\n"),
    "the command line": ("dagster_project/cli/runs.py", "import click", "import click\nX = 1"),
    "the door, which each version names": ("dagster_project/ingest/control_totals.py", "import", "X = 1\nimport"),
    "a comment of a model": ("dbt/models/staging/stg_contacts.sql", "select", "-- why\nselect"),
    "a comment where tables are published": ("dagster_project/publish/tables.py", "\n\n", "\n# why\n\n"),
}
RELEASE_ALONE = {
    "a template of the report": ("dagster_project/monitor/templates/report.html.j2", "<", "<p></p><"),
    "code that publishes": ("dagster_project/publish/tables.py", "import duckdb\n", "import duckdb\nX = 1\n"),
    "how a mart's YAML is read": ("dagster_project/marts/catalog.py", "import json\n", "import json\nX = 1\n"),
    "what must hold": ("expectations/capacity.yml", "severity: block", "severity: warn"),
}
BOTH = {
    "a model": ("dbt/models/staging/stg_contacts.sql", "select", "select 1 as one,"),
    "code that loads": ("dagster_project/transform/raw.py", "import duckdb\n", "import duckdb\nX = 1\n"),
    "a seed": ("dbt/seeds/kpi_definition.csv", "\n", "\n\n"),
}


@pytest.mark.parametrize("change", NEITHER)
def test_what_changes_no_figure_and_no_byte_keeps_the_id(copy: Path, change: str) -> None:
    before = _versions()
    file, old, new = NEITHER[change]
    _edit(copy / file, old, new)
    assert _versions() == before


@pytest.mark.parametrize("change", RELEASE_ALONE)
def test_what_changes_a_page_renames_the_release_and_keeps_the_warehouse(copy: Path, change: str) -> None:
    before = _versions()
    file, old, new = RELEASE_ALONE[change]
    _edit(copy / file, old, new)
    after = _versions()
    assert after[0] == before[0] and after[1] != before[1]


@pytest.mark.parametrize("change", BOTH)
def test_what_changes_a_figure_begins_a_new_warehouse(copy: Path, change: str) -> None:
    before = _versions()
    file, old, new = BOTH[change]
    _edit(copy / file, old, new)
    assert all(now != then for now, then in zip(_versions(), before, strict=True))


@pytest.mark.parametrize(
    ("package", "is_engine"), [("duckdb", True), ("polars", True), ("babel", False), ("rich", None)]
)
def test_another_package_is_another_version(
    monkeypatch: pytest.MonkeyPatch, package: str, is_engine: bool | None
) -> None:
    before, known = _versions(), source_hash.version
    monkeypatch.setattr(source_hash, "version", lambda name: "99" if name == package else known(name))
    after = _versions()
    assert [now != then for now, then in zip(after, before, strict=True)] == [is_engine is True, is_engine is not None]


def _doors() -> dict[str, str]:
    worklist._judging.cache_clear()
    return {feed: worklist.door_version.__wrapped__(feed) for feed in FEEDS}


def test_a_feed_is_judged_again_for_its_own_contract_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _doors()
    monkeypatch.setitem(FEEDS, "payments", replace(FEEDS["payments"], amount=None))
    after = _doors()
    assert [feed for feed in FEEDS if after[feed] != before[feed]] == ["payments"]


@pytest.mark.parametrize(
    ("file", "is_judged_again"),
    [
        ("ingest/control_totals.py", True),
        ("feeds/contract.py", True),
        ("ingest/ledger.py", False),
        ("ingest/archive.py", False),
    ],
)
def test_every_feed_is_judged_again_for_the_code_that_judges(
    copy: Path, monkeypatch: pytest.MonkeyPatch, file: str, is_judged_again: bool
) -> None:
    monkeypatch.setattr(worklist, "PROJECT", copy)
    monkeypatch.setattr(worklist, "__file__", str(copy / "dagster_project/ingest/worklist.py"))
    before = _doors()
    path = copy / "dagster_project" / file
    path.write_text(path.read_text(encoding="utf-8") + "\n# why\n", encoding="utf-8")
    assert _doors() == before
    path.write_text(path.read_text(encoding="utf-8") + "\nX = 1\n", encoding="utf-8")
    changed = [feed for feed in FEEDS if _doors()[feed] != before[feed]]
    assert changed == (list(FEEDS) if is_judged_again else [])
    worklist._judging.cache_clear()


def _imported(path: Path) -> set[str]:
    """Modules of ours that a file imports, those inside functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    beside = {
        f"{node.module}.{name.name}" for node in nodes if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }  # fmt: skip
    files = {name: CODE.joinpath(*name.split(".")[1:]).with_suffix(".py") for name in named | beside}
    return {
        file.relative_to(CODE).as_posix()
        for name, file in files.items()
        if name.startswith("dagster_project.") and file.exists()
    }


NO_FIGURE = {
    "errors.py", "settings.py", "private.py", "run/retrying.py", "source_hash.py", "run/plan.py", "clock.py", "keys.py",
    "ingest/ledger.py", "ingest/store.py", "ingest/rejected.py", "sqlite_reading.py",
}  # fmt: skip
"""What the code in the hashes imports beside itself, and no figure follows from: sentences, paths, the plan's names,
and the ledger and the store, whose rows each version names by what judged them."""


def test_nothing_that_a_figure_follows_from_is_left_out() -> None:
    files = [*project._files((*project._BUILDING, *project._PUBLISHING)), *project._SHARED]
    hashed = {path.relative_to(CODE).as_posix() for path in files if path.suffix == ".py"}
    imported = {name for file in hashed for name in _imported(CODE / file)}
    assert imported - hashed - NO_FIGURE == set()
    judging = {f"ingest/{path.name}" for path in (CODE / "ingest").glob("*.py") if path.name not in worklist.CARRYING}
    judging |= set(worklist.SHARED)
    imported = {name for file in judging for name in _imported(CODE / file)}
    carrying = {f"ingest/{name}" for name in worklist.CARRYING} | NO_FIGURE
    assert {name for name in imported - judging - carrying if not name.startswith("feeds/")} == set()
    assert {*worklist.CARRYING} <= {path.name for path in (CODE / "ingest").glob("*.py")}
    assert DBT.exists() and EXPECTATIONS.exists()


def _ids(**changes: object) -> set[str]:
    version = {
        "delivery_date": date(2026, 1, 1), "feed": "payments", "file": "a.csv", "version": 1, "sha256": "0" * 64,
        "door_version": "door", "in_force": True,
    } | changes  # fmt: skip
    return set(release_nights(pl.DataFrame([version]), "code", "key").values())


def test_a_release_is_named_by_what_judged_the_versions_in_force() -> None:
    """Another list of serial numbers lets other rows in; of a replaced version no row is read."""
    assert _ids() == _ids() != _ids(door_version="door+listed")
    assert _ids(in_force=False) == _ids(in_force=False, door_version="another door")
