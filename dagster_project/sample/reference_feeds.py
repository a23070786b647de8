"""The reference feeds as delivered: providers, insurers, tariffs, population, market shares."""

from __future__ import annotations

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.country import Country
from dagster_project.sample.island_posts import areas_with_islands, island_rows
from dagster_project.sample.networks import member_rows
from dagster_project.sample.prices import Prices
from dagster_project.sample.random_streams import stream
from dagster_project.sample.reference import table, texts
from dagster_project.sample.shares import insured, share_set, yearly_insured

SINCE, RENAMED = "2015-01-01", ("2023-12-31", "2024-01-01")
RENAMED_EVERY = 60
OWN_SHARES = {"zco": 4, "hap": 13, "rav": 10}


def _table(feed: str, rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(FEEDS[feed].names, pl.String))


def provider_rows(country: Country) -> pl.DataFrame:
    """Every provider since 2015, also of networks and islands; some changed their name, and have two periods."""
    rows = []
    for index, row in enumerate(country.providers.iter_rows(named=True)):
        if index % RENAMED_EVERY == 0:
            rows.append(row | {"name": f"{row['name']} (old name)", "valid_from": SINCE, "valid_to": RENAMED[0]})
            rows.append(row | {"valid_from": RENAMED[1]})
        else:
            rows.append(row | {"valid_from": SINCE})
    return _table(
        "providers", rows + [row | {"valid_from": SINCE} for row in (*member_rows(country), *island_rows(country))]
    )


def insurer_rows() -> pl.DataFrame:
    rows = []
    for row in table("insurers").select("uzovi", "name", "concern").iter_rows(named=True):
        if row["uzovi"] == "9002":
            rows.append(row | {"name": "Achmea B (old name)", "valid_from": SINCE, "valid_to": RENAMED[0]})
            rows.append(row | {"valid_from": RENAMED[1]})
        else:
            rows.append(row | {"valid_from": SINCE})
    return _table("insurers", rows)


def tariff_rows(prices: Prices, until_year: int) -> pl.DataFrame:
    """Tariffs of the years known by then."""
    return _table("tariffs", [row for row in prices.rows if int(row["valid_from"][:4]) <= until_year])


def population_rows(country: Country, years: list[int]) -> pl.DataFrame:
    frames = [areas_with_islands(country).with_columns(year=pl.lit(year, pl.Int64)) for year in years]
    return pl.concat(frames).select(FEEDS["population"].names)


def rebasing_rows(year: int) -> pl.DataFrame:
    """A region in which all is passed on in the agreed standard from new year on, so that its chart begins again."""
    row = {
        "kpi_id": "standard_message", "region_code": "noord", "unit": "all", "from_month": f"{year}-01-01",
        "reason": "Every party in the region works with the agreed standard", "source": "Made up, as all of the sample",
    }  # fmt: skip
    return _table("kpi_rebasings", [row])


def service_area_rows(country: Country, years: list[int]) -> pl.DataFrame:
    """Every GP out-of-hours service serves the area that bears its name."""
    frames = [areas_with_islands(country).with_columns(year=pl.lit(year, pl.Int64)) for year in years]
    return pl.concat(frames).select(FEEDS["service_areas"].names)


def spending_rows(year: int) -> pl.DataFrame:
    """The national spending plan as it was published, and what was spent (made up) in the years before `year`."""
    known = (pl.col("kind") == "planned") | (pl.col("year").cast(pl.Int64) < year)
    return table("spending").filter(known).select(FEEDS["spending"].names)


def share_rows(world: World, year: int, edition: str) -> pl.DataFrame:
    """One set per region, and for some providers one of their own."""
    country = world.country
    rows = []
    for region, code in enumerate(country.regions):
        weights = yearly_insured(year, edition, region)
        rows += _share_set(year, code, edition, weights, [str(round(count)) for count in weights])
    for provider in _with_own_shares(country):
        weights = insured()[country.region[provider]] * (0.8 + 0.4 * stream(year, edition, provider).random(17))
        rows += _share_set(year, country.agb(provider), edition, weights, [None] * len(weights))
    return _table("market_shares", rows)


def _share_set(year: int, scope: str, edition: str, weights, counts: list[str | None]) -> list[dict]:
    sets = zip(texts("insurers", "uzovi"), share_set(weights), counts, strict=True)
    return [
        {"year": str(year), "scope": scope, "insurer_uzovi": uzovi, "edition": edition}
        | {"share": share, "insured_count": count}
        for uzovi, share, count in sets
    ]


def _with_own_shares(country: Country) -> list[int]:
    return [int(provider) for sector, every in OWN_SHARES.items() for provider in country.of_sector(sector)[1::every]]
