"""What one insurer finds out about another from its slice of the sample's release."""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import product
from pathlib import Path

import pytest
from disclosure.attack import Books
from disclosure.released import attack, books

from dagster_project.keyed_hash import derived_key
from dagster_project.sample.patients import PSEUDONYM_KEY
from dagster_project.transform.raw import FINDINGS

from .conftest import Night
from .homes import Home, rows

FINDING = """
    select finding_id, rule, provider_agb, declaration_id, counter_provider_agb, counter_declaration_id, budget_line,
        counter_line
    from integrity.double_funding_finding
"""


@pytest.fixture(scope="module")
def home(sample_night: Night) -> Home:
    return sample_night.home


@pytest.fixture(scope="module")
def slices(home: Home) -> list[Path]:
    """The slices of the three insurers with most, who know most."""
    return home.largest_slices(3)


@pytest.fixture(scope="module")
def world(home: Home) -> Books:
    return books(home.release.database, home.warehouse)


def test_no_money_of_another_insurer_is_found_out(world: Books, slices: list[Path]) -> None:
    for file in slices:
        attempt = attack(world, file, file.stem)
        assert len(attempt.shown) > 300, "hardly anything is shown"
        assert not attempt.found_out(world.targets(file.stem))


def test_the_attack_would_find_it_in_the_tables_of_the_data_team(home: Home, world: Books, slices: list[Path]) -> None:
    whole = attack(world, home.release.database, slices[-1].stem)
    found = whole.found_out(world.targets(slices[-1].stem))
    assert len([name for name in found if name[0] == "lump_sum"]) > 5 and len(found) > 50


def test_every_shown_cell_of_findings_rests_on_enough(home: Home, slices: list[Path]) -> None:
    """A finding's insurer is that of its declaration; findings on lines of budgets are of none."""
    counted = home.rows(
        """
        select f.rule, f.region_code, f.sector, coalesce(f.counter_sector, 'none'), f.status,
            count(*), count(distinct d.insurer_uzovi), count(distinct d.patient_key)
        from integrity.double_funding_finding as f
        left join finance.declaration as d using (provider_agb, declaration_id)
        group by all
        """
    )
    few = {tuple(row[:4]) for row in counted if row[5] < 3 or row[6] in (1, 2) or 0 < row[7] < 10}
    assert len(few) > 20
    for file in slices:
        shown = "select distinct rule, region_code, sector, counter_sector from integrity.double_funding_summary where"
        # What is few over all years together is few in each of them.
        assert not set(rows(file, f"{shown} findings is not null")) & few
        assert rows(file, f"{shown} withheld and (amount_at_risk_eur is not null or open is not null)") == []
        assert rows(file, f"{shown} withheld")


def test_an_id_tells_no_other_side(home: Home, slices: list[Path]) -> None:
    """The right sides, hashed in every plain way, are never the id that a slice shows: only the home's key makes it, so
    trying all providers and declarations finds nothing. Patients of the sample have one insurer, so sides are shown."""
    everyone = {row[0]: row[1:] for row in home.rows(FINDING)}
    key, tried = derived_key(PSEUDONYM_KEY, FINDINGS), 0
    for file in slices:
        for finding in {row[0] for row in rows(file, FINDING)}:
            sides = everyone[finding]
            text = json.dumps(sides, separators=(",", ":"))
            assert hmac.digest(key, text.encode(), "sha256").hex()[:32] == finding
            parts, present = [side or "" for side in sides], [side for side in sides if side]
            texts = [text, json.dumps(sides), *(sign.join(p) for sign in ("|", ",", "", "/") for p in (parts, present))]
            for name, candidate in product(("md5", "sha1", "sha256"), texts):
                assert hashlib.new(name, candidate.encode()).hexdigest()[:16] != finding[:16]
            tried += sides[4] is not None
    assert tried, "no finding has another side"


def test_nothing_says_how_much_others_have_in_a_file(slices: list[Path]) -> None:
    for file in slices:
        count = "select count(*) > 0, count(delivery_file), count(delivery_row) from finance.declaration"
        assert rows(file, count) == [(True, 0, 0)]
        told = "select count(checks), count(moved), count(deliveries_new), count(deliveries_gone) from audit.release"
        assert rows(file, told) == [(0, 0, 0, 0)]


def test_no_patient_or_episode_is_in_two_slices(home: Home, slices: list[Path]) -> None:
    for column in ("patient_key", "provider_agb || declaration_id", "episode_id"):
        query = f"select distinct {column} from finance.declaration where {column} is not null"
        found = [set(rows(file, query)) for file in slices]
        assert all(found) and len(set.union(*found)) == sum(map(len, found))
    patients = [set(rows(file, "select patient_key from finance.declaration")) for file in slices]
    assert not set.union(*patients) & set(home.rows("select patient_key from finance.declaration"))
