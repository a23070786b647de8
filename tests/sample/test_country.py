"""The sample has the true shape of the country: its totals are the published ones."""

from collections import Counter

import numpy as np
import polars as pl
import pytest

from dagster_project.sample.country import areas, make_country
from dagster_project.sample.patients import citizen_numbers
from dagster_project.sample.reference import numbers, texts
from dagster_project.sample.shares import insured

from .conftest import Sample
from .delivered import register

POPULATION_2022 = 17_590_672
CONCERNS = {"Achmea": 29.3, "VGZ": 23.6, "CZ": 20.7, "Menzis": 11.5, "DSW": 4.3, "Eno": 1.0}


def test_inhabitants_are_those_of_the_country_and_its_regions() -> None:
    assert areas()["inhabitants"].sum() == POPULATION_2022
    weights = numbers("regions", "insured_years_2023")
    totals = areas().group_by("region_code", maintain_order=True).agg(pl.col("inhabitants").sum())["inhabitants"]
    assert totals.to_list() == pytest.approx(POPULATION_2022 * weights / weights.sum(), abs=1)


def test_national_shares_are_the_published_ones() -> None:
    owners, totals = texts("insurers", "concern"), insured().sum(axis=0)
    concern = {name: sum(t for o, t in zip(owners, totals, strict=True) if o == name) for name in CONCERNS}
    assert {name: round(100 * part / totals.sum(), 1) for name, part in concern.items()} == CONCERNS


def test_regional_shares_keep_to_the_regions_size_and_pattern() -> None:
    weights = numbers("regions", "insured_years_2023")
    assert insured().sum(axis=1) / insured().sum() == pytest.approx(weights / weights.sum(), rel=1e-6)
    leader = {
        code: texts("insurers", "concern")[int(np.argmax(row))]
        for code, row in zip(texts("regions", "region_code"), insured(), strict=True)
    }
    assert (leader["limburg"], leader["midden"], leader["euregio"]) == ("CZ", "Achmea", "Menzis")


def test_providers_are_as_many_as_there_are() -> None:
    counts = Counter(make_country().providers["sector"])
    assert (counts["zco"], counts["rav"], counts["hap"], counts["seh"]) == (10, 25, 52, 80)
    assert make_country().providers["agb"].n_unique() == make_country().providers.height
    per_region = make_country().providers.group_by("region_code").agg(pl.col("sector").n_unique())
    assert per_region["sector"].min() >= 14


def test_delivered_population_and_insurers_are_the_countrys(sample: Sample) -> None:
    population = register(sample.landing, "population").unique(["year", "region_code", "area"])
    yearly = population.group_by("year").agg(pl.col("inhabitants").cast(pl.Int64).sum())
    assert dict(yearly.iter_rows()) == dict.fromkeys(("2024", "2025", "2026"), POPULATION_2022)
    assert set(texts("insurers", "uzovi")) <= set(register(sample.landing, "insurers")["uzovi"])


def test_citizen_numbers_pass_the_eleven_test_and_differ() -> None:
    made = citizen_numbers(20_000)
    digits = made[:, None] // 10 ** np.arange(8, -1, -1) % 10
    assert not (digits @ np.array([9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11).any()
    assert len(set(made.tolist())) == len(made) and made.min() >= 900_000_000
