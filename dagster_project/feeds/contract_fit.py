"""What of a contract does not fit its form, in words that name the field and never a value.

A scope is all care, listed performance codes, a function, or the population of the provider.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from dagster_project.feeds.contract import CODE, FUNCTIONS
from dagster_project.feeds.payment_forms import FORMS, MODELS, STANDS_ON

SCOPES = ("all", "population")
BY_CODE, BY_FUNCTION = "codes:", "function:"
NO_OBJECT = "parameters is no JSON object of fields that are named once"
MOST_FAULTS = 5
SHOULD_BE = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
    "int_type": "should be a whole number",
    "string_type": "should be text",
    "string_pattern_mismatch": "is not written as it should be",
    "dict_type": "should be an object",
    "model_type": "should be an object",
    "list_type": "should be a list",
}
"""What is said of values of another kind, by pydantic's name of the fault."""


def is_scope(scope: str | None) -> bool:
    """Whether it is one of `all`, `population`, `codes:A|B|C` and `function:triage`."""
    if scope is None or scope in SCOPES:
        return scope is not None
    if scope.startswith(BY_CODE):
        return all(re.fullmatch(CODE, code) for code in scope.removeprefix(BY_CODE).split("|"))
    return scope.startswith(BY_FUNCTION) and scope.removeprefix(BY_FUNCTION) in FUNCTIONS


def contract_faults(form: str, scope: str | None, *, of_provider: bool, of_network: bool) -> list[str]:
    """What of form, scope and party does not fit."""
    faults = {
        "form is none of the table of forms": form not in FORMS,
        "scope is none of all, population, codes:A|B and function:triage": not is_scope(scope),
        "provider_agb and network_agb are both empty": not (of_provider or of_network),
        "provider_agb and network_agb are both given": of_provider and of_network,
    }
    return [fault for fault, is_so in faults.items() if is_so]


@lru_cache(10_000)
def parameter_faults(form: str, parameters: str | None, *, of_network: bool) -> tuple[str, ...]:
    """What of the parameters does not fit a known form, field by field; of an unknown form nothing is said."""
    if form not in MODELS:
        return ()
    try:
        given = _object(parameters or "{}")
    except (ValueError, RecursionError):
        return (NO_OBJECT,)
    faults = _faults(form, given, "")
    if given.get("members") is not None and not of_network:
        faults.append("members is of a network's contract alone")
    return tuple(faults[:MOST_FAULTS])


def _object(text: str) -> dict[str, Any]:
    """The JSON object; raises ValueError for another value, a name given twice, NaN, or what is no text."""
    given = json.loads(text, object_pairs_hook=_named_once, parse_constant=_refused)
    if not isinstance(given, dict):
        raise ValueError(NO_OBJECT)
    text.encode()
    json.dumps(given, ensure_ascii=False).encode()
    return given


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError(NO_OBJECT)
    return dict(pairs)


def _refused(_constant: str) -> None:
    raise ValueError(NO_OBJECT)


def _faults(form: str, given: dict[str, Any], within: str) -> list[str]:
    try:
        MODELS[form].model_validate(given)
    except ValidationError as error:
        return [_said(one, within) for one in error.errors(include_url=False, include_input=False)]
    if form not in STANDS_ON:
        return []
    base, path = given["base"], f"{within}base."
    if base["form"] not in STANDS_ON[form]:
        return [f"{path}form is no form that {form} stands on"]
    faults = _faults(base["form"], base["parameters"], f"{path}parameters.")
    return faults + ([f"{path}parameters.members is unknown"] if "members" in base["parameters"] else [])


def _said(error: Any, within: str) -> str:
    named = [str(part) for part in error["loc"] if part != "[key]"]
    field = within + ".".join(named)
    if error["type"] in SHOULD_BE:
        return f"{field} {SHOULD_BE[error['type']]}"
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{field} {said[0].lower()}{said[1:]}"
