"""GP out-of-hours services of islands, one per region: providers without care of their own, and the area they serve.

An island is a part of the area of the region's first post, and its inhabitants are counted off from it there.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from dagster_project.sample.country import AREA_OF, Country, areas, make_country

INHABITANTS = 250
NAME = "Huisartsenpost eiland"


def island_post(region: int) -> str:
    """AGB of a region's island post."""
    return f"219900{region:02d}"


def island_rows(country: Country) -> list[dict]:
    """The island posts as providers, without period."""
    return [
        {"agb": island_post(region), "name": f"{NAME} {code}", "sector": "hap", "region_code": code}
        for region, code in enumerate(country.regions)
    ]


def areas_with_islands(country: Country) -> pl.DataFrame:
    """The areas of `country.areas` with the islands apart: region_code, area, inhabitants, provider_agb that serves."""
    posts = country.providers.select("region_code", "agb", area=AREA_OF + pl.col("name"))
    mainland = areas().join(posts, on=["region_code", "area"], maintain_order="left").rename({"agb": "provider_agb"})
    first = pl.int_range(pl.len()).over("region_code") == 0
    islands = [
        {"region_code": row["region_code"], "area": AREA_OF + row["name"], "inhabitants": INHABITANTS,
         "provider_agb": row["agb"]}
        for row in island_rows(country)
    ]  # fmt: skip
    left = pl.col("inhabitants") - pl.when(first).then(INHABITANTS).otherwise(0)
    return pl.concat([mainland.with_columns(left), pl.DataFrame(islands, schema=mainland.schema)])


@cache
def inhabitants_served() -> dict[str, int]:
    """Inhabitants of the area of each GP post, by AGB."""
    frame = areas_with_islands(make_country())
    return dict(zip(frame["provider_agb"], frame["inhabitants"], strict=True))
