"""Who sees a table stands in its YAML: read, required, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.marts.catalog import read_marts
from dagster_project.marts.mart import ALL, DATA_TEAM, OWN_ROWS
from dagster_project.settings import read_settings
from dagster_project.transform.project import prepare

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
    ],
)
def test_a_policy_that_says_nothing_or_does_not_fit_is_refused(
    tmp_path: Path, warehouse: Path, node: str, meta: dict, column: dict | None, reason: str
) -> None:
    with pytest.raises(ZorgmartError, match=reason):
        read_marts(changed(tmp_path, warehouse, node, meta, column))


def test_every_mart_of_the_project_says_who_sees_it(tmp_path: Path) -> None:
    policy = {mart.full_name: mart for mart in read_marts(prepare(read_settings(home=tmp_path)))}
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
