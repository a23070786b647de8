"""`python -m tests.benchmark.findings [--rows 10000000] [--threads 2]`: all rules that compare declarations together,
against the cheapest way to find one, a single window over patient and time. Measured in one run; prints Markdown.

Belongs here: the rules' models as dbt compiles them, on made-up declarations. A whole night is `tests.benchmark`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from dagster_project.ingest.receive import ingest
from dagster_project.run.plan import Asked, plan_run
from dagster_project.sample import write_sample
from dagster_project.settings import Settings, export, read_settings
from dagster_project.transform import raw
from dagster_project.transform.dbt import build
from dagster_project.transform.project import arguments, target

KEY, AS_OF = "a key that only this benchmark has, of 32 and more", date(2026, 3, 1)
MADE = Path(__file__).with_name("findings.sql")
MODELS = ("path:models/intermediate/findings", "int_debits_ordered")
WINDOW = """
    select
        provider_agb,
        declaration_id,
        lag(declaration_id) over patient as earlier_id,
        row_number() over patient as patient_rank,
    from intermediate.int_debits_live
    window patient as (partition by patient_key order by service_start, declared_on, provider_agb, declaration_id)
"""


@dataclass(frozen=True)
class Cost:
    """What one statement took, processor seconds of all threads together, and the rows that it made."""

    name: str
    cpu_s: float
    wall_s: float
    rows: int


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="zorgmart-bench-") as folder:
        settings = read_settings(home=Path(folder) / "home", landing=Path(folder) / "landing")
        export(settings)
        _small_warehouse(settings)
        models = _compiled(settings)
        with duckdb.connect(settings.warehouse) as connection:
            _set(connection, asked)
            _make(connection)
            costs = [_cost(connection, name, sql) for name, sql in models]
            window = _cost(connection, "single_window", WINDOW)
    print("\n".join(_page(costs, window, asked)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.findings", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="declarations")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def _small_warehouse(settings: Settings) -> None:
    """A warehouse with every table, of a sample that is as small as it goes."""
    write_sample(settings.landing, scale=0.0005, days=6, until=AS_OF)
    ingest(settings.landing, settings.home, KEY, as_of=AS_OF)
    raw.load(settings, *plan_run(settings.home, Asked(AS_OF), KEY), KEY)
    broken = [result.unique_id for result in build(settings) if result.status == "error"]
    if broken:
        raise SystemExit(f"{', '.join(broken)} can't be built, so there is nothing to measure")


def _compiled(settings: Settings) -> list[tuple[str, str]]:
    """The tables of the rules by name, as dbt compiles them, each after those that it reads."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    words = ["compile", *arguments(target(settings)), "--threads", "1", "--select", *MODELS]
    try:
        results = dbtRunner().invoke(words).result.results
    finally:
        DuckDBConnectionManager.close_all_connections()
    nodes = [result.node for result in results if result.node.resource_type == "model"]
    return [(node.name, node.compiled_code) for node in nodes if node.config.materialized == "table_in_place"]


def _set(connection: duckdb.DuckDBPyConnection, asked: argparse.Namespace) -> None:
    connection.execute("set TimeZone = 'Europe/Amsterdam'; set preserve_insertion_order = false")
    connection.execute(f"set threads = {asked.threads}; set enable_progress_bar = false; set memory_limit = '3GiB'")
    connection.execute("set variable rows = ?", [asked.rows])


def _make(connection: duckdb.DuckDBPyConnection) -> None:
    """Made-up tables in place of what the small warehouse has, where that is a view too."""
    made = MADE.read_text(encoding="utf-8")
    views = connection.execute("select view_name from duckdb_views() where schema_name = 'intermediate'").fetchall()
    for (view,) in views:
        if f"table intermediate.{view} as" in made:
            connection.execute(f"drop view intermediate.{view}")
    connection.execute(made)


def _cost(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> Cost:
    cpu, wall = time.process_time(), time.monotonic()
    made = connection.execute(f"create or replace table intermediate.{name} as {sql}").fetchone()
    return Cost(name, time.process_time() - cpu, time.monotonic() - wall, made[0])


def _page(costs: list[Cost], window: Cost, asked: argparse.Namespace) -> Iterator[str]:
    machine = f"{asked.threads} threads of {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    yield f"{asked.rows:,} declarations, {machine}.\n"
    yield "| model | CPU s | wall s | rows |\n|---|--:|--:|--:|"
    for cost in (*costs, window):
        yield f"| {cost.name} | {cost.cpu_s:.2f} | {cost.wall_s:.2f} | {cost.rows:,} |"
    cpu, wall = sum(cost.cpu_s for cost in costs), sum(cost.wall_s for cost in costs)
    yield f"| all rules together | {cpu:.2f} | {wall:.2f} | |"
    times = f"{cpu / window.cpu_s:.2f} times the single window in CPU, {wall / window.wall_s:.2f} times in wall time"
    yield f"\nAll rules together cost {times}."


if __name__ == "__main__":
    main()
