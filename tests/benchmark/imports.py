"""What loading the large packages costs, each in the order in which a run needs them, as Python itself times it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.benchmark.measure import Command, measured

PACKAGES = ("duckdb", "polars", "pyarrow", "dagster", "dagster_dbt", "dbt.cli.main", "great_expectations")
LINE = re.compile(r"^import time:\s+\d+ \|\s+(\d+) \| ([\w.]+)$", re.MULTILINE)


def import_seconds(folder: Path) -> dict[str, float]:
    """Seconds per package with all that it loads and no earlier one did; the timing itself adds about a tenth."""
    log = folder / "imports.log"
    measured(Command((sys.executable, "-X", "importtime", "-c", f"import {', '.join(PACKAGES)}"), folder, log))
    seconds = {name: int(microseconds) / 1e6 for microseconds, name in LINE.findall(log.read_text(encoding="utf-8"))}
    return {name: seconds[name] for name in PACKAGES if name in seconds}
