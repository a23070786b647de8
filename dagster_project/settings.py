"""Every path and variable, read once. Nothing else in the project reads the environment."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from pydantic import Field, HttpUrl, Secret, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from dagster_project.errors import ZorgmartError
from dagster_project.private import keep_private
from dagster_project.run.tuning import keep_memory
from dagster_project.utf8 import require_utf8

PROJECT = Path(__file__).parents[1]
DBT = PROJECT / "dbt"
EXPECTATIONS = PROJECT / "expectations"


class Settings(BaseSettings):
    """Settings from `ZORGMART_*` variables or a `.env` in the working folder."""

    model_config = SettingsConfigDict(env_prefix="ZORGMART_", env_file=".env", extra="ignore")

    home: Path = Field(Path("data"), description="Folder of the ledger, the warehouse and the releases.")
    landing: Path = Field(Path("data/landing"), description="Folder that deliveries arrive in.")
    pseudonym_key: SecretStr | None = Field(
        None, description="Secret that BSNs are replaced with; 32 characters or more."
    )
    serial_numbers: Path | None = Field(
        None, description="CSV list of senders' columns whose numbers are no BSNs though they pass the eleven-test."
    )
    memory: str = Field(
        "2500MiB",
        pattern=r"(?i)^[0-9]+(\.[0-9]+)?\s*[kmgt]i?b$",
        description="Memory of DuckDB before it spills.",
    )
    status_max_age_hours: float | None = Field(
        None, ge=0, description="Age of the current release from which `zorgmart status` exits with 1; none by default."
    )
    readers_group: str | None = Field(
        None, description="Group of this machine that may read releases, without the slices of insurers."
    )
    keep: int = Field(30, ge=1, description="Releases that `zorgmart clean` keeps, beside the last one of each month.")
    slices: str = Field(
        "",
        description="Insurers (UZOVI), separated by commas, whose slice is made every night, not when asked for.",
    )
    query_seconds: float = Field(300, gt=0, description="Seconds that one query may take.")
    postgres_dsn: SecretStr | None = Field(
        None, description="PostgreSQL server that a night publishes to, as an account that may create databases."
    )
    pg_insurers: str = Field(
        "all", description="Insurers (UZOVI), separated by commas, that have a database there; or all."
    )
    pg_passwords: Path | None = Field(
        None, description="File of role:password lines that only its owner may read; a role without one can't log in."
    )
    pg_connections: int = Field(10, ge=1, description="Connections that one role may have.")
    pg_temp_files: str = Field(
        "2GB", pattern=r"^[0-9]+[kMG]B$", description="Temporary files that one session may write on the server."
    )
    pg_seconds: float = Field(300, gt=0, description="Seconds that one statement on the server may take.")
    ui_hosts: str = Field(
        "",
        description="Names, separated by commas, that the UI answers to beside loopback; with :port if not 80 or 443.",
    )
    alert_webhook: Secret[HttpUrl] | None = Field(
        None, description="Address that a failed run is posted to as JSON; it may hold a secret."
    )
    alert_mail_to: str | None = Field(None, description="Mail address that is told of a failed run.")
    alert_mail_from: str = Field("zorgmart@localhost", description="Sender of that mail.")
    alert_smtp: str = Field("localhost:25", pattern=r"^[^:]+(:[0-9]+)?$", description="Relay for it, as host:port.")

    @cached_property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @cached_property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @cached_property
    def dbt_target(self) -> Path:
        return self.home / "dbt"

    @cached_property
    def spill(self) -> Path:
        return self.home / "spill"


def read_settings(*, home: Path | None = None, landing: Path | None = None) -> Settings:
    """The settings, with what the command line says before what the environment says; paths absolute."""
    given = {name: value for name, value in (("home", home), ("landing", landing)) if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        names = ", ".join(f"ZORGMART_{str(e['loc'][0]).upper()}" for e in error.errors())
        raise ZorgmartError(f"The setting {names} can't be read; mend it in the environment or in .env.") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ZorgmartError(f"The file .env can't be read: {reason}; mend it, or move it away.") from None
    for name in ("home", "landing"):
        require_utf8(f"ZORGMART_{name.upper()}", getattr(settings, name).absolute())
    return settings.model_copy(update={"home": settings.home.absolute(), "landing": settings.landing.absolute()})


def export(settings: Settings) -> None:
    """Hand the paths on to dbt and Dagster, which read variables; let nothing call out, write for the owner alone.

    Called wherever a process of ours begins: the commands, and what Dagster loads (`definitions.defs`).
    """
    keep_private()
    keep_memory()
    os.environ.update(
        ZORGMART_HOME=str(settings.home),
        ZORGMART_LANDING=str(settings.landing),
        ZORGMART_WAREHOUSE=str(settings.warehouse),
        ZORGMART_SPILL=str(settings.spill),
        ZORGMART_MEMORY=settings.memory,
        DAGSTER_HOME=str(settings.dagster_home),
        ZORGMART_EVENT_LOG=str(settings.dagster_home / "history" / "runs"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        GX_ANALYTICS_ENABLED="false",
        DAGSTER_DISABLE_TELEMETRY="true",
    )
