"""The quality page of a release: every expectation and check with its sentence and outcome, one static HTML file.

Only words and figures of outcomes: no scripts, no address outside the page, nothing that differs between two
runs on the same input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project.quality.outcome import Outcome
from dagster_project.quality.suites import Suite

TEMPLATE = "quality.html.j2"


@dataclass(frozen=True)
class Section:
    """Outcomes that belong together; a suite says why they are asked and whether they gate the release."""

    name: str
    reason: str
    gate: bool | None
    outcomes: Sequence[Outcome]

    @property
    def without_data(self) -> list[tuple[int, str]]:
        """Number of outcomes that had nothing to judge, by what they found instead."""
        observed = Counter(outcome.observed for outcome in self.outcomes if outcome.verdict == "no data")
        return [(count, words) for words, count in observed.items()]


def quality_page(suites: Sequence[Suite], outcomes: Sequence[Outcome], release: str) -> str:
    """The page as HTML: suites first, in their order, then other checks (dbt's tests) by their group.

    What fails and what had no data is named at the top.
    """
    named = {suite.name: (suite.reason, suite.gate) for suite in suites}
    groups = [*named, *sorted({outcome.suite for outcome in outcomes} - named.keys())]
    sections = [
        Section(group, *named.get(group, ("", None)), [outcome for outcome in outcomes if outcome.suite == group])
        for group in groups
    ]
    shown = [section for section in sections if section.outcomes]
    failing = [(section, outcome) for section in shown for outcome in section.outcomes if not outcome.success]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(TEMPLATE).render(
        release=release,
        sections=shown,
        failing=sorted(failing, key=lambda pair: pair[1].verdict),
        counts=Counter(outcome.verdict for section in shown for outcome in section.outcomes),
    )
