"""Assembles what Dagster shows, when it asks; every part stands in `defs/`.

Importing this module reads and changes nothing. `defs` is where a process that Dagster starts enters: it exports the
settings and, because the assets are what dbt's manifest describes, has dbt parse the project if its files changed.
"""

import dagster as dg

from dagster_project.defs import alert, freshness, ingest, monitor, postgres, publish, quality, transform
from dagster_project.defs.resources import Warehouse
from dagster_project.run.nightly import NIGHTLY
from dagster_project.settings import EXPECTATIONS, export, read_settings
from dagster_project.transform.project import prepare


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, the nightly job, its schedule and the sensor."""
    settings = read_settings()
    export(settings)
    models = transform.warehouse_assets(prepare(settings))
    marts = transform.published_models(prepare(settings))
    nightly = dg.define_asset_job(
        NIGHTLY, selection=dg.AssetSelection.all(), description="Ingest, build, check, publish."
    )
    return dg.Definitions(
        assets=[
            ingest.door,
            ingest.raw_tables,
            models,
            publish.release_asset(marts),
            *postgres.assets(settings, publish.RELEASE),
            *monitor.views(publish.RELEASE),
        ],
        asset_checks=[*quality.suite_checks(EXPECTATIONS), freshness.checks()],
        jobs=[nightly],
        schedules=[monitor.schedule(nightly), monitor.comparison(nightly)],
        sensors=[
            monitor.sensor(nightly),
            freshness.sensor(),
            alert.failure_sensor(settings),
            alert.not_read_sensor(settings),
            alert.moved_back_sensor(settings),
        ],
        resources={"warehouse": Warehouse.configure_at_launch()},
        executor=dg.in_process_executor,
    )
