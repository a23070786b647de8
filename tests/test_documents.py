"""Words that can't rot: what is written from the contracts is in step, and the README knows every command."""

import re
import tomllib
from pathlib import Path

import pytest

from dagster_project.cli import app
from dagster_project.feeds import FEEDS, documents

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
VARIABLES = (
    "ZORGMART_HOME", "ZORGMART_LANDING", "ZORGMART_PSEUDONYM_KEY", "ZORGMART_MEMORY", "ZORGMART_ALERT_WEBHOOK",
    "ZORGMART_ALERT_MAIL_TO", "ZORGMART_ALERT_MAIL_FROM", "ZORGMART_ALERT_SMTP", "ZORGMART_STATUS_MAX_AGE_HOURS",
    "ZORGMART_READERS_GROUP", "ZORGMART_QUERY_SECONDS", "ZORGMART_KEEP", "ZORGMART_SLICES", "ZORGMART_UI_HOSTS",
    "ZORGMART_SERIAL_NUMBERS", "ZORGMART_POSTGRES_DSN", "ZORGMART_PG_INSURERS", "ZORGMART_PG_PASSWORDS",
    "ZORGMART_PG_CONNECTIONS", "ZORGMART_PG_TEMP_FILES", "ZORGMART_PG_SECONDS",
)  # fmt: skip


def test_sources_and_page_are_written_from_the_contracts() -> None:
    assert documents.SOURCES.read_text(encoding="utf-8") == documents.sources_yaml(), "run `make contracts`"
    assert documents.PAGE.read_text(encoding="utf-8") == documents.feeds_page(), "run `make contracts`"


def test_every_command_is_in_the_readme() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert [name for name in names if f"`zorgmart {name}" not in readme] == []


def _dead_links(page: Path) -> list[str]:
    """Links of a page to a file that is not there, or to a heading that its page does not have."""
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [target for target in targets if not _leads_somewhere(page, *target.partition("#")[::2])]


def _leads_somewhere(page: Path, file: str, heading: str) -> bool:
    path = page.parent / file if file else page
    return path.exists() and (not heading or heading in _headings(path))


def _headings(page: Path) -> list[str]:
    """The headings as Markdown's readers make anchors of them."""
    words = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in words]


def test_dead_links_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# What a check is\n[a](page.md) [b](#what-a-check-is) [c](gone.md) [d](page.md#gone) ![e](e.png)")
    assert _dead_links(page) == ["gone.md", "page.md#gone", "e.png"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert _dead_links(page) == []


def test_the_readme_leads_to_every_page() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"](docs/{page.name})" not in readme] == []


def test_the_glossary_explains_every_sector_and_law() -> None:
    """What a delivered code stands for, where the code is a Dutch abbreviation."""
    rows = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").lower()
    known = set(re.findall(r"\w+", " ".join(re.findall(r"^\| ([^|]+) \|", rows, re.M))))
    codes = {*FEEDS["providers"].column("sector").values, *FEEDS["declarations"].column("legal_framework").values}
    english = {"gp", "hospital", "acute_ggz", "district_nursing", "pharmacy", "nursing_home", "disability", "maternity"}
    assert {code.lower() for code in codes} - english - known == set()


def test_every_setting_is_documented() -> None:
    from dagster_project.settings import Settings

    named = {f"ZORGMART_{name.upper()}" for name in Settings.model_fields}
    assert named == set(VARIABLES)
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in VARIABLES if f"`{name}`" not in operations] == []


def test_every_feed_says_what_its_key_tells_apart() -> None:
    assert [feed.name for feed in FEEDS.values() if not re.fullmatch(r"[A-Z].{30,}\.", feed.tells_apart)] == []


def test_every_feed_is_staged() -> None:
    staged = {path.stem for path in (ROOT / "dbt/models/staging").glob("stg_*.sql")}
    assert {f"stg_{name}" for name in FEEDS} <= staged


def test_every_rule_has_one_definition() -> None:
    rules = [line.split(",")[0] for line in (ROOT / "dbt/seeds/double_funding_rule.csv").read_text().splitlines()[1:]]
    models = [path.stem for path in (ROOT / "dbt/models/intermediate/findings").glob("int_finding_*.sql")]
    named = sorted(name[: len("int_finding_r00")] for name in models)
    assert [f"int_finding_{rule.lower()}" for rule in rules] == named


def test_the_licence_is_there_in_full() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (name,) = project["license-files"]
    text = (ROOT / name).read_text(encoding="utf-8")
    articles = re.findall(r"^(\d+)\. [A-Z]", text, re.M)
    assert project["license"] == "EUPL-1.2" and text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert articles == [str(number) for number in range(1, 16)] and "Appendix" in text
