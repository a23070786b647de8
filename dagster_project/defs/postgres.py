"""release → PostgreSQL: the current release on the server that the settings name, where they name one."""

import dagster as dg

from dagster_project.defs.resources import RETRIES, Warehouse, as_dagster_failure
from dagster_project.run import progress
from dagster_project.settings import Settings


def assets(settings: Settings, release: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """The databases, after the release; none without ZORGMART_POSTGRES_DSN, so that the UI shows what a night does."""
    return [_databases(release)] if settings.postgres_dsn else []


def _databases(release: dg.AssetKey) -> dg.AssetsDefinition:
    @dg.asset(
        key=["published", "postgres"], deps=[release], group_name="published", kinds={"postgres"}, retry_policy=RETRIES,
        description="The current release on PostgreSQL: a database for each insurer, monitors, and the data team.",
    )  # fmt: skip
    def postgres(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        from dagster_project.postgres.publication import publish_current, server_named

        settings = warehouse.settings
        with as_dagster_failure():
            release_id, served = publish_current(settings, server_named(settings), progress.report)
        if served.closed:
            context.log.warning(f"Served no longer, and closed: {', '.join(served.closed)}.")
        tables = [table for of_database in served.tables.values() for table in of_database]
        return dg.MaterializeResult(
            metadata={
                "release": release_id,
                "databases": [database.name for database in served.tables],
                "rows_inserted": sum(table.inserted for table in tables),
                "rows_deleted": sum(table.deleted for table in tables),
                "without_password": served.without_password,
            }
        )

    return postgres
