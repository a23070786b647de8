"""Delivery dates as partitions, and writing down in Dagster what the ledger knows of them."""

from collections.abc import Iterable
from datetime import date

import dagster as dg

from dagster_project.clock import today
from dagster_project.ingest.ledger import Ledger
from dagster_project.settings import Settings

DELIVERY_DATES = dg.DynamicPartitionsDefinition(name="delivery_date")


def add(instance: dg.DagsterInstance, days: Iterable[date]) -> None:
    """Make the days known as partitions, in order."""
    instance.add_dynamic_partitions(DELIVERY_DATES.name, sorted({str(day) for day in days}))


def catch_up(instance: dg.DagsterInstance, settings: Settings) -> int:
    """Write down every delivered partition that Dagster does not know yet: a first run leaves the older ones of a
    long backlog, for each costs tens of milliseconds. Returns how many there were."""
    with Ledger(settings.home) as ledger:
        delivered = ledger.in_force(today()).select("feed", "delivery_date").unique().sort("feed", "delivery_date")
    add(instance, delivered["delivery_date"])
    missing = 0
    for (feed,), days in delivered.group_by("feed", maintain_order=True):
        key = dg.AssetKey(["door", feed])
        known = instance.get_materialized_partitions(key)
        for day in (str(day) for day in days["delivery_date"] if str(day) not in known):
            instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=day))
            missing += 1
    return missing
