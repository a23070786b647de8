"""The SQL of the models as it stands, on tables that a test makes: Jinja fills in what dbt would, without a project."""

from __future__ import annotations

import re
from functools import cache

import duckdb
from jinja2 import Environment, FileSystemLoader

from dagster_project.settings import DBT

_MACROS = (
    "time.sql", "money.sql", "sums.sql", "kpi_over_periods.sql", "kpi_part_contributions.sql",
    "kpi_protecting_parts.sql", "kpi_protecting_regions.sql", "kpi_parts_withheld.sql", "measured_on_days_of.sql",
    "too_few.sql", "insurers_of_withheld_sum.sql", "completion.sql",
)  # fmt: skip


@cache
def sql(model: str) -> str:
    """The query of a model; what it refers to is a table of the same name."""
    (path,) = (DBT / "models").rglob(f"{model}.sql")
    environment = Environment(loader=FileSystemLoader(DBT))
    environment.globals |= {"ref": lambda name: name, "config": lambda **_: "", "of_pending_versions": lambda *_: ""}
    macros = "".join((DBT / "macros" / name).read_text(encoding="utf-8") for name in _MACROS)
    return environment.from_string(macros + path.read_text(encoding="utf-8")).render()


def build(connection: duckdb.DuckDBPyConnection, *models: str) -> None:
    """Builds the models one after the other."""
    for model in models:
        connection.execute(f"create or replace temp table {model} as {sql(model)}")


def seed(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """The seed as a table, with the types that dbt gives it."""
    text = (DBT / "seeds" / "_seeds.yml").read_text(encoding="utf-8")
    block = re.search(rf"name: {name}\n.*?column_types: \{{(.*?)\}}\}}", text, re.DOTALL).group(1)
    types = re.findall(r'(\w+): "?([\w(),]+?)"?(?:, |$)', block)
    columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types)
    path = DBT / "seeds" / f"{name}.csv"
    connection.execute(
        f"create or replace temp table {name} as from read_csv('{path}', header = true, types = {{{columns}}})"
    )
