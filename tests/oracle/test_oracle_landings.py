"""What holds of every landing, whatever is in it."""

import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings

from dagster_project.feeds.exceptions import RULES

from .expected import Expected, compute
from .landings import PACKED_SEED, Landing, landings, packed_landing, random_landing

SETTLED = ("finance.declaration", "finance.settlement", "finance.insurer_allocation", "capacity.stop")
RANDOM = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def _expected(landing: Landing) -> Expected:
    with tempfile.TemporaryDirectory() as folder:
        return compute(landing.write(Path(folder)), key="k")


@RANDOM
@given(landings())
def test_nothing_delivered_is_missing(landing: Landing) -> None:
    expected = _expected(landing)
    delivered = sum(len(rows) for *_, rows in landing.deliveries)
    ledger = expected["integrity.delivery"].values()
    assert all(row["status"] == "accepted" and row["rows"] == row["accepted"] + row["quarantined"] for row in ledger)
    assert sum(row["rows"] for row in ledger) == delivered
    assert sum(row["quarantined"] for row in ledger) == len(expected["integrity.quarantine"])


@RANDOM
@given(landings())
def test_parts_sum_to_the_difference_and_categories_to_the_burden(landing: Landing) -> None:
    expected = _expected(landing)
    parts, burdens = defaultdict(int), defaultdict(int)
    for key, row in expected["finance.insurer_allocation"].items():
        parts[key[:3]] += row["part_eur"]
    for key, row in expected["finance.insurer_macro_category"].items():
        burdens[key[:4]] += row["burden_eur"]
    for key, row in expected["finance.settlement"].items():
        assert (row["status"] == "settled") == (key in parts)
        assert key not in parts or parts[key] == row["revenue_difference_eur"]
    assert burdens == {key: row["burden_eur"] for key, row in expected["finance.insurer_allocation"].items()}


@RANDOM
@given(landings())
def test_revenue_is_declared_minus_disputed_plus_lump_sums(landing: Landing) -> None:
    expected = _expected(landing)
    revenue = defaultdict(int)
    for row in expected["finance.budget_realisation"].values():
        assert row["revenue_eur"] == row["declared_eur"] - row["disputed_eur"] + row["lump_sum_eur"]
    for (agb, year, _), row in expected["finance.budget_realisation"].items():
        revenue[(agb, year)] += row["revenue_eur"]
    by_payer, budgets = defaultdict(int), defaultdict(int)
    for (agb, year, _), row in expected["finance.payer_year"].items():
        by_payer[(agb, year)] += row["revenue_eur"]
        budgets[(agb, year)] += row["budget_eur"] or 0
    assert {key: cents for key, cents in by_payer.items() if cents} == {key: of for key, of in revenue.items() if of}
    for (agb, year, _), row in expected["finance.budget_realisation"].items():
        assert budgets[(agb, year)] == (row["budget_year_eur"] or 0)
    for (agb, year, _), row in expected["finance.settlement"].items():
        assert row["revenue_eur"] == expected["finance.payer_year"][(agb, year, "insurer")]["revenue_eur"]


@RANDOM
@given(landings())
def test_burdens_of_a_settled_year_sum_to_its_budget_of_the_zvw(landing: Landing) -> None:
    expected = _expected(landing)
    burdens = defaultdict(int)
    for key, row in expected["finance.insurer_allocation"].items():
        burdens[key[:3]] += row["burden_eur"]
    for (agb, year, edition), row in expected["finance.settlement"].items():
        if row["status"] == "settled":
            of_zvw = expected["finance.payer_year"][(agb, year, "insurer")]["budget_eur"]
            assert burdens[(agb, year, edition)] == row["budget_eur"] == of_zvw


def test_the_same_deliveries_again_change_nothing(tmp_path: Path) -> None:
    landing = random_landing(Random(3), 60).write(tmp_path)
    before = compute(landing, key="k")
    for path in [*landing.glob("*/2026-02-20/*")]:
        shutil.copy(path, path.with_name(f"z{path.name}"))
    after = compute(landing, key="k")
    without_file = [
        {key: {**row, "delivery_file": None} for key, row in of["finance.declaration"].items()}
        for of in (before, after)
    ]
    assert without_file[0] == without_file[1]
    assert all(before[table] == after[table] for table in SETTLED[1:])


def test_a_packed_landing_exercises_every_rule(tmp_path: Path) -> None:
    expected = compute(packed_landing(PACKED_SEED).write(tmp_path), key="k")
    found = expected["integrity.double_funding_finding"]
    assert {rule for rule, *_ in found} == set(RULES)
    assert len({rule for (rule, *_), row in found.items() if row["status"] == "accepted"}) > 9
    assert {row["status"] for row in expected["finance.settlement"].values()} == {
        "settled",
        "no_budget",
        "shares_missing",
    }
    assert {payer for *_, payer in expected["finance.payer_year"]} == {
        "insurer",
        "care_office",
        "municipality",
        "state",
    }
    broken = {(place[0], rule) for place, row in expected["integrity.quarantine"].items() for rule in row["rules"]}
    assert len(broken) > 50 and ("declarations", "bsn_in_episode_id") in broken and expected["capacity.stop"]
