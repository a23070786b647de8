"""One CSV of findings per provider, for the talk with that provider: its own findings alone, and never a patient.

Made for a spreadsheet in the Netherlands: semicolons, decimal commas, a byte order mark, the worst first. Every cell
is quoted, and one that a spreadsheet would take for a formula begins with an apostrophe.
"""

# ruff: noqa: S608 - names of tables can be no parameters; every one goes through `quoted`
from __future__ import annotations

import codecs
import re
from pathlib import Path

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted
from dagster_project.plain_text import for_spreadsheet_sql
from dagster_project.publish.tables import published

FINDING = "integrity.double_funding_finding"
HEADER = (
    "regel", "zin", "zwaarte", "status", "eigen kant", "andere kant", "bedrag in euro", "betwist in euro",
    "sinds uitgave", "uitzondering",
)  # fmt: skip
_CELLS = (
    "finding.rule",
    "rule.sentence_nl",
    "if(finding.severity = 'hard', 'hard', 'signaal')",
    "if(finding.status = 'open', 'open', 'geaccepteerd')",
    "coalesce('declaratie ' || finding.declaration_id, finding.budget_line)",
    "concat_ws(' ', finding.counter_provider_agb, 'declaratie ' || finding.counter_declaration_id,"
    " finding.counter_line)",
    "replace(finding.amount_at_risk_eur::varchar, '.', ',')",
    "replace(finding.disputed_eur::varchar, '.', ',')",
    "finding.first_seen_release",
    "finding.exception_id",
)
_WORST_FIRST = "finding.severity, finding.status desc, finding.amount_at_risk_eur desc, finding.finding_id"


def write_findings(con: duckdb.DuckDBPyConnection, warehouse: str, marts: tuple[Mart, ...], folder: Path) -> None:
    """Writes `<provider_agb>.csv` for every provider with a finding, from the release file and the rules' sentences.

    Raises ZorgmartError on a provider whose name is no AGB code, for it becomes the name of a file.
    """
    mart = next((mart for mart in marts if mart.full_name == FINDING), None)
    if mart is None:
        return
    folder.mkdir()
    heading = (";".join(f'"{cell}"' for cell in HEADER) + "\r\n").encode()
    rows = con.execute(_query(mart, warehouse))
    while found := rows.fetchone():
        provider, lines = found
        if not re.fullmatch(r"[0-9]{8}", provider):
            raise ZorgmartError(
                f"{FINDING} has provider_agb {provider!r}, which is no AGB code of 8 digits; correct it"
            )
        (folder / f"{provider}.csv").write_bytes(codecs.BOM_UTF8 + heading + lines.encode())


def _query(mart: Mart, warehouse: str) -> str:
    """One row per provider: its AGB code, and its findings as lines of text."""
    line = " || ';' || ".join(_cell(value) for value in _CELLS)
    return f"""
        select finding.provider_agb, string_agg({line} || chr(13) || chr(10), '' order by {_WORST_FIRST})
        from {published(mart)} as finding
        left join {quoted(warehouse, "reference", "double_funding_rule")} as rule on finding.rule = rule.rule
        group by finding.provider_agb
        order by finding.provider_agb
    """


def _cell(value: str) -> str:
    """The SQL of a quoted cell that no spreadsheet runs."""
    safe = for_spreadsheet_sql(f"coalesce({value}, '')")
    return f"""'"' || replace({safe}, '"', '""') || '"'"""
