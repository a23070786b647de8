"""Suites are read without Great Expectations, and a broken one is refused in a sentence that names it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS
from dagster_project.marts.messages import shown_columns
from dagster_project.quality.outcome import shown
from dagster_project.quality.suites import Suite, load_suites

GOOD = """
table: kpi.value
gate: true
reason: Because.
expectations:
  - {name: there, severity: block, sentence: Some., at_least: 1}
  - {name: other, severity: warn, sentence: Some., query: "select kpi_id from {batch} where kpi_id = '{{x}}'"}
"""


def test_names_are_unique_over_suites_and_gates_block(suites: dict[str, Suite]) -> None:
    assert {name for name, suite in suites.items() if not suite.gate} == {
        "budget_signals", "capacity_signals", "delivery_warnings", "double_funding_warnings", "key_warnings",
        "kpi_signals",
    }  # fmt: skip
    for suite in suites.values():
        severities = {entry.severity for entry in suite.expectations}
        assert severities == ({"block"} if suite.gate else {"warn"})


def test_every_suite_starts_with_a_floor(suites: dict[str, Suite]) -> None:
    """On its table; where shares are missing nothing is allocated, so that suite's floor is on the settlements."""
    for suite in suites.values():
        table = "finance.settlement" if suite.name == "allocation" else suite.table
        assert (suite.expectations[0].at_least, suite.expectations[0].table) == (1, table)


def test_every_sentence_is_one(suites: dict[str, Suite]) -> None:
    texts = [suite.reason for suite in suites.values()]
    texts += [entry.sentence for suite in suites.values() for entry in suite.expectations]
    assert not [text for text in texts if not text[0].isupper() or text[-1] != "." or "\n" in text]


def test_definitions_load_without_great_expectations() -> None:
    script = (
        "import sys; from dagster_project.quality import outcome, run, suites;"
        "sys.exit(bool({'great_expectations', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_patient_columns_are_never_shown() -> None:
    patient = {column.name for feed in FEEDS.values() for column in feed.columns if column.patient}
    assert patient
    assert not patient & shown_columns()
    assert shown({"patient_key": "x", "birth_year": 1950, "year": 2025, "month": None}) == {"year": "2025"}


def test_expectations_read_what_is_published_or_delivered(suites: dict[str, Suite]) -> None:
    """What only a step of the warehouse knows is asked by a test of dbt."""
    queries = [entry.query or "" for suite in suites.values() for entry in suite.expectations]
    queries += [query for suite in suites.values() for query in suite.steps.values()]
    assert not [query for query in queries if re.search(r"\b(intermediate|staging)\.", query)]


def test_a_good_suite_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    (suite,) = load_suites(tmp_path)
    floor, other = suite.expectations
    assert (suite.name, suite.gate, floor.at_least, other.table) == ("good", True, 1, "kpi.value")


def test_an_expectation_names_the_steps_that_it_reads(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(
        GOOD.replace("{batch}", "{step}").replace("expectations:", "steps: {step: from kpi.value}\nexpectations:")
    )
    (suite,) = load_suites(tmp_path)
    assert (suite.steps, suite.expectations[1].steps) == ({"step": "from kpi.value"}, ("step",))


OTHER = "expectation 'other'"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("gate: true", "gate: [", r"at line \d+, column \d+ is not YAML"),
        ("gate: true\n", "", "the suite, gate: Field required"),
        ("gate: true", "gate: maybe", "the suite, gate: Input should be a valid boolean"),
        ("reason: Because.", "reason: Because.\nowner: me", "the suite, owner: Extra inputs"),
        ("reason: Because.", "reason: Because.\nfeeds: [parcels]", "the suite, feeds, 0: .*parcels is no feed"),
        ("table: kpi.value", "table: value", "table: String should match"),
        ("name: other", "name: there", "the name 'there' occurs twice"),
        ("name: other", "name: Other one", "expectation 'Other one', name: String should match"),
        ("severity: warn", "severity: mild", f"{OTHER}, severity: Input should be 'block' or 'warn'"),
        ("warn, sentence: Some.", "warn", f"{OTHER}, sentence: Field required"),
        ("warn,", "warn, at_least: 1,", f"{OTHER}: .*either at_least or a query"),
        ("at_least: 1", "at_least: 0", "expectation 'there', at_least: Input should be greater than 0"),
        ("{batch}", "kpi.value", rf"{OTHER}.* must read its table as \{{batch\}}"),
        ("{{x}}", "{x}", rf"{OTHER}.* must read its table as \{{batch\}}"),
        ("{{x}}", "}x", rf"{OTHER}.* must read its table as \{{batch\}}"),
        ("{batch}", "{a_step}", rf"{OTHER}.* must read its table as \{{batch\}} or by a step, not a_step"),
        ("expectations:", "steps: {a_step: select 1}\nexpectations:", "no expectation reads the step a_step"),
        ("expectations:", "steps: {batch: select 1}\nexpectations:", "the step 'batch' needs another name"),
        ("expectations:", "steps: [select 1]\nexpectations:", "the suite, steps: Input should be a valid dict"),
        ("at_least: 1", "query: 'from {batch}'", "first expectation must be a floor"),
        (GOOD, "- a list", "the suite: Input should be a valid dictionary"),
        (GOOD, GOOD[: GOOD.index("expectations")] + "expectations: []", "the suite, expectations: .*at least 1"),
        (GOOD, GOOD[: GOOD.index("  - {name")] + "  - there", "expectation number 1: Input should be"),
    ],
)
def test_a_broken_suite_is_refused(tmp_path: Path, old: str, new: str, rule: str) -> None:
    assert old in GOOD
    (tmp_path / "broken.yml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(ZorgmartError, match=rf"broken\.yml.*{rule}.*mend"):
        load_suites(tmp_path)


def test_no_suite_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZorgmartError, match="holds no suite"):
        load_suites(tmp_path)
