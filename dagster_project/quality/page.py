"""The quality page of a release: every expectation and check with its sentence and outcome, one static HTML file.

Only words and figures of outcomes: no scripts, no address outside the page, nothing that differs between two
runs on the same input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project.quality.outcome import Outcome
from dagster_project.quality.suites import Severity, Suite

TEMPLATE = "quality.html.j2"


@dataclass(frozen=True)
class Check:
    """A check that is no expectation of a suite, such as a dbt test: `group` is what it was asked of."""

    group: str
    name: str
    severity: Severity
    success: bool
    observed: str
    sentence: str
    examples: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """Judged things that belong together; a suite says why they are asked and whether they gate the release."""

    name: str
    reason: str
    gate: bool | None
    judged: Sequence[Outcome | Check]


def quality_page(suites: Sequence[Suite], outcomes: Sequence[Outcome], checks: Sequence[Check], release: str) -> str:
    """The page as HTML: suites first, in their order, then other checks by group; failures are named at the top."""
    sections = [
        Section(suite.name, suite.reason, suite.gate, [outcome for outcome in outcomes if outcome.suite == suite.name])
        for suite in suites
    ]
    for group in sorted({check.group for check in checks}):
        sections.append(Section(group, "", None, [check for check in checks if check.group == group]))
    judged = [(section, entry) for section in sections for entry in section.judged]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(TEMPLATE).render(
        release=release,
        sections=[section for section in sections if section.judged],
        failing=sorted(
            ((section, entry) for section, entry in judged if not entry.success), key=lambda pair: pair[1].severity
        ),
        blocking=sum(not entry.success and entry.severity == "block" for _, entry in judged),
        total=len(judged),
    )
