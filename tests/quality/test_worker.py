"""The process that judges answers suite by suite, and never from a warehouse as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.quality.worker import QualityWorker

from .conftest import change


def test_a_changed_warehouse_is_judged_again(planted: Callable[..., Path]) -> None:
    with QualityWorker() as worker:
        warehouse = planted()
        assert all(outcome.success for suite in ("kpi", "capacity") for outcome in worker.judge(warehouse, suite))
        change(warehouse, "update kpi.value set n = 3 where suppressed")
        assert [outcome.name for outcome in worker.judge(warehouse, "kpi") if not outcome.success] == [
            "suppressed_shows_nothing"
        ]
        assert all(outcome.success for outcome in worker.judge(warehouse, "capacity"))
        warehouse.unlink()
        with pytest.raises(ZorgmartError, match="no warehouse"):
            worker.judge(warehouse, "kpi")
