"""Words that can't rot: what is written from the contracts is in step, and the README knows every command."""

import re
from pathlib import Path

import pytest

from dagster_project.cli import app
from dagster_project.feeds import FEEDS, documents

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
VARIABLES = (
    "ZORGMART_HOME", "ZORGMART_LANDING", "ZORGMART_PSEUDONYM_KEY", "ZORGMART_SERIAL_NUMBERS",
    "ZORGMART_MEMORY", "ZORGMART_ALERT_WEBHOOK",
    "ZORGMART_ALERT_MAIL_TO", "ZORGMART_ALERT_MAIL_FROM", "ZORGMART_ALERT_SMTP",
)  # fmt: skip


def test_sources_and_page_are_written_from_the_contracts() -> None:
    assert documents.SOURCES.read_text(encoding="utf-8") == documents.sources_yaml(), "run `make contracts`"
    assert documents.PAGE.read_text(encoding="utf-8") == documents.feeds_page(), "run `make contracts`"


def test_every_command_is_in_the_readme() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert [name for name in names if f"`zorgmart {name}" not in readme] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_setting_is_documented() -> None:
    from dagster_project.settings import Settings

    named = {f"ZORGMART_{name.upper()}" for name in Settings.model_fields}
    assert named == set(VARIABLES)
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"`{name}`" not in operations] == []


def test_every_feed_is_staged() -> None:
    staged = {path.stem for path in (ROOT / "dbt/models/staging").glob("stg_*.sql")}
    assert {f"stg_{name}" for name in FEEDS} <= staged


def test_every_rule_has_one_definition() -> None:
    rules = [line.split(",")[0] for line in (ROOT / "dbt/seeds/double_funding_rule.csv").read_text().splitlines()[1:]]
    models = {path.stem for path in (ROOT / "dbt/models/intermediate/findings").glob("int_finding_*.sql")}
    assert {f"int_finding_{rule.lower()}" for rule in rules} == models
