"""docs/faults.md names every fault, what happens, and a test that is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from pipeline.homes import REPOSITORY

PAGE = REPOSITORY / "docs/faults.md"
ROW = re.compile(r"^\| ([A-E][0-9]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", re.M)
FIRST = re.compile(r"^\| ([A-E][0-9]+) \|", re.M)


class Case(NamedTuple):
    """One row of the page."""

    number: str
    fault: str
    reaction: str
    tests: list[str]


CASES = [Case(*row[:3], re.findall("`([^`]+)`", row[3])) for row in ROW.findall(PAGE.read_text(encoding="utf-8"))]


@cache
def _functions(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


@cache
def _named_in_models() -> set[str]:
    """Whatever has a name in the models' descriptions, unit tests among them."""
    files = (REPOSITORY / "dbt/models").rglob("*.yml")
    return {name for file in files for name in re.findall(r"- name: (\w+)", file.read_text(encoding="utf-8"))}


def test_the_page_is_read_to_its_last_row() -> None:
    assert [case.number for case in CASES] == FIRST.findall(PAGE.read_text(encoding="utf-8"))
    assert len({case.number for case in CASES}) == len(CASES) > 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_a_fault_has_a_test_or_a_reason(case: Case) -> None:
    assert bool(case.tests) != case.reaction.startswith("not here: ") or case.tests
    for name in case.tests:
        file, _, function = name.partition("::")
        named = _named_in_models() if name.startswith("dbt:") else _functions(REPOSITORY / "tests" / file)
        assert (function or name.removeprefix("dbt:")) in named


def test_every_known_fault_is_on_the_page(shared_folder: Path) -> None:
    known = FIRST.findall((shared_folder / "faults.md").read_text(encoding="utf-8"))
    assert len(known) > 100
    assert set(known) == {case.number for case in CASES}
