"""A landing and a home folder with the pipeline around them: whole nights on a real Dagster instance, or its spine.

What a test delivers and expects stands in the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

import dagster_project
from dagster_project.ingest import ingest
from dagster_project.keys import pseudonym_key
from dagster_project.publish.pointer import Release, current_release, release_named
from dagster_project.publish.slices import slice_of
from dagster_project.run.nightly import NightResult, run_night
from dagster_project.run.plan import Asked, plan_run
from dagster_project.settings import Settings, export, read_settings
from dagster_project.transform import raw
from dagster_project.transform.dbt import NodeResult, build

REPOSITORY = Path(dagster_project.__file__).parents[1]
KEY = "a-secret-that-only-these-tests-have"


@contextmanager
def environment(folder: Path, **variables: str) -> Iterator[None]:
    """Only these settings, and no `.env`; a run exports its paths, so afterwards all is as it was."""
    before = dict(os.environ)
    try:
        for name in [name for name in os.environ if name.startswith(("ZORGMART_", "DAGSTER_"))]:
            del os.environ[name]
        os.environ.update(variables)
        with chdir(folder):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass(frozen=True)
class Home:
    """A home folder and the landing it reads; `key` is None where the landing has the sample's."""

    landing: Path
    path: Path
    key: str | None = None

    @classmethod
    def at(cls, path: Path, landing: Path, key: str | None = None) -> Home:
        """A new home."""
        path.mkdir(parents=True)
        return cls(landing, path, key)

    def copied(self, path: Path) -> Home:
        """The same home in another place, to change."""
        return Home(self.landing, Path(shutil.copytree(self.path, path, symlinks=True)), self.key)

    @property
    def variables(self) -> dict[str, str]:
        own = {"ZORGMART_HOME": str(self.path), "ZORGMART_LANDING": str(self.landing)}
        return own | ({"ZORGMART_PSEUDONYM_KEY": self.key} if self.key else {})

    @property
    def warehouse(self) -> Path:
        return self.settings.warehouse

    @property
    def settings(self) -> Settings:
        return read_settings(home=self.path, landing=self.landing)

    def night(
        self, as_of: date | None = None, *, known_on: datetime | None = None, full_refresh: bool = False,
        make_current: bool = False,
    ) -> NightResult:  # fmt: skip
        """One whole night in this process. Raises ZorgmartError."""
        with environment(self.path, **self.variables):
            return run_night(self.settings, Asked(as_of, known_on, make_current, full_refresh))

    def start(self, *words: str, umask: int = -1, **variables: str) -> subprocess.Popen[str]:
        """`zorgmart run` through the console script, in a process of its own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZORGMART_", "DAGSTER_"))}
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("zorgmart")), "run", *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.path,
            env={**clean, "PYTHONPATH": str(REPOSITORY), **self.variables, **variables}, umask=umask,
        )  # fmt: skip

    @property
    def release(self) -> Release:
        release = current_release(self.path)
        assert release is not None, "nothing is published"
        return release

    def made(self, night: NightResult) -> Release:
        """The release of a night, whatever `current` names."""
        return release_named(self.path, night.release_id)

    def rows(self, sql: str) -> list[tuple]:
        """Rows of the current release."""
        return rows(self.release.database, sql)

    def slice(self, uzovi: str) -> Path:
        """An insurer's slice of the current release."""
        return slice_of(self.release, uzovi, pseudonym_key(self.settings)[0] if self.key is None else self.key)

    def largest_slices(self, number: int) -> list[Path]:
        """The slices of the insurers with most declarations, who know most; the largest last."""
        by_rows = "select insurer_uzovi from finance.declaration group by all order by count(*), insurer_uzovi"
        return [self.slice(uzovi) for (uzovi,) in self.rows(by_rows)[-number:]]

    def build(self, as_of: date) -> list[NodeResult]:
        """Door, raw tables and dbt, without Dagster, checks and a release: every node's result."""
        with environment(self.path, **self.variables):
            settings = self.settings
            export(settings)
            ingest(self.landing, self.path, self.key or KEY, as_of=as_of)
            key = self.key or KEY
            raw.load(settings, *plan_run(self.path, Asked(as_of), key), key)
            return build(settings)


def rows(database: Path, sql: str) -> list[tuple]:
    """Rows of a DuckDB file that nobody writes; the parts of a release are those beside it, also in a copied home."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"set TimeZone = 'Europe/Amsterdam'; set variable zorgmart = '{database.parent}'")
        return connection.execute(sql).fetchall()


def parquet_files(release: Release) -> dict[str, bytes]:
    """The bytes of every Parquet file of a release, by table and, of a table in parts, month and content."""
    folder = release.path / "parquet"
    files = sorted(folder.rglob("*.parquet"))
    return {str(file.relative_to(folder)).removesuffix(".parquet"): file.read_bytes() for file in files}
