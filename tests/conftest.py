"""What is left out of a run of the tests, and why: told at its end, and in CI a failure.

A test that reads the folder `shared` beside the checkout asks for the fixture `shared_folder`, itself or through
another fixture, and so gets the mark of that name.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from shared_folder import NOT_THERE, SHARED

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder; where it is not there, the test is left out."""
    if not SHARED.is_dir():
        pytest.skip(NOT_THERE)
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared_folder" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared_folder)


def _left_out(config: pytest.Config) -> Counter[str]:
    """Number of skipped tests by their reason; none in a worker of xdist, which has no terminal."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return Counter(map(_reason, reporter.stats.get("skipped", []))) if reporter else Counter()


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix("Skipped: ")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """CI has all that tests need, so a test that was left out there is a failure."""
    if IN_CI and exitstatus == pytest.ExitCode.OK and _left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = _left_out(config)
    if not left_out:
        return
    terminalreporter.section(f"left out: {left_out.total()}" + (", and in CI nothing may be" if IN_CI else ""))
    for reason, count in left_out.most_common():
        terminalreporter.line(f"{count} × {reason}")
