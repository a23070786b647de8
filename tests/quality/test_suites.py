"""Suites are read without Great Expectations, and a broken one is refused in a sentence that names it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS
from dagster_project.marts.messages import shown_columns
from dagster_project.quality.outcome import shown
from dagster_project.quality.suites import FLOOR, Suite, load_suites

GOOD = """
table: kpi.value
gate: true
reason: Because.
keys: [kpi_id]
expectations:
  - {name: there, severity: block, sentence: Some., type: expect_table_row_count_to_be_between, kwargs: {min_value: 1}}
  - {name: other, severity: warn, sentence: Some., type: unexpected_rows_expectation,
     kwargs: {unexpected_rows_query: "select kpi_id from {batch} where kpi_id = '{{x}}'"}}
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
        assert (suite.expectations[0].type, suite.expectations[0].table) == (FLOOR, table)


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


def test_a_good_suite_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    (suite,) = load_suites(tmp_path)
    assert (suite.name, suite.gate, suite.expectations[1].keys) == ("good", True, ("kpi_id",))


def test_an_expectation_names_the_steps_that_it_reads(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(
        GOOD.replace("{batch}", "{step}").replace("keys:", "steps: {step: from kpi.value}\nkeys:")
    )
    (suite,) = load_suites(tmp_path)
    assert (suite.steps, suite.expectations[1].steps) == ({"step": "from kpi.value"}, ("step",))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("gate: true", "gate: [", r"at line \d+, column \d+ is not YAML"),
        ("gate: true\n", "", "the suite lacks gate"),
        ("gate: true", "gate: maybe", "gate must be true or false"),
        ("reason: Because.", "reason: Because.\nowner: me", "the suite has owner"),
        ("table: kpi.value", "table: value", "needs table as <schema>.<table>"),
        ("name: other", "name: there", "the name 'there' occurs twice"),
        ("name: other", "name: Other one", "needs a name in snake_case"),
        ("severity: warn", "severity: mild", "needs severity block or warn, not 'mild'"),
        ("sentence: Some., type: unexpected", "type: unexpected", "expectation 'other' lacks sentence"),
        ("{batch}", "kpi.value", r"must read its table as \{batch\}"),
        ("{{x}}", "{x}", r"must read its table as \{batch\}"),
        ("{{x}}", "}x", r"must read its table as \{batch\}"),
        ("{batch}", "{a_step}", r"must read its table as \{batch\} or by a step"),
        ("keys:", "steps: {a_step: select 1}\nkeys:", "no expectation reads the step a_step"),
        ("keys:", "steps: {batch: select 1}\nkeys:", "the step 'batch' needs a name"),
        ("keys:", "steps: [select 1]\nkeys:", "steps must be a mapping of names to queries"),
        ("min_value: 1", "max_value: 1", "first expectation must be a floor"),
        (GOOD, "- a list", "the suite must be a mapping"),
        (GOOD, GOOD[: GOOD.index("expectations")] + "expectations: []", "at least one"),
        (GOOD, GOOD[: GOOD.index("  - {name")] + "  - there", "must be a mapping"),
    ],
)
def test_a_broken_suite_is_refused(tmp_path: Path, old: str, new: str, rule: str) -> None:
    assert old in GOOD
    (tmp_path / "broken.yml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(ZorgmartError, match=rf"broken\.yml.*{rule}"):
        load_suites(tmp_path)


def test_no_suite_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZorgmartError, match="holds no suite"):
        load_suites(tmp_path)
