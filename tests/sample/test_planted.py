"""The list of what was planted agrees with the files: the door finds each fault, and nothing else is double."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.feeds import FEEDS
from dagster_project.feeds.exceptions import RULES
from dagster_project.sample.patients import pseudonym

from .conftest import UNTIL, Sample
from .delivered import Judged, judged, register, text

REFERENCE_RULES = {rule.name for feed in FEEDS.values() for rule in feed.reference_rules}
SQL = Path(__file__).parent
BESIDE = ("function_allocations", "legal_indications", "contacts", "contracts", "budgets", "payments", "network_costs")


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
        by_rule = {rule.name for rule in contract.row_rules + contract.reference_rules}
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


@pytest.fixture(scope="module")
def books(sample: Sample, current: pl.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """Live declarations and the feeds beside them as text, without what the door or the reference rules set apart."""
    providers = register(sample.landing, "providers").filter(pl.col("valid_to").is_null()).unique("agb")
    tariffs = register(sample.landing, "tariffs").filter(~pl.col("performance_code").str.starts_with("ZF."))
    tables = {
        "declaration": current,
        "provider": providers,
        "tariff": tariffs.unique(["performance_code", "provider_agb", "valid_from"]),
    } | {feed: _latest(sample, feed) for feed in BESIDE}
    with duckdb.connect() as con:
        for name, rows in tables.items():
            con.register(name, rows.to_arrow())
        con.execute((SQL / "live.sql").read_text())
        yield con


def _latest(sample: Sample, feed: str) -> pl.DataFrame:
    """The rows of each key that were delivered last, patients as pseudonyms; faulty rows left out."""
    faulty = {(f["delivery_date"], f["row"]) for f in sample.planted["faults"] if f["feed"] == feed}
    parts = [
        text(path).with_row_index("row", 1).cast(pl.String).with_columns(on=pl.lit(path.parent.name))
        for path in sample.files(feed)
    ]
    rows = pl.concat(parts, how="diagonal")
    sound = [(on, int(row)) not in faulty for on, row in rows.select("on", "row").iter_rows()]
    kept = rows.filter(pl.Series(sound)).unique(FEEDS[feed].key, keep="last", maintain_order=True)
    if feed != "legal_indications":
        return kept
    return kept.with_columns(pl.col("patient_key").map_elements(lambda number: pseudonym(int(number)), pl.String))


def test_every_rule_of_double_funding_is_planted(sample: Sample) -> None:
    assert {finding["rule"] for finding in sample.planted["findings"]} == set(RULES)
    assert Counter(finding["status"] for finding in sample.planted["findings"])["accepted"] >= 3


def test_double_funding_is_what_was_planted_and_nothing_else(sample: Sample, books: duckdb.DuckDBPyConnection) -> None:
    found = _found(books)
    planted = {
        (f["rule"], f["provider_agb"], f["declaration_id"]): f
        for f in sample.planted["findings"]
        if f["declaration_id"]
    }
    assert found.keys() == planted.keys()
    for place, finding in planted.items():
        disputed, at_risk, counters, lines = found[place]
        accepted = finding["status"] == "accepted"
        assert (0 if accepted else disputed) == finding["disputed_cents"], finding
        assert at_risk is None or at_risk == finding["at_risk_cents"], finding
        assert counters <= set(finding["counter_ids"]) or finding["rule"] == "R03", finding
        assert lines == ({finding["counter_line"]} - {None}), finding


def _found(books: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], tuple[int, int | None, set[str], set[str]]]:
    """Per rule and later declaration: disputed cents, cents at risk (None: not told), other sides and their lines."""
    first, others = (
        books.execute((SQL / name).read_text()).fetchall() for name in ("double_funding.sql", "care_rules.sql")
    )
    rows = [(*place, None, disputed, None) for *place, disputed in first] + others
    found: dict[tuple[str, str, str], tuple[int, int | None, set[str], set[str]]] = {}
    for rule, agb, number, counter, line, disputed, at_risk in rows:
        _, _, counters, lines = found.get((rule, agb, number), (0, None, set(), set()))
        found[rule, agb, number] = (disputed, at_risk, counters | ({counter} - {None}), lines | ({line} - {None}))
    return found


def test_lines_paid_twice_are_what_was_planted_and_nothing_else(
    sample: Sample, books: duckdb.DuckDBPyConnection
) -> None:
    found = {tuple(row[:3]): row[3] for row in books.execute((SQL / "line_rules.sql").read_text()).fetchall()}
    planted = {
        (f["rule"], f["provider_agb"], f["line"]): f["at_risk_cents"] for f in sample.planted["findings"] if f["line"]
    }
    assert found == planted


def test_what_only_looks_like_double_funding_names_lines_that_are_there(
    sample: Sample, books: duckdb.DuckDBPyConnection
) -> None:
    found = {(f["provider_agb"], f["declaration_id"] or f["line"]) for f in sample.planted["findings"]}
    for case in sample.planted["no_findings"]:
        assert case["declarations"] or case["lines"]
        assert found.isdisjoint(map(tuple, case["declarations"] + case["lines"])), case


def test_planted_cases_share_no_patient(sample: Sample, current: pl.DataFrame) -> None:
    names = pl.col("declaration_id").str.head(1)
    planted = set(current.filter(names.is_in(["P", "F"]))["patient_key"])
    assert planted.isdisjoint(current.filter(names.is_in(["D", "C", "N"]))["patient_key"])
