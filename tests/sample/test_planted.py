"""The list of what was planted agrees with the files: the door finds each fault, and names in it are there."""

from __future__ import annotations

from collections import Counter, defaultdict

import polars as pl
import pytest

from dagster_project.feeds import FEEDS
from dagster_project.feeds.exceptions import RULES

from .conftest import UNTIL, Sample
from .delivered import Judged, judged, register

REFERENCE_RULES = {rule.name for feed in FEEDS.values() for rule in feed.reference_rules}


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
    for feed in ("declarations", "capacity_snapshots", "contacts"):
        contract = FEEDS[feed]
        by_column = {f"missing_{name}" for name in contract.required_names}
        # What breaks this one is a thousand rows of a trillion cents each, not a row.
        by_rule = {rule.name for rule in contract.row_rules + contract.reference_rules} - {"sum_out_of_range"}
        assert by_column | by_rule | {"repeated_key", "wrong_field_count"} <= planted[feed]
        assert {f"invalid_{name}" for name in contract.names} <= planted[feed]
    bsns = (("declarations", "episode_id"), ("contacts", "episode_id"), ("exceptions", "reason"))
    assert all(f"bsn_in_{column}" in planted[feed] for feed, column in bsns)
    for feed in FEEDS.keys() - {"market_shares", "payments", "population"}:
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
    assert door.ignored == {"/".join(place) for place in places("non_files")}
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


def test_every_rule_of_double_funding_is_planted(sample: Sample) -> None:
    assert {finding["rule"] for finding in sample.planted["findings"]} == set(RULES)
    assert Counter(finding["status"] for finding in sample.planted["findings"])["accepted"] >= 3


def test_a_finding_and_what_only_looks_like_one_name_declarations_that_are_there(sample: Sample, door: Judged) -> None:
    """And none of them is both. Whether the rules find the ones and not the others, whole nights tell."""
    there = set(door.declarations.select("provider_agb", "declaration_id").iter_rows())
    found = {(f["provider_agb"], f["declaration_id"] or f["line"]) for f in sample.planted["findings"]}
    assert {place for place in found if "/" not in place[1]} <= there
    for case in sample.planted["no_findings"]:
        assert case["declarations"] or case["lines"]
        assert set(map(tuple, case["declarations"])) <= there, case
        assert found.isdisjoint(map(tuple, case["declarations"] + case["lines"])), case


def test_planted_cases_share_no_patient(sample: Sample, current: pl.DataFrame) -> None:
    names = pl.col("declaration_id").str.head(1)
    planted = set(current.filter(names.is_in(["P", "F"]))["patient_key"])
    assert planted.isdisjoint(current.filter(names.is_in(["D", "C", "N"]))["patient_key"])
