"""The findings that a reviewer looks at first, for the metadata of their asset: both sides, and never a patient."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.transform.previews import markdown_table

FINDINGS = ("integrity", "double_funding_finding")
_WORST = """
    select
        f.rule as "Regel", r.sentence_nl as "Zin", f.severity as "Severity", f.status as "Status",
        concat_ws(' ', f.provider_agb, coalesce(f.declaration_id, f.budget_line)) as "Side",
        coalesce(
            nullif(concat_ws(' ', f.counter_provider_agb, f.counter_declaration_id, f.counter_line), ''), 'none'
        ) as "Other side",
        f.amount_at_risk_eur as "At risk €", f.disputed_eur as "Disputed €",
        coalesce(f.exception_id, '') as "Exception", f.first_seen_release as "Since release",
    from integrity.double_funding_finding as f
    left join reference.double_funding_rule as r using (rule)
    order by f.amount_at_risk_eur desc, f.finding_id
    limit 25
"""


def findings_preview(warehouse: Path) -> dict[tuple[str, str], str]:
    """A Markdown table of the worst findings by amount, under the schema and name of their table."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return {FINDINGS: markdown_table(connection.execute(_WORST))}
