"""What a mart's YAML says is read, required where it must be said, and refused where it does not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.marts.catalog import read_marts
from dagster_project.marts.mart import ALL, DATA_TEAM, OWN_ROWS, Mart
from dagster_project.marts.messages import shown_columns

DECLARED, BUDGET = "model.zorgmart.finance.declaration", "model.zorgmart.finance.budget"


def changed(tmp_path: Path, warehouse: Path, node: str, meta: dict, column: dict | None = None) -> Path:
    """The manifest with other words about one mart, and about its first column."""
    manifest = json.loads(warehouse.with_name("manifest.json").read_text())
    manifest["nodes"][node]["config"]["meta"] |= meta
    next(iter(manifest["nodes"][node]["columns"].values()))["config"]["meta"] = column or {}
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest))
    return file


@pytest.mark.parametrize(
    ("node", "meta", "column", "reason"),
    [
        (BUDGET, {"visible_to": None}, None, "meta.visible_to is ''; say who sees it in its YAML"),
        (BUDGET, {"visible_to": "everyone"}, None, "meta.visible_to is 'everyone'"),
        (BUDGET, {"visible_to": OWN_ROWS}, None, "finance.budget: nothing tells whose a row is"),
        (DECLARED, {"visible_to": ALL}, None, "finance.declaration has rows of one insurer each"),
        (BUDGET, {}, {"visible_to": ALL}, "finance.budget.provider_agb: meta.visible_to is 'all'"),
        (BUDGET, {}, {"withheld_where": "nowhere"}, "meta.withheld_where names nowhere, which is no column"),
        (BUDGET, {"watched": {"by": [], "figures": {}}}, None, r"finance.budget: meta.watched.by \[\] must name"),
        (BUDGET, {"watched": {"by": ["year"]}}, None, "finance.budget: meta.watched has no figures"),
        (BUDGET, {"watched": {"by": ["gone"], "figures": {}}}, None, r"meta.watched.by \['gone'\] must name columns"),
        (BUDGET, {"watched": {"by": ["year"], "figures": {"x": "sum(gone)"}}}, None, r"has x: sum\(gone\)"),
        (BUDGET, {"watched": {"by": ["year"], "figures": {"x": "(select 1)"}}}, None, r"write sum\(<column of the"),
        (BUDGET, {"shown_in_messages": ["gone"]}, None, r"meta.shown_in_messages \['gone'\] must name columns"),
        (BUDGET, {"visible_where": "gone"}, None, "meta.visible_where 'gone' must name a column"),
        (DECLARED, {"visible_where": "counted"}, None, "finance.declaration: meta.visible_where 'counted' must name"),
        (BUDGET, {}, {"formula": {"inputs": ["budgets.year"]}}, "provider_agb: meta.formula has no text"),
    ],
)
def test_a_policy_that_says_nothing_or_does_not_fit_is_refused(
    tmp_path: Path, warehouse: Path, node: str, meta: dict, column: dict | None, reason: str
) -> None:
    with pytest.raises(ZorgmartError, match=reason):
        read_marts(changed(tmp_path, warehouse, node, meta, column))


def test_every_mart_of_the_project_says_who_sees_it(marts: tuple[Mart, ...]) -> None:
    policy = {mart.full_name: mart for mart in marts}
    own = {name for name, mart in policy.items() if mart.visible_to == OWN_ROWS}
    assert own >= {"finance.declaration", "finance.insurer_allocation", "integrity.double_funding_finding"}
    team = {name for name, mart in policy.items() if mart.visible_to == DATA_TEAM}
    assert team >= {"capacity.hourly", "integrity.delivery", "integrity.quarantine"}
    narrower = {
        f"{name}.{column.name}" for name, mart in policy.items() for column in mart.columns if column.visible_to
    }
    assert narrower >= {"finance.declaration.delivery_row", "integrity.double_funding_finding.counter_sector"}
    with_patients = {name for name, mart in policy.items() if mart.has("patient_key")}
    assert with_patients <= own | team


def test_the_figures_that_the_manifest_names_are_watched(marts: tuple[Mart, ...]) -> None:
    """Their names are a contract with who reads manifests."""
    figures = {name for mart in marts if mart.watched for name, _ in mart.watched.figures}
    assert figures == {
        "declared_eur", "disputed_eur", "revenue_eur", "budget_eur", "revenue_difference_eur", "findings",
        "amount_at_risk_eur", "planned_eur", "spent_eur", "due_eur", "cleared_eur", "net_eur", "actual_eur",
        "expected_final_eur",
    }  # fmt: skip


def test_a_message_may_name_what_the_marts_say_and_no_more(marts: tuple[Mart, ...]) -> None:
    """A process without a manifest reads the same from the files."""
    assert shown_columns() == {name for mart in marts for name in mart.shown}
    assert not shown_columns() & {"patient_key", "episode_id", "row_text", "corrects_declaration_id"}


def test_what_stands_on_every_month_of_a_year_is_not_added_up(marts: tuple[Mart, ...]) -> None:
    """A total of the year's budget over its months, or of running totals, says nothing; nor does one of prices."""
    money = {mart.full_name: mart.money for mart in marts}
    assert {"declared_eur", "disputed_eur", "lump_sum_eur", "revenue_eur"} <= set(money["finance.budget_realisation"])
    assert not {"budget_year_eur", "cumulative_revenue_eur"} & set(money["finance.budget_realisation"])
    assert money["finance.budget"] == ("amount_eur",)
    rising = [
        column.name
        for mart in marts
        for column in mart.columns
        if column.name.startswith(("cumulative_", "unit_price_")) and column.is_additive
    ]
    assert rising == []
