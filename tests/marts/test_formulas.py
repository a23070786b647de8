"""Every figure says how it is computed and from what, and what it names is there."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

import pytest

from dagster_project.feeds import FEEDS
from dagster_project.marts.mart import Formula, Mart
from dagster_project.settings import DBT

FIGURES = ("decimal", "double", "bigint")
WITH_FIGURES = ("finance", "integrity", "kpi", "capacity")


def _silent(marts: tuple[Mart, ...], types: dict[str, str]) -> list[str]:
    """Figures that say no formula; a number of a row is an integer, and no figure."""
    return [
        f"{mart.full_name}.{column.name}"
        for mart in marts
        for column in mart.columns
        if mart.schema in WITH_FIGURES
        and column.name not in mart.key
        and types.get(f"{mart.full_name}.{column.name}", "").startswith(FIGURES)
        and column.formula is None
    ]


def _unknown(marts: tuple[Mart, ...], known: set[str]) -> list[str]:
    """Inputs that are no column and no parameter, that are named twice, or that are the column itself."""
    wrong = []
    for mart in marts:
        for column in mart.columns:
            inputs = column.formula.inputs if column.formula else ()
            own = f"{mart.full_name}.{column.name}"
            wrong += [f"{own}: {name}" for name in inputs if name not in known - {own} or inputs.count(name) > 1]
            wrong += [f"{own}: nothing"] if column.formula and not inputs else []
    return wrong


@pytest.fixture(scope="module")
def types(nodes: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Type of each column of a model or seed, by `schema.table.column`."""
    return {
        f"{node['schema']}.{node['alias']}.{column['name']}": (column["data_type"] or "").lower()
        for node in nodes.values()
        if node["resource_type"] in ("model", "seed")
        for column in node["columns"].values()
    }


@pytest.fixture(scope="module")
def known(marts: tuple[Mart, ...]) -> set[str]:
    """Whatever a formula may name."""
    published = {f"{mart.full_name}.{column.name}" for mart in marts for column in mart.columns}
    delivered = {f"{feed.name}.{column.name}" for feed in FEEDS.values() for column in feed.columns}
    parameters = set()
    for file in (DBT / "seeds").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        names = {*rows[0], *(row["parameter"] for row in rows if "parameter" in row)}
        parameters |= {f"{file.stem}.{name}" for name in names}
    return published | delivered | parameters


def test_every_figure_has_a_formula(marts: tuple[Mart, ...], types: dict[str, str]) -> None:
    assert _silent(marts, types) == []
    assert sum(column.formula is not None for mart in marts for column in mart.columns) > 60


def test_every_input_is_a_column_or_a_parameter(marts: tuple[Mart, ...], known: set[str]) -> None:
    assert _unknown(marts, known) == []


@pytest.mark.parametrize(
    "formula",
    [
        None,
        Formula("In words.", ("finance.budget.gone_eur",)),
        Formula("In words.", ("payments.gone",)),
        Formula("In words.", ("money_parameter.gone",)),
        Formula("In words.", ("finance.settlement.budget_eur",)),
        Formula("In words.", ("finance.budget.amount_eur", "finance.budget.amount_eur")),
        Formula("In words.", ()),
    ],
)
def test_a_figure_without_one_or_with_a_wrong_input_is_seen(
    marts: tuple[Mart, ...], types: dict[str, str], known: set[str], formula: Formula | None
) -> None:
    planted = tuple(
        replace(mart, columns=tuple(replace(c, formula=formula) if c.name == "budget_eur" else c for c in mart.columns))
        for mart in marts
        if mart.full_name == "finance.settlement"
    )
    assert len(_silent(planted, types) + _unknown(planted, known)) > 0
