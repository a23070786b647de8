"""One sample for all tests: over a new year."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from dagster_project.sample import SampleReport, write_sample

UNTIL, DAYS, SCALE = date(2026, 1, 10), 40, 0.005


@dataclass(frozen=True)
class Sample:
    """A written sample: its folder, report and list of what was planted."""

    landing: Path
    report: SampleReport
    planted: dict

    def files(self, feed: str) -> list[Path]:
        """The feed's own file of each date, without what was planted beside them."""
        return sorted(self.landing.glob(f"{feed}/*/{feed}-2*"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    landing = tmp_path_factory.mktemp("sample") / "landing"
    report = write_sample(landing, scale=SCALE, days=DAYS, until=UNTIL)
    return Sample(landing, report, json.loads(report.planted.read_text()))
