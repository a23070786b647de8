"""raw → warehouse: every dbt model an asset, every dbt test a check; dbt runs in this process."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from dagster_project.defs.checks import check_result
from dagster_project.defs.resources import RETRIES, Warehouse, as_dagster_failure
from dagster_project.errors import HeldBack, TemporaryError, ZorgmartError, is_passing_duckdb
from dagster_project.marts.catalog import read_marts
from dagster_project.quality import dbt_tests, outcome_store
from dagster_project.quality.outcome import Outcome
from dagster_project.run import progress
from dagster_project.transform.dbt import NodeResult, build
from dagster_project.transform.tables import Table, describe

_DECLARED = {"declaration": "declarations", "findings": "declarations"}
"""What stands in another room than its group: findings settle what a declaration counts for."""


class Rooms(DagsterDbtTranslator):
    """Keys are schema and name, groups the rooms of the project, so that the graph reads from left to right."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec._replace(description=dbt_tests.sentence(manifest["nodes"][unique_id])) if spec else None

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What a model is about, whether it is a step or a published table: so no group reads one to its right."""
        if dbt_resource_props["resource_type"] == "seed":
            return "reference"
        room, *about = dbt_resource_props["fqn"][1:-1]
        if room == "staging":
            return room
        return _DECLARED.get(dbt_resource_props["name"]) or _DECLARED.get(about[0]) or about[0]


def published_models(manifest: Path) -> list[dg.AssetKey]:
    """The marts that every run builds; a published seed changes with the code alone."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    marts = [node for node in nodes if node["resource_type"] == "model" and node["fqn"][1] == "marts"]
    return [dg.AssetKey([node["schema"], node["alias"]]) for node in marts]


def warehouse_assets(manifest: Path) -> dg.AssetsDefinition:
    """The assets of the dbt project that `manifest` describes."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    translator = Rooms()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="dbt", retry_policy=RETRIES)
    def models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        with as_dagster_failure():
            results = build(
                warehouse.settings, progress=lambda name, done, total: progress.report("build", done, total)
            )
            tables = describe(warehouse.settings.warehouse, read_marts(manifest))
            tested = dbt_tests.outcomes(results, nodes, tables, warehouse.settings.warehouse)
            for suite in outcome_store.DBT_TESTS:
                judged = [outcome for outcome in tested.values() if outcome.suite == suite]
                outcome_store.keep(warehouse.settings.home, suite, judged, warehouse.judgement)
        good = {result.unique_id for result in results if result.good}
        for result in results:
            node = nodes.get(result.unique_id)
            if node and node["resource_type"] != "test" and result.unique_id in good:
                name = (node["schema"], node["alias"])
                yield dg.MaterializeResult(asset_key=dg.AssetKey(name), metadata=_metadata(result, tables.get(name)))
            elif node and result.status in dbt_tests.ANSWERED and (table := dbt_tests.table_of(node, nodes)):
                yield check_result(tested[result.unique_id], node["name"], dg.AssetKey(table))
        with as_dagster_failure():
            _require_good(results, tested)

    return models


def _metadata(result: NodeResult, table: Table | None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": round(result.seconds, 3)}
    if table is None:
        return metadata
    metadata["dagster/column_schema"] = dg.TableSchema([dg.TableColumn(name, kind) for name, kind in table.columns])
    if table.rows is not None:
        metadata["dagster/row_count"] = table.rows
    metadata |= {f"total {name}": dg.MetadataValue.text(str(total)) for name, total in table.totals.items()}
    return metadata


def _require_good(results: list[NodeResult], tested: Mapping[str, Outcome]) -> None:
    if failed := [tested[result.unique_id] for result in results if result.status == "fail"]:
        found = "; ".join(f"{bad.suite} {bad.name}: {bad.sentence} ({bad.found})" for bad in failed)
        raise HeldBack(
            f"What was built does not agree with itself: {found}. Nothing is published; the last release stands."
        )
    broken = [result for result in results if not result.good and result.status != "skipped"]
    if broken:
        first = broken[0]
        kind = TemporaryError if is_passing_duckdb(first.message) else ZorgmartError
        raise kind(
            f"{len(broken)} models could not be built; the first is {first.unique_id}: {_one_line(first.message)}"
        )


def _one_line(message: str) -> str:
    return " ".join(message.split())[:500]
