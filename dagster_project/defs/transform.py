"""raw → warehouse: every dbt model an asset, every dbt test a check; dbt runs in this process."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.defs.resources import RETRIES, Warehouse, told
from dagster_project.errors import HeldBack, TemporaryError, ZorgmartError, is_passing_duckdb
from dagster_project.quality import book
from dagster_project.quality.outcome import Outcome
from dagster_project.run import progress
from dagster_project.transform.dbt import NodeResult, build
from dagster_project.transform.previews import kpi_previews
from dagster_project.transform.tables import Table, describe
from dagster_project.transform.worst_findings import FINDINGS, findings_preview

_DECLARED = {"declaration": "declarations", "findings": "declarations"}
"""What stands in another room than its group: findings settle what a declaration counts for."""

_PREVIEWED = {("kpi", "definition"), ("kpi", "value")}
"""Tables that previews are made of; a build that broke off has them not, and its own reason is what is told."""


class Rooms(DagsterDbtTranslator):
    """Keys are schema and name, groups the rooms of the project, so that the graph reads from left to right."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

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
        with told():
            results = build(
                warehouse.settings, progress=lambda name, done, total: progress.report("build", done, total)
            )
            tables = describe(warehouse.settings.warehouse)
            previews = kpi_previews(warehouse.settings.warehouse) if tables.keys() >= _PREVIEWED else {}
            previews |= findings_preview(warehouse.settings.warehouse) if FINDINGS in tables else {}
            book.keep(warehouse.settings.home, book.TOTALS, _outcomes(results, nodes, tables), warehouse.judgement)
        good = {result.unique_id for result in results if result.good}
        for result in results:
            node = nodes.get(result.unique_id)
            if node and node["resource_type"] != "test" and result.unique_id in good:
                name = (node["schema"], node["name"])
                metadata = _metadata(result, tables.get(name)) | _preview(previews.get(name))
                yield dg.MaterializeResult(asset_key=dg.AssetKey(name), metadata=metadata)
        with told():
            _require_good(results)

    return models


def _is_test(result: NodeResult, nodes: Mapping[str, Any]) -> bool:
    return nodes.get(result.unique_id, {}).get("resource_type") == "test"


def _outcomes(
    results: list[NodeResult], nodes: Mapping[str, Any], tables: Mapping[tuple[str, str], Table]
) -> list[Outcome]:
    """Of dbt's tests, as the book has those of the suites."""
    tests = [(result, nodes[result.unique_id]) for result in results if _is_test(result, nodes)]
    return [_outcome(result, test, _rows_judged(test, nodes, tables)) for result, test in tests]


def _rows_judged(
    test: Mapping[str, Any], nodes: Mapping[str, Any], tables: Mapping[tuple[str, str], Table]
) -> int | None:
    """Rows of the model that a test is of, or of all that it reads; None where none of them is a counted table."""
    attached = test.get("attached_node")
    read = [nodes[name] for name in ([attached] if attached else test["depends_on"]["nodes"]) if name in nodes]
    counted = [tables[name].rows for node in read if (name := (node["schema"], node["name"])) in tables]
    known = [rows for rows in counted if rows is not None]
    return sum(known) if known else None


def _outcome(result: NodeResult, node: Mapping[str, Any], rows: int | None) -> Outcome:
    observed = f"{result.failures:,} rows" if result.failures else "0 rows to judge" if rows == 0 else result.status
    sentence = node.get("description") or node["name"].replace("_", " ").capitalize() + "."
    return Outcome(book.TOTALS, node["name"], "block", result.good, observed, result.failures or 0, (), sentence, rows)


def _preview(markdown: str | None) -> dict[str, Any]:
    return {"preview": dg.MetadataValue.md(markdown)} if markdown else {}


def _metadata(result: NodeResult, table: Table | None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"seconds": round(result.seconds, 3)}
    if table is None:
        return metadata
    metadata["dagster/column_schema"] = dg.TableSchema([dg.TableColumn(name, kind) for name, kind in table.columns])
    if table.rows is not None:
        metadata["dagster/row_count"] = table.rows
    metadata |= {f"total {name}": dg.MetadataValue.text(str(total)) for name, total in table.totals.items()}
    return metadata


def _require_good(results: list[NodeResult]) -> None:
    failed = [result for result in results if result.status == "fail"]
    if failed:
        names = ", ".join(f"{result.unique_id.split('.')[2]} ({result.failures} rows)" for result in failed)
        raise HeldBack(f"Totals in are not totals out: {names}. Nothing is published; the last release stands.")
    broken = [result for result in results if not result.good and result.status != "skipped"]
    if broken:
        first = broken[0]
        kind = TemporaryError if is_passing_duckdb(first.message) else ZorgmartError
        raise kind(
            f"{len(broken)} models could not be built; the first is {first.unique_id}: {_one_line(first.message)}"
        )


def _one_line(message: str) -> str:
    return " ".join(message.split())[:500]
