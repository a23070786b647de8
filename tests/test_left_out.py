"""Tests that are left out are told with their reason at the end of a run, and fail it in CI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shared_folder import NOT_THERE

HERE = Path(__file__).parent
TESTS = """
import pytest

@pytest.fixture
def needing(shared_folder):
    return shared_folder

def test_that_reads_it(needing):
    assert needing.is_dir()

def test_that_does_not():
    pass
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with these rules and two tests, and nothing beside it."""
    tests = tmp_path / "checkout" / "tests"
    tests.mkdir(parents=True)
    for name in ("conftest.py", "shared_folder.py"):
        shutil.copy(HERE / name, tests)
    (tests / "test_two.py").write_text(TESTS)
    (tests.parent / "pytest.ini").write_text("[pytest]\nmarkers = shared_folder\naddopts = -q --strict-markers\n")
    return tests.parent


def run(checkout: Path, *words: str, ci: str = "") -> tuple[int, str]:
    """Exit code and output of the tests of a checkout."""
    variables = {**os.environ, "CI": ci, "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=checkout, env=variables, capture_output=True, text=True
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_what_is_left_out_is_told_and_fails_nothing(checkout: Path, words: tuple[str, ...]) -> None:
    code, out = run(checkout, *words)
    assert code == 0, out
    assert "left out: 1" in out and f"1 × {NOT_THERE}" in out
    assert "1 passed, 1 skipped" in out.splitlines()[-1]


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_in_ci_nothing_may_be_left_out(checkout: Path, words: tuple[str, ...]) -> None:
    code, out = run(checkout, *words, ci="true")
    assert code == 1
    assert "left out: 1, and in CI nothing may be" in out and "1 passed, 1 skipped" in out.splitlines()[-1]


def test_with_the_folder_nothing_is_left_out(checkout: Path) -> None:
    (checkout.parent / "shared").mkdir()
    code, out = run(checkout, ci="true")
    assert code == 0 and "left out" not in out
    assert "2 passed" in out.splitlines()[-1]


def test_no_other_file_knows_of_the_folder() -> None:
    """A test that read it by a path of its own would fail in a clone with nothing beside it."""
    named = re.compile(r"""/ ["']shared["']|["'/]shared/""")
    files = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*.py") if named.search(path.read_text())}
    assert files == {"shared_folder.py", "test_left_out.py"}


def test_the_mark_selects_them(checkout: Path) -> None:
    _, out = run(checkout, "-m", "shared_folder")
    assert "1 skipped, 1 deselected" in out.splitlines()[-1]
