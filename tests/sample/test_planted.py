"""The list of what was planted agrees with the files: the door finds each fault, and nothing else is double."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.feeds import FEEDS

from .conftest import UNTIL, Sample
from .delivered import Judged, judged, register

REFERENCE_RULES = {rule.name for feed in FEEDS.values() for rule in feed.reference_rules}
QUERY = Path(__file__).with_name("double_funding.sql")


@pytest.fixture(scope="module")
def door(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged(sample.landing, tmp_path_factory.mktemp("home"), UNTIL)


@pytest.fixture(scope="module")
def current(sample: Sample, door: Judged) -> pl.DataFrame:
    """Declarations that stand at the end: known provider, insurer and code, the latest of each key."""
    unknown = [
        (f["delivery_date"], f["file"], f["row"])
        for f in sample.planted["faults"]
        if f["feed"] == "declarations" and set(f["rules"]) & REFERENCE_RULES and not f["heals_on"]
    ]
    named = ["delivery_date", "file", "row"]
    known = door.declarations.join(
        pl.DataFrame(unknown, named, orient="row").cast({"row": pl.Int32}), on=named, how="anti"
    )
    return known.sort(named).unique(["provider_agb", "declaration_id"], keep="last", maintain_order=True)


def test_every_kind_is_planted_at_least_three_times(sample: Sample) -> None:
    for kinds in (
        Counter(fault["kind"] for fault in sample.planted["faults"]),
        Counter(finding["rule"] for finding in sample.planted["findings"]),
        Counter(case["kind"] for case in sample.planted["no_findings"]),
        Counter(file["kind"] for file in sample.planted["rejected_files"] + sample.planted["non_files"]),
    ):
        assert min(kinds.values()) >= 3, kinds


def test_every_rule_is_planted(sample: Sample) -> None:
    planted = defaultdict(set)
    for fault in sample.planted["faults"]:
        planted[fault["feed"]].update(fault["rules"])
    for feed in ("declarations", "capacity_snapshots"):
        contract = FEEDS[feed]
        by_column = {f"missing_{name}" for name in contract.required_names}
        by_rule = {rule.name for rule in contract.row_rules + contract.reference_rules}
        assert by_column | by_rule | {"repeated_key", "wrong_field_count"} <= planted[feed]
        assert {f"invalid_{name}" for name in contract.names} <= planted[feed]
    for feed in ("providers", "insurers", "tariffs", "budgets"):
        assert {rule.name for rule in FEEDS[feed].row_rules} <= planted[feed]


def test_the_door_quarantines_what_was_planted_and_nothing_else(sample: Sample, door: Judged) -> None:
    expected, allowed = {}, {}
    for fault in sample.planted["faults"]:
        place = (fault["feed"], fault["delivery_date"], fault["file"], fault["row"])
        if shape := set(fault["rules"]) - REFERENCE_RULES:
            expected[place], allowed[place] = shape, shape | set(fault["may_also"])
    assert door.quarantine.keys() == expected.keys()
    wrong = [place for place, rules in door.quarantine.items() if not expected[place] <= rules <= allowed[place]]
    assert not wrong


def test_the_door_rejects_and_ignores_what_was_planted_and_nothing_else(sample: Sample, door: Judged) -> None:
    def places(kind: str) -> set[tuple[str, str, str]]:
        return {(file["feed"], file["delivery_date"], file["file"]) for file in sample.planted[kind]}

    assert door.rejected == places("rejected_files")
    assert door.ignored == {"/".join(place) for place in places("non_files")} | {".zorgmart-sample.json"}
    for feed, delivered_on, file in places("repeated_files"):
        assert (sample.landing / feed / delivered_on / file).is_file()


def test_reference_faults_are_where_they_are_said_to_be(sample: Sample, door: Judged) -> None:
    known = set(register(sample.landing, "providers")["agb"])
    rows = {(r["delivery_date"], r["file"], r["row"]): r for r in door.declarations.iter_rows(named=True)}
    faults = [f for f in sample.planted["faults"] if f["feed"] == "declarations" and set(f["rules"]) & REFERENCE_RULES]
    for fault in faults:
        row = rows[fault["delivery_date"], fault["file"], fault["row"]]
        if fault["rules"] == ["unknown_provider"]:
            assert (row["provider_agb"] in known) == bool(fault["heals_on"])
    assert sum(bool(fault["heals_on"]) for fault in faults) == 9


def test_double_funding_is_what_was_planted_and_nothing_else(sample: Sample, current: pl.DataFrame) -> None:
    found = _found(sample, current)
    planted = {(f["rule"], f["provider_agb"], f["declaration_id"]): f for f in sample.planted["findings"]}
    assert found.keys() == planted.keys()
    for place, finding in planted.items():
        disputed, counters = found[place]
        assert disputed == finding["disputed_cents"], finding
        assert counters <= set(finding["counter_ids"]) or finding["rule"] == "R03", finding


def _found(sample: Sample, current: pl.DataFrame) -> dict[tuple[str, str, str], tuple[int, set[str]]]:
    """Disputed cents and other sides per rule and later declaration."""
    providers = register(sample.landing, "providers").filter(pl.col("valid_to").is_null()).unique("agb")
    tariffs = register(sample.landing, "tariffs").filter(~pl.col("performance_code").str.starts_with("ZF."))
    with duckdb.connect() as con:
        con.register("declaration", current.to_arrow())
        con.register("provider", providers.to_arrow())
        con.register("tariff", tariffs.unique(["performance_code", "provider_agb", "valid_from"]).to_arrow())
        rows = con.execute(QUERY.read_text()).fetchall()
    found: dict[tuple[str, str, str], tuple[int, set[str]]] = {}
    for rule, agb, number, counter, disputed in rows:
        _, counters = found.get((rule, agb, number), (0, set()))
        found[rule, agb, number] = (disputed, counters | ({counter} if counter else set()))
    return found


def test_planted_cases_share_no_patient(sample: Sample, current: pl.DataFrame) -> None:
    names = pl.col("declaration_id").str.head(1)
    planted = set(current.filter(names.is_in(["P", "F"]))["patient_key"])
    assert planted.isdisjoint(current.filter(names.is_in(["D", "C", "N"]))["patient_key"])
