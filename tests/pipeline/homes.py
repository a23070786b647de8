"""A landing and a home folder with the pipeline around them: whole nights on a real Dagster instance, or the spine alone.

What a test delivers and expects stands in the test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from dagster_project.ingest import Ledger, ingest
from dagster_project.night import Night, now
from dagster_project.nightly import NightResult, run_night
from dagster_project.publish.pointer import Release, current_release
from dagster_project.settings import Settings, export, read_settings
from dagster_project.transform import raw
from dagster_project.transform.dbt import NodeResult, build
from dagster_project.transform.project import code_version, prepare
from dagster_project.transform.release_id import release_id, release_nights

KEY = "a-secret-that-only-these-tests-have"


@contextmanager
def own_environment(**variables: str) -> Iterator[None]:
    """A run exports its paths to dbt and Dagster; afterwards the environment is as it was."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def parse_project(folder: Path) -> Path:
    """Parse the dbt project once; returns the folder that homes can start with."""
    with own_environment():
        settings = read_settings(home=folder, landing=folder)
        export(settings)
        prepare(settings)
    return settings.dbt_target


@dataclass(frozen=True)
class Home:
    """A home folder and the landing it reads; `key` is None where the landing has the sample's."""

    landing: Path
    path: Path
    key: str | None = None

    @classmethod
    def at(cls, path: Path, landing: Path, parsed: Path, key: str | None = None) -> Home:
        """A new home that need not parse the dbt project again."""
        path.mkdir(parents=True)
        shutil.copytree(parsed, path / "dbt")
        return cls(landing, path, key)

    @property
    def variables(self) -> dict[str, str]:
        own = {"ZORGMART_HOME": str(self.path), "ZORGMART_LANDING": str(self.landing)}
        return own | ({"ZORGMART_PSEUDONYM_KEY": self.key} if self.key else {})

    @property
    def settings(self) -> Settings:
        return read_settings(home=self.path, landing=self.landing)

    def night(self, as_of: date | None = None, *, full_refresh: bool = False) -> NightResult:
        """One whole night in this process. Raises ZorgmartError."""
        with own_environment(**self.variables):
            return run_night(self.settings, as_of, full_refresh=full_refresh)

    @property
    def release(self) -> Release:
        release = current_release(self.path)
        assert release is not None, "nothing is published"
        return release

    def rows(self, sql: str) -> list[tuple]:
        """Rows of the current release."""
        with duckdb.connect(str(self.release.database), read_only=True) as connection:
            connection.execute("set TimeZone = 'Europe/Amsterdam'")
            return connection.execute(sql).fetchall()

    def build(self, as_of: date) -> list[NodeResult]:
        """Door, raw tables and dbt, without Dagster, checks and a release: every node's result."""
        with own_environment(**self.variables):
            settings = self.settings
            export(settings)
            ingest(self.landing, self.path, self.key or KEY, as_of=as_of)
            with Ledger(self.path) as ledger:
                versions = ledger.versions(as_of)
            nights = release_nights(versions, code_version(), "0")
            night = Night(str(as_of), release_id(nights, as_of), code_version(), now(), None)
            raw.load(settings, versions, night, nights)
            return build(settings)


def parquet_files(release: Release) -> dict[str, bytes]:
    """The bytes of every Parquet file of a release, by name."""
    return {file.name: file.read_bytes() for file in sorted((release.path / "parquet").iterdir())}
