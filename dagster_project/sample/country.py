"""The country's shape: regions, providers, service areas. The same at every scale and seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from dagster_project.sample.random_streams import apportion, stream
from dagster_project.sample.reference import numbers, table, texts

AREA_OF = "Service area "
"""What a service area is called, before the name of the GP out-of-hours service whose it is."""


@dataclass(frozen=True)
class Country:
    """Providers by index, ordered by sector and region; `begin` and `number` tell where a sector's are in a region.

    `weight` is a provider's part of its sector's care in its region, and sums to 1 there.
    """

    regions: list[str]
    region_weight: np.ndarray
    sectors: list[str]
    providers: pl.DataFrame
    sector: np.ndarray
    region: np.ndarray
    weight: np.ndarray
    begin: np.ndarray
    number: np.ndarray

    def of_sector(self, sector: str) -> np.ndarray:
        """Indexes of a sector's providers."""
        return np.flatnonzero(self.sector == self.sectors.index(sector))

    def agb(self, provider: int) -> str:
        return self.providers["agb"][int(provider)]


@cache
def make_country() -> Country:
    regions, weight = texts("regions", "region_code"), numbers("regions", "insured_years_2023")
    sectors = texts("provider_counts", "sector")
    number = np.array([_per_region(sector, weight) for sector in sectors])
    sector = np.repeat(np.arange(len(sectors)), number.sum(axis=1))
    region = np.concatenate([np.repeat(np.arange(len(regions)), row) for row in number])
    begin = np.concatenate([[0], np.cumsum(number.ravel())[:-1]]).reshape(number.shape)
    return Country(
        regions, weight / weight.sum(), sectors, _provider_frame(sector, region), sector, region,
        _weights(sector, region), begin, number,
    )  # fmt: skip


def _per_region(sector: str, weight: np.ndarray) -> np.ndarray:
    """How many providers of a sector each region has: at least one where there are ten or more."""
    if sector == "rav":
        listed = texts("ambulance_services", "region_code")
        return np.array([listed.count(region) for region in texts("regions", "region_code")])
    total = int(table("provider_counts").filter(pl.col("sector") == sector)["providers"][0])
    if total < len(weight):
        return apportion(total, weight)
    return 1 + apportion(total - len(weight), np.maximum(weight / weight.sum() * total - 1, 1e-9))


def _provider_frame(sector: np.ndarray, region: np.ndarray) -> pl.DataFrame:
    counts = table("provider_counts")
    names, prefixes = counts["name"].to_list(), counts["agb_prefix"].to_list()
    labels, serial = texts("regions", "name"), _rank_in_group(sector * 100 + region)
    services = iter(texts("ambulance_services", "name"))
    name = [
        next(services) if counts["sector"][int(s)] == "rav" else f"{names[s]} {labels[r]} {n + 1}"
        for s, r, n in zip(sector, region, serial, strict=True)
    ]
    codes = texts("regions", "region_code")
    return pl.DataFrame(
        {
            "agb": [f"{prefixes[s]}9{index:05d}" for index, s in enumerate(sector, start=1)],
            "name": name,
            "sector": [counts["sector"][int(s)] for s in sector],
            "region_code": [codes[r] for r in region],
        }
    )


def _rank_in_group(groups: np.ndarray) -> np.ndarray:
    """Position of each element among those of its group; equal groups stand together."""
    begins = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return np.arange(len(groups)) - np.repeat(begins, np.diff(np.r_[begins, len(groups)]))


def _weights(sector: np.ndarray, region: np.ndarray) -> np.ndarray:
    size = 0.6 + 0.8 * stream(0, "provider size").random(len(sector))
    group = sector * 100 + region
    return size / np.bincount(group, weights=size)[group]


@cache
def areas() -> pl.DataFrame:
    """One row per service area of a GP out-of-hours service: region_code, area, inhabitants (the country's in all)."""
    shape = make_country()
    services = shape.of_sector("hap")
    national = int(texts("population_national", "inhabitants")[0])
    per_region = apportion(national, numbers("regions", "insured_years_2023"))
    inhabitants = np.zeros(len(services), dtype=np.int64)
    for region, total in enumerate(per_region):
        here = shape.region[services] == region
        inhabitants[here] = apportion(int(total), shape.weight[services][here])
    frame = shape.providers[services.tolist()]
    return pl.DataFrame(
        {"region_code": frame["region_code"], "area": AREA_OF + frame["name"], "inhabitants": inhabitants}
    )


@cache
def inhabitants_of(region_code: str) -> int:
    return int(areas().filter(pl.col("region_code") == region_code)["inhabitants"].sum())
