"""Each rule, parameter, KPI and reference figure says where it comes from, so that a reader can look it up."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = sorted([*(ROOT / "dbt" / "seeds").glob("*.csv"), *(ROOT / "data" / "reference").glob("*.csv")])
WORDS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
CODE = [
    path
    for folder, ending in (("dagster_project", "py"), ("dbt", "sql"), ("dbt", "yml"), ("expectations", "yml"))
    for path in (ROOT / folder).rglob(f"*.{ending}")
]

SPECIFICATION = re.compile(r"\bspec (of|[0-9])|\bspecification of|^spec", re.IGNORECASE)
"""How a specification is cited, which nobody outside can open."""

PUBLISHED = re.compile(
    r"^(Wet|[A-Z][a-z]+wet|Besluit|Regeling|NZa|Nivel|VWS|Zorginstituut|Inspectie|LNAZ|LHV|InEen|RIVM|CBS|Vektis|staatvenz"
    r"|NHS|Hundepool|zorgmart)\b"
)
"""Who publishes what is cited; `zorgmart` is our own proposal."""


def _wrong(rows: list[dict[str, str]]) -> Iterator[str]:
    """Rows whose source is none: empty, a specification, nobody that is known, or made up under the name of real."""
    for row in rows:
        source, shown = row["source"] or "", "illustrative" in (row.get("status"), row.get("illustrative"))
        made_up = source.startswith("made up")
        if not source.strip() or SPECIFICATION.search(source) or not (made_up or PUBLISHED.match(source)):
            yield f"{source!r} is no source"
        elif made_up and not shown:
            yield f"{source!r} is made up, and the row does not say illustrative"


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_row_names_its_source(table: Path) -> None:
    with table.open(encoding="utf-8", newline="") as file:
        assert list(_wrong(list(csv.DictReader(file)))) == []


def test_what_is_no_source_is_seen() -> None:
    sources = (
        "",
        " ",
        "spec of KPIs",
        "NZa; spec of money",
        "somebody",
        "made up",
        "zorgmart: default",
        "CBS StatLine",
    )
    rows = [{"source": source, "status": "real"} for source in sources]
    assert len(list(_wrong(rows))) == 6
    assert list(_wrong([{"source": "made up: weeks", "status": "illustrative"}])) == []


def test_nothing_cites_a_specification() -> None:
    cited = re.compile(r"\bspec (of\b|[0-9])|\bspecification of ", re.IGNORECASE)
    assert [path.name for path in (*WORDS, *CODE) if cited.search(path.read_text(encoding="utf-8"))] == []
