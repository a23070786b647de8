"""Precision and recall on the planted cases: 1.0 for every rule that disputes money, at every scale."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from oracle.finding import HARD

from dagster_project.feeds.exceptions import RULES
from dagster_project.sample import write_sample
from dagster_project.sample.patients import PSEUDONYM_KEY

from .conftest import Night, Sample
from .homes import Home, rows

UNTIL = date(2026, 3, 1)
FOUND = "select rule, provider_agb, coalesce(declaration_id, budget_line) from integrity.double_funding_finding"

Places = set[tuple[str, str, str]]  # rule, provider, declaration or line


def _planted(planted: dict) -> Places:
    return {(of["rule"], of["provider_agb"], of["declaration_id"] or of["line"]) for of in planted["findings"]}


def _innocent(planted: dict) -> set[tuple[str, str]]:
    return {tuple(place) for case in planted["no_findings"] for place in (*case["declarations"], *case["lines"])}


def _scores(found: Places, planted: Places) -> dict[str, tuple[float, float]]:
    """Per hard rule precision and recall; none where nothing is found or nothing planted."""
    scores = {}
    for rule in sorted(HARD):
        there, expected = ({place for place in places if place[0] == rule} for places in (found, planted))
        hits = len(there & expected)
        scores[rule] = (hits / len(there) if there else 0.0, hits / len(expected) if expected else 0.0)
    return scores


def _check(found: Places, planted: dict) -> None:
    assert _scores(found, _planted(planted)) == dict.fromkeys(sorted(HARD), (1.0, 1.0))
    assert {rule for rule, *_ in found} == set(RULES), "a rule without a case says nothing"
    assert _innocent(planted) and not _innocent(planted) & {place[1:] for place in found}


def test_precision_and_recall_are_one(sample: Sample, sample_night: Night) -> None:
    _check(set(sample_night.home.rows(FOUND)), sample.planted)


@pytest.mark.nightly
def test_precision_and_recall_are_one_at_another_scale(tmp_path: Path) -> None:
    report = write_sample(tmp_path / "landing", scale=0.008, days=400, seed=23, until=UNTIL)
    home = Home.at(tmp_path / "home", tmp_path / "landing", PSEUDONYM_KEY)
    assert [result for result in home.build(UNTIL) if not result.good] == []
    _check(set(rows(home.warehouse, FOUND)), json.loads(report.planted.read_text(encoding="utf-8")))
