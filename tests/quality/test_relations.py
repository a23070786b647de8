"""dbt's tests on relations hold on the good warehouse, and each finds what is planted and names the rows by keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from dagster_project.quality import dbt_tests
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.outcome_store import RELATIONS, TOTALS
from dagster_project.settings import export, read_settings
from dagster_project.transform.dbt import NodeResult
from dagster_project.transform.project import arguments, read_manifest, target
from dagster_project.transform.tables import describe

from .conftest import HERE

FAULTS = [
    (name, statement)
    for name, statements in yaml.safe_load((HERE / "faults.yml").read_text(encoding="utf-8"))[RELATIONS].items()
    for statement in statements
]


@dataclass(frozen=True)
class Compiled:
    """What dbt knows of the project, and the query of each of its data tests by name."""

    nodes: dict[str, dict]
    queries: dict[str, tuple[str, str]]

    def outcome(self, name: str, warehouse: Path) -> Outcome:
        """As after a build: dbt counts what the query finds."""
        node, query = self.queries[name]
        ((found,),) = _rows(warehouse, f"select count(*) from ({query})")
        result = NodeResult(node, "fail" if found else "pass", 0.0, "", found, query)
        return dbt_tests.outcomes([result], self.nodes, describe(warehouse, ()), warehouse)[node]


def _rows(warehouse: Path, query: str) -> list[tuple]:
    with dbt_tests.opened(warehouse) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def compiled(good_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compiled]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    home, environment = tmp_path_factory.mktemp("home"), dict(os.environ)
    settings = read_settings(home=home, landing=home / "landing")
    export(settings)
    shutil.copy(good_warehouse, settings.warehouse)
    try:
        manifest, folder = read_manifest(settings), target(settings)
        nodes = {name: node.to_dict() for name, node in manifest.nodes.items()}
        asked = ["compile", *arguments(folder), "--select", "test_type:data", "--no-write-json"]
        outcome = dbtRunner(manifest=manifest).invoke(asked)
        assert outcome.result is not None, outcome.exception
        compiled = {one.node.name: (one.node.unique_id, one.node.compiled_code) for one in outcome.result.results}
        yield Compiled(nodes, compiled)
    finally:
        DuckDBConnectionManager.close_all_connections()
        os.environ.clear()
        os.environ.update(environment)


def test_every_relation_has_a_planted_fault(compiled: Compiled) -> None:
    relations = {name for name, (node, _) in compiled.queries.items() if _is_relation(compiled, node)}
    assert relations == {name for name, _ in FAULTS}


def _is_relation(compiled: Compiled, node: str) -> bool:
    return dbt_tests.table_of(compiled.nodes[node], compiled.nodes) is not None


@pytest.mark.parametrize(("name", "statement"), FAULTS)
def test_planted_fault_is_found(compiled: Compiled, planted: Callable[..., Path], name: str, statement: str) -> None:
    outcome = compiled.outcome(name, planted(statement))
    assert outcome.verdict == "blocks"
    assert outcome.unexpected_count > 0 and outcome.examples
    assert outcome.sentence.endswith(".") and " " in outcome.sentence


def test_all_hold_on_a_good_warehouse(compiled: Compiled, planted: Callable[..., Path]) -> None:
    warehouse = planted()
    outcomes = [compiled.outcome(name, warehouse) for name in {name for name, _ in FAULTS}]
    assert {outcome.verdict for outcome in outcomes} == {"holds"}
    assert {outcome.suite for outcome in outcomes} == {RELATIONS}


def test_of_an_empty_table_nothing_is_said_to_hold(compiled: Compiled, planted: Callable[..., Path]) -> None:
    outcome = compiled.outcome("hour_listed_once", planted("delete from capacity.hourly"))
    assert (outcome.verdict, outcome.observed) == ("no data", "0 rows to judge")


def test_rows_are_named_by_their_keys_and_no_patient_comes_out(
    compiled: Compiled, planted: Callable[..., Path]
) -> None:
    warehouse = planted("update finance.declaration set insurer_uzovi = null where declaration_id = 'D5'")
    outcome = compiled.outcome("declaration_columns_given", warehouse)
    assert outcome.examples[0].items() >= {("provider_agb", "20000002"), ("declaration_id", "D5")}
    assert "patient_key" not in outcome.examples[0]
    assert outcome.observed == "1 unexpected row among 9 judged"


def test_a_reconciliation_is_of_no_table(compiled: Compiled) -> None:
    node, query = compiled.queries["findings_found_are_published"]
    result = NodeResult(node, "error", 0.0, "", None, query)
    (outcome,) = dbt_tests.outcomes([result], compiled.nodes, {}, Path("absent")).values()
    assert (outcome.suite, outcome.verdict, outcome.observed) == (TOTALS, "blocks", "error")
