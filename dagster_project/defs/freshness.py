"""landing → who watches: whether each feed was delivered in time, by its newest delivery date."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.clock import today
from dagster_project.feeds import FEEDS
from dagster_project.ingest.ledger import Ledger
from dagster_project.run.freshness import Freshness, freshness
from dagster_project.run.nightly import DELIVERED_IN_TIME as CHECK
from dagster_project.settings import read_settings


def checks() -> dg.AssetChecksDefinition:
    """A check per feed, judged in every run that reads the landing folder."""
    specs = [
        dg.AssetCheckSpec(
            CHECK, asset=_door(name),
            description=f"A delivery every {feed.expected_every.days} days, by the newest date that was delivered for.",
        )
        for name, feed in FEEDS.items()
    ]  # fmt: skip

    @dg.multi_asset_check(name="freshness", specs=specs, can_subset=True)
    def judge(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        for one in _now():
            if dg.AssetCheckKey(_door(one.feed), CHECK) in context.selected_asset_check_keys:
                yield dg.AssetCheckResult(
                    passed=_in_time(one), asset_key=_door(one.feed), check_name=CHECK, severity=_WARN,
                    description=one.sentence, metadata=_metadata(one),
                )  # fmt: skip

    return judge


def sensor() -> dg.SensorDefinition:
    """Judges the same between runs, for a feed grows late while nothing runs."""

    @dg.sensor(name="freshness", minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.RUNNING)
    def judge_freshness() -> dg.SensorResult:
        """Say every hour which feeds are late, by their newest delivery date."""
        return dg.SensorResult(
            asset_events=[
                dg.AssetCheckEvaluation(
                    asset_key=_door(one.feed), check_name=CHECK, passed=_in_time(one), severity=_WARN,
                    description=one.sentence, metadata=_metadata(one),
                )
                for one in _now()
            ]
        )  # fmt: skip

    return judge_freshness


_WARN = dg.AssetCheckSeverity.WARN


def _door(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["door", feed])


def _now() -> list[Freshness]:
    with Ledger(read_settings().home) as ledger:
        return freshness(ledger.newest_dates(today()), today())


def _in_time(one: Freshness) -> bool:
    return one.state in ("fresh", "never")


def _metadata(one: Freshness) -> dict[str, dg.MetadataValue]:
    return {"newest delivery date": dg.MetadataValue.text(str(one.newest)), "state": dg.MetadataValue.text(one.state)}
