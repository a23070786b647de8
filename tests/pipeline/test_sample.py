"""The sample through a whole night: what is planted is found, nothing else is, and nothing is lost on the way."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
from kpi.released import attack
from oracle import compare, compute, shown_to

from dagster_project.sample.patients import PSEUDONYM_KEY

from .conftest import Night, Sample
from .homes import Home

CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def home(sample_night: Night) -> Home:
    return sample_night.home


def test_the_whole_release_is_what_the_oracle_says(sample: Sample, home: Home) -> None:
    expected = shown_to(compute(sample.landing, key=PSEUDONYM_KEY), PSEUDONYM_KEY)
    assert compare(expected, home.release.database) == []


def test_every_planted_finding_is_found_and_nothing_else(sample: Sample, home: Home) -> None:
    found = {
        (rule, agb, declaration or line): rest
        for rule, agb, declaration, line, *rest in home.rows(
            """
            select
                rule, provider_agb, declaration_id, budget_line, counter_declaration_id, counter_line, status,
                exception_id, amount_at_risk_eur, disputed_eur
            from integrity.double_funding_finding
            """
        )
    }
    planted = {(f["rule"], f["provider_agb"], f["declaration_id"] or f["line"]): f for f in sample.planted["findings"]}
    assert found.keys() == planted.keys()
    for place, (counter, counter_line, status, exception, risk, disputed) in found.items():
        finding = planted[place]
        # What an amount that is too low puts at risk stands nowhere.
        assert risk == finding["at_risk_cents"] * CENT or (place[0], disputed) == ("R11", 0), place
        assert disputed == finding["disputed_cents"] * CENT, place
        assert (status, exception) == (finding["status"], finding["exception_id"]), place
        assert counter is None or counter in finding["counter_ids"], place
        assert finding["counter_line"] in (None, counter_line), place


def test_what_only_looks_like_double_funding_is_no_finding(sample: Sample, home: Home) -> None:
    named = set(
        home.rows("select provider_agb, coalesce(declaration_id, budget_line) from integrity.double_funding_finding")
    )
    cases = sample.planted["no_findings"]
    innocent = {tuple(place) for case in cases for place in case["declarations"] + case["lines"]}
    assert innocent and not innocent & named


def test_a_declaration_is_disputed_once(home: Home) -> None:
    assert home.rows(
        """
        select count(*), coalesce(sum(disputed_eur), 0)
        from finance.declaration
        where disputed_eur <> 0
        """
    ) == home.rows(
        """
        select count(*), coalesce(sum(disputed_eur), 0)
        from (
            select max(disputed_eur) as disputed_eur
            from integrity.double_funding_finding
            group by provider_agb, declaration_id
        )
        where disputed_eur <> 0
        """
    )


def test_the_quarantine_is_what_was_planted(sample: Sample, home: Home) -> None:
    found = {
        (feed, str(day), file.rsplit("/", 1)[-1], row): set(rules)
        for feed, day, file, row, rules in home.rows(
            "select feed, delivery_date, file, row, rules from integrity.quarantine"
        )
    }
    planted = {
        (fault["feed"], fault["delivery_date"], fault["file"], fault["row"]): fault
        for fault in sample.planted["faults"]
        if not fault["heals_on"]
    }
    assert found.keys() == planted.keys()
    for place, rules in found.items():
        fault = planted[place]
        assert set(fault["rules"]) <= rules <= {*fault["rules"], *fault["may_also"]}, place


def test_the_files_rejected_are_those_planted(sample: Sample, home: Home) -> None:
    rejected = home.rows("select feed, delivery_date, file from integrity.delivery where status = 'rejected'")
    planted = {(file["feed"], file["delivery_date"], file["file"]) for file in sample.planted["rejected_files"]}
    assert {(feed, str(day), file.rsplit("/", 1)[-1]) for feed, day, file in rejected} == planted


def test_rows_and_cents_in_are_accepted_and_quarantined(home: Home) -> None:
    assert home.rows(
        """
        select count(*)
        from integrity.delivery
        where rows <> accepted + quarantined or (amount_eur <> accepted_amount_eur and quarantined = 0)
        """
    ) == [(0,)]
    assert home.rows("select sum(quarantined) from integrity.delivery") == home.rows(
        "select count(*) from integrity.quarantine"
    )


def test_parts_sum_to_differences_and_burdens_to_their_categories(home: Home) -> None:
    differences, parts, by_declared, burdens, categories = home.rows(
        """
        select
            (select sum(revenue_difference_eur) from finance.settlement where status = 'settled'),
            (select sum(part_eur) from finance.insurer_allocation),
            (
                select sum(s.revenue_difference_eur) - sum(a.part_eur)
                from finance.settlement as s
                inner join (
                    select provider_agb, year, edition, sum(part_by_population_share_eur) as part_eur
                    from finance.insurer_allocation
                    group by all
                    having count(part_by_population_share_eur) > 0
                ) as a using (provider_agb, year, edition)
            ),
            (select sum(burden_eur) from finance.insurer_allocation),
            (select sum(burden_eur) from finance.insurer_macro_category)
        """
    )[0]
    assert differences == parts and differences
    assert by_declared == 0
    assert burdens == categories


def test_what_is_declared_is_what_is_realised(home: Home) -> None:
    assert home.rows(
        """
        select sum(amount_eur), sum(disputed_eur)
        from finance.declaration
        where counted and covers_budget
        """
    ) == home.rows("select sum(declared_eur), sum(disputed_eur) from finance.budget_realisation")


def test_every_kind_of_payer_has_a_budget(home: Home) -> None:
    kinds = home.rows("select payer_kind from finance.payer_year where budget_eur > 0 group by payer_kind order by 1")
    assert kinds == [("care_office",), ("insurer",), ("municipality",), ("state",)]


def test_a_warning_does_not_keep_the_release_back(sample_night: Night) -> None:
    assert any("disputed_above_tolerance" in sentence for sentence in sample_night.warnings)
    outcomes = {check["outcome"] for check in sample_night.home.release.manifest()["checks"]}
    assert outcomes - {"no_data"} == {"passed", "warned"}


def test_only_premium_lines_of_the_spending_plan_reach_an_insurer(home: Home) -> None:
    lines = "select line, year, instrument, planned_eur, spent_eur from decision.spending order by line, year"
    everything = home.rows(lines)
    assert {instrument for _, _, instrument, *_ in everything} > {"premium", "subsidy", "vws"}
    with duckdb.connect(str(home.largest_slices(1)[0]), read_only=True) as slice_:
        shown = slice_.execute(lines).fetchall()
    assert shown == [row for row in everything if row[2] == "premium"] != []


def test_no_withheld_kpi_is_found_out_by_the_largest_insurer(home: Home) -> None:
    attempt = attack(home.largest_slices(1)[0])
    assert attempt.unknown, "nothing is withheld"
    assert attempt.own, "the insurer has no rows of its own"
    assert not attempt.found_out()
