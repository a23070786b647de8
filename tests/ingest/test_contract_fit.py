"""Scope and parameters of a contract are judged by its form, in words that name contract and field."""

import copy
import csv
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import contract_fit as oracle
from oracle.made_contracts import sound_parameters

from dagster_project.feeds.contract_fit import contract_faults, is_scope, parameter_faults
from dagster_project.feeds.payment_forms import FORMS, MODELS, NAMES_NL, STANDS_ON
from dagster_project.ingest.check import check_file

from .made import Home, csv_bytes, row

FORM = st.sampled_from(FORMS)
SEED = st.integers(0, 2**32)


def _faults(form: str, parameters: Any, *, of_network: bool = False) -> tuple[str, ...]:
    return parameter_faults(form, json.dumps(parameters), of_network=of_network)


def test_every_form_has_one_model_and_a_dutch_name() -> None:
    assert set(MODELS) == set(FORMS) == set(oracle.FORMS) and all(NAMES_NL.values())
    assert set(STANDS_ON) == {form for form, model in MODELS.items() if "base" in model.model_fields}


@given(FORM, SEED)
def test_sound_parameters_of_every_form_are_accepted(form: str, seed: int) -> None:
    parameters = sound_parameters(Random(seed), form)
    assert _faults(form, parameters) == () and oracle.fits(form, json.dumps(parameters), of_network=False)


@given(FORM, SEED, st.data())
def test_an_unknown_field_is_named(form: str, seed: int, data: st.DataObject) -> None:
    parameters = sound_parameters(Random(seed), form)
    path = data.draw(st.sampled_from(list(_objects(form, parameters))))
    _at(parameters, path)["surprise"] = 1
    _refused(form, parameters, _named((*path, "surprise")), "is unknown")


@given(FORM, SEED, st.data())
def test_a_missing_field_is_named(form: str, seed: int, data: st.DataObject) -> None:
    parameters = sound_parameters(Random(seed), form)
    needed = list(_needed(form, parameters))
    if not needed:
        return
    *path, name = data.draw(st.sampled_from(needed))
    del _at(parameters, path)[name]
    _refused(form, parameters, _named((*path, name)), "is missing")


@given(FORM, SEED, st.data())
def test_a_field_of_a_wrong_kind_is_named(form: str, seed: int, data: st.DataObject) -> None:
    parameters = sound_parameters(Random(seed), form)
    leaves = [path for path in _leaves(parameters) if _at(parameters, path[:-1])[path[-1]] is not None]
    if not leaves:
        return
    *path, name = data.draw(st.sampled_from(leaves))
    _at(parameters, path)[name] = data.draw(st.sampled_from([True, -1.5, [[]], {"x": {}}, "\x07"]))
    _refused(form, parameters, _named((*path, name)), "")


def _refused(form: str, parameters: Any, field: str, said: str) -> None:
    faults = _faults(form, parameters)
    assert any(fault.startswith(f"{field} ") and said in fault for fault in faults), (faults, field)
    assert not oracle.fits(form, json.dumps(parameters), of_network=False)


def _objects(form: str, given: Any) -> Iterator[tuple]:
    """Paths of the objects whose fields have names of their own."""
    for path in [(), *((*path, name) for path, name, value in _walk(given) if isinstance(value, dict))]:
        if not path or path[-1] not in ("sums", "ceilings", "guarantees", "amounts", "budgets", "prices"):
            yield path


def _needed(form: str, given: dict[str, Any]) -> Iterator[tuple]:
    """Paths of fields that must be there, of the form and of those it stands on."""
    yield from ((name,) for name, field in MODELS[form].model_fields.items() if field.is_required())
    if "base" in given:
        yield from [("base", "form"), ("base", "parameters")]
        within = _needed(given["base"]["form"], given["base"]["parameters"])
        yield from (("base", "parameters", *path) for path in within)


def _leaves(given: Any) -> list[tuple]:
    return [(*path, name) for path, name, value in _walk(given) if not isinstance(value, (dict, list))]


def _walk(given: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any, Any]]:
    inner = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for name, value in inner:
        yield path, name, value
        yield from _walk(value, (*path, name))


def _at(given: Any, path: Any) -> Any:
    for name in path:
        given = given[name]
    return given


def _named(path: tuple) -> str:
    return ".".join(map(str, path))


INDICATOR = {"kpi_id": "apop_screening", "floor": "60", "target": "80", "bonus_cents": 1}
PERFORMANCE = {
    "base": {"form": "fee_for_service", "parameters": {}}, "indicators": [INDICATOR], "measured": "collective",
}  # fmt: skip
SAVINGS = {"base": PERFORMANCE["base"], "minimum_rate": "0.02", "share": "0.5", "sided": "upside"}


@pytest.mark.parametrize(
    ("form", "changes", "named"),
    [
        ("pay_for_performance", {"indicators": [INDICATOR | {"kpi_id": "occupancy"}]}, "indicators.0.kpi_id"),
        ("pay_for_performance", {"indicators": [INDICATOR | {"target": "60"}]}, "indicators.0.target"),
        ("pay_for_performance", {"indicators": [INDICATOR | {"kpi_id": "lead_time"}]}, "indicators.0.target"),
        ("pay_for_performance", {"indicators": [INDICATOR | {"malus_cents": 1}]}, "indicators.0.malus_cents"),
        ("pay_for_performance", {"indicators": [INDICATOR | {"malus_floor": 40}]}, "indicators.0.malus_cents"),
        (
            "pay_for_performance",
            {"indicators": [INDICATOR | {"malus_floor": 61, "malus_cents": 1}]},
            "indicators.0.malus_floor",
        ),
        ("pay_for_performance", {"indicators": []}, "indicators"),
        ("pay_for_performance", {"base": {"form": "pay_for_performance", "parameters": PERFORMANCE}}, "base.form"),
        ("shared_savings", {"base": {"form": "shared_savings", "parameters": SAVINGS}}, "base.form"),
        ("shared_savings", {"base": {"form": "gift", "parameters": {}}}, "base.form"),
        ("shared_savings", {"loss_share": "0.3"}, "loss_share"),
        ("shared_savings", {"share": "1.01"}, "share"),
        ("shared_savings", {"benchmark_agreed_on": "2025-02-30"}, "benchmark_agreed_on"),
        ("fee_for_service", {"members": ["53000001"]}, "members"),
        ("contract_sum", {"sums": {}}, "sums"),
        ("contract_sum", {"sums": {"2025": 10**15 + 1}}, "sums.2025"),
        ("contract_sum", {"sums": {"25": 1}}, "sums.25"),
    ],
)
def test_what_contradicts_itself_is_named(form: str, changes: dict[str, Any], named: str) -> None:
    sound = {"pay_for_performance": PERFORMANCE, "shared_savings": SAVINGS}.get(form, {})
    assert not sound or _faults(form, sound) == ()
    _refused(form, copy.deepcopy(sound) | changes, named, "")


@pytest.mark.parametrize("changes", [
    {"benchmark_cents": None}, {"benchmark_cents": "", "benchmark_agreed_on": "", "destination": ""},
    {"sided": "two_sided", "loss_share": "0.3"}, {"loss_cap_cents": None},
])  # fmt: skip
def test_a_benchmark_may_be_empty(changes: dict[str, Any]) -> None:
    assert _faults("shared_savings", SAVINGS | changes) == ()


def test_shared_savings_may_bear_pay_for_performance() -> None:
    base = {"form": "shared_savings", "parameters": SAVINGS}
    assert _faults("pay_for_performance", PERFORMANCE | {"base": base}) == ()
    unknown = {"form": "shared_savings", "parameters": SAVINGS | {"x": 1}}
    assert _faults("pay_for_performance", PERFORMANCE | {"base": unknown}) == ("base.parameters.x is unknown",)


@pytest.mark.parametrize("text", [
    "[1]", "1", '{"sums": {"2025": NaN}}', '{"sums": {"2025": 1}, "sums": {"2025": 2}}', "[" * 3000, '{"\\ud800": 1}',
])  # fmt: skip
def test_what_is_no_object_says_so(text: str) -> None:
    (fault,) = parameter_faults("contract_sum", text, of_network=False)
    assert "no JSON object" in fault and not oracle.fits("contract_sum", text, of_network=False)


@given(st.one_of(st.none(), st.text("al:codesfuntripg|AB1 ", max_size=20), st.sampled_from([
    "all", "population", "codes:A|B", "codes:A|", "codes:", "function:triage", "function:care", "function:",
    "codes:A\n",
])))  # fmt: skip
def test_a_scope_is_one_of_four_kinds(scope: str | None) -> None:
    assert is_scope(scope) == oracle.is_scope(scope)


def test_party_and_form_are_told_apart() -> None:
    assert contract_faults("gift", "x", of_provider=True, of_network=True) == [
        "form is none of the table of forms",
        "scope is none of all, population, codes:A|B and function:triage",
        "provider_agb and network_agb are both given",
    ]


def test_the_return_file_and_the_quarantine_name_contract_and_field(home: Home) -> None:
    rows = [
        row("contracts", contract_id="K7", parameters='{"sums": {"2025": 1.5}}'),
        row("contracts", contract_id="K8", scope="crisis beds", form="bundle", parameters='{"price_cents": 1}'),
    ]
    path = home.deliver("contracts", csv_bytes(rows))
    report = check_file("contracts", path)
    with report.return_file.open(encoding="utf-8", newline="") as file:
        told = [(line["row"], line["rule"], line["sentence"].partition(". ")[0]) for line in csv.DictReader(file)]
    fields = "contract K8: episode is missing; settlement is missing"
    assert told == [
        ("1", "parameters_do_not_fit", "contract K7: sums.2025 should be a whole number"),
        ("2", "contract_does_not_fit",
         "contract K8: scope is none of all, population, codes:A|B and function:triage"),
        ("2", "parameters_do_not_fit", fields),
    ]  # fmt: skip
    report.return_file.unlink()
    home.ingest()
    shown = home.quarantined("contracts")["row_text"].to_list()
    assert shown[0].endswith(" [contract K7: sums.2025 should be a whole number]") and shown[1].endswith(f"{fields}]")
