"""No insurer finds out what another one has: small countries by the hundred, through the project's own SQL.

Which figures a slice shows follows from the flags; that slices keep to them is asked of real slices elsewhere
(tests/pipeline/test_disclosure.py).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pytest
from kpi.rendered import build

from .attack import OTHER_LAWS, SIGNS, Attack, Books

MODELS = (
    "int_month_contributions", "int_year_contributions", "int_years_withheld", "int_months_withheld",
    "int_kpis_withheld",
)  # fmt: skip
INSURERS = ("u", "v", "w", "x", "y")
REGIONS = {"a": "noord", "b": "noord", "c": "noord", "d": "oost", "e": "oost"}
MONTHS = tuple(f"2025-0{month}" for month in range(1, 5))
TABLES = """
    create or replace temp table int_insurer_months (
        provider_agb varchar, year bigint, month date, insurer_uzovi varchar, declared_cents bigint,
        disputed_cents bigint, lump_sum_cents bigint, revenue_cents bigint
    );
    create or replace temp table int_patient_months (
        provider_agb varchar, month date, patients bigint, disputed_patients bigint
    );
    create or replace temp table int_provider_years (
        provider_agb varchar, year bigint, region_code varchar, budget_cents bigint, revenue_cents bigint
    );
    create or replace temp table int_disclosure_limits as select 3 as insurers, 10 as patients, 3 as findings;
    create or replace temp table int_declared_kpis_withheld (
        kpi_id varchar, region_code varchar, year bigint, months_withheld boolean, quarters_withheld boolean,
        year_withheld boolean
    );
"""


@dataclass
class Country:
    """Providers with a year each: what every insurer has, and on how many patients it rests."""

    cents: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    patients: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    @property
    def books(self) -> Books:
        return Books(self.cents, {(provider, 2025): region for provider, region in REGIONS.items()})


def country(seed: int) -> Country:
    """Mostly figures of many, here and there one of few: a provider, a month, a disputed amount, a lump sum."""
    chance, other, made = random.Random(seed), random.Random(-seed), Country()
    for provider in REGIONS:
        mixed = other.random() < 0.3
        few = chance.random() < 0.1
        pool = chance.sample(INSURERS, chance.randint(1, 2)) if few else INSURERS
        for month in MONTHS:
            count = chance.randint(0, 2) if few or chance.random() < 0.05 else len(INSURERS)
            some = chance.sample(pool, min(count, len(pool)))
            disputing = [of for of in some if chance.random() < 0.8]
            for insurer in some:
                made.cents[provider, month, "declared", insurer] = chance.randint(1_000, 99_999)
            for insurer in disputing:
                made.cents[provider, month, "disputed", insurer] = chance.randint(1, 999)
            for insurer in other.sample(some, min(len(some), other.choice((1, 3)))) if mixed else ():
                made.cents[provider, month, f"declared{OTHER_LAWS}", insurer] = other.randint(1, 9_999)
            if chance.random() < 0.1:
                made.cents[provider, month, "lump_sum", chance.choice(INSURERS)] = chance.randint(1, 99_999)
            made.patients[provider, month] = (
                (5 if chance.random() < 0.03 else 50) if some else 0,
                40 if disputing else 0,
            )
    return made


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def judge(con: duckdb.DuckDBPyConnection, made: Country) -> None:
    """Fills the tables that the models read, and builds them."""
    con.execute(TABLES)
    places = {(provider, month, insurer) for provider, month, _, insurer in made.cents}
    for provider, month, insurer in sorted(places):
        parts = [
            sum(made.cents.get((provider, month, f"{part}{law}", insurer), 0) for law in ("", OTHER_LAWS))
            for part in SIGNS
        ]
        row = [provider, 2025, f"{month}-01", insurer, *parts, parts[0] - parts[1] + parts[2]]
        con.execute("insert into int_insurer_months values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    for (provider, month), counts in made.patients.items():
        con.execute("insert into int_patient_months values (?, ?, ?, ?)", [provider, f"{month}-01", *counts])
    for provider, region in REGIONS.items():
        query = "select coalesce(sum(revenue_cents), 0) from int_insurer_months where provider_agb = ?"
        revenue = con.execute(query, [provider]).fetchone()[0]
        con.execute("insert into int_provider_years values (?, 2025, ?, 1000000, ?)", [provider, region, revenue])
    build(con, *MODELS)


def shown(con: duckdb.DuckDBPyConnection, world: Books, insurer: str, *, all_of_it: bool = False) -> Attack:
    """What an insurer is shown of the country; or of all of it, as if nothing were withheld."""
    attack = Attack(insurer, world.atoms)

    def see(withheld: bool, part: str, **among: object) -> None:
        if all_of_it or not withheld:
            weights = world.figure(part, **among)
            attack.see(sum(world.atoms[atom] * weight for atom, weight in weights.items()), weights)

    years = {agb: flags for agb, *flags in con.execute(
        "select provider_agb, year_withheld, months_withheld from int_years_withheld").fetchall()}  # fmt: skip
    months = {(agb, f"{month:%Y-%m}"): hidden for agb, month, hidden in con.execute(
        "select provider_agb, month, parts_withheld from int_months_withheld").fetchall()}  # fmt: skip
    kpis = {(kpi, region): flags for kpi, region, *flags in con.execute(
        "select kpi_id, region_code, months_withheld, year_withheld from int_kpis_withheld").fetchall()}  # fmt: skip
    # As finance.settlement has it: the Zvw alone, and nothing of it where other laws are among the months.
    mixed = {provider for _, (provider, _, part) in world.atoms if part.endswith(OTHER_LAWS)}
    for provider in REGIONS:
        see(years[provider][0] or provider in mixed, "settled", provider=provider, year=2025)
        for month in MONTHS:
            see(years[provider][1], "revenue", provider=provider, month=month)
            for part in ("declared", "disputed", "lump_sum"):
                see(years[provider][1] or months.get((provider, month), False), part, provider=provider, month=month)
    for kpi, part in (("realisation_pct", "revenue"), ("disputed_pct", "disputed")):
        for region in ("noord", "oost", "NL"):
            by_month, by_year = kpis.get((kpi, region), (False, False))
            for month in MONTHS:
                see(by_month or by_year, part, region=region, year=2025, until=month)
            see(by_year, part, region=region, year=2025)
    return attack


def test_nothing_is_found_out_and_much_is_shown(con: duckdb.DuckDBPyConnection) -> None:
    seen = whole = careless = 0
    for seed in range(30):
        made = country(seed)
        world = made.books
        judge(con, made)
        for insurer in (INSURERS[seed % len(INSURERS)], "nobody"):
            attack = shown(con, world, insurer)
            assert not attack.found_out(world.targets(insurer)), (seed, insurer)
            everything = shown(con, world, insurer, all_of_it=True)
            careless += len(everything.found_out(world.targets(insurer)))
            seen, whole = seen + len(attack.shown), whole + len(everything.shown)
    assert careless > 200, "there was nothing to find"
    assert seen > 0.3 * whole, f"{seen} of {whole} figures are shown"


def test_where_nothing_tells_nothing_is_withheld(con: duckdb.DuckDBPyConnection) -> None:
    made = Country()
    for provider in REGIONS:
        for month in MONTHS:
            made.patients[provider, month] = (50, 50)
            for insurer in INSURERS:
                made.cents[provider, month, "declared", insurer] = 500
                made.cents[provider, month, "disputed", insurer] = 5
    judge(con, made)
    for flags in (
        "int_years_withheld where year_withheld or months_withheld",
        "int_months_withheld where parts_withheld",
    ):
        assert con.execute(f"select count(*) from {flags}").fetchone() == (0,)
    assert con.execute("select count(*) from int_kpis_withheld").fetchone() == (0,)
