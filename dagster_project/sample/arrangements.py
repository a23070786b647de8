"""What regions and an insurer agreed on care that two laws pay for a while (overgangsafspraken).

The days after admission are those of two networks: none in one, six weeks in the other. Nivel, synthesis of payment
models for networks (January 2024), section 3.3; that regions take turns, and the rest, is made up.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dagster_project.feeds import FEEDS
from dagster_project.sample.care import World
from dagster_project.sample.days import Calendar

COLUMNS = FEEDS["transition_arrangements"].names
CASE_MANAGEMENT = "GP003|DN003"
DAYS_AFTER_ADMISSION = (42, 0)
DAYS_AFTER_DEATH, DAYS_TO_WMO = 42, 42
AFTERCARE_INSURER = "9001"


def days_after_admission(region: int) -> int:
    """Days that a region, by its index, still lets case management go on under the Zvw after an admission."""
    return DAYS_AFTER_ADMISSION[region % 2]


def arrangement_rows(world: World) -> pl.DataFrame:
    """One per region on case management, one of an insurer after a death, one of all on nursing at home, as text."""
    to_wlz = {"from_framework": "Zvw", "to_framework": "Wlz", "performance_codes": CASE_MANAGEMENT}
    rows = [
        {"arrangement_id": f"T-{code}", "region_code": code, "anchor": "admission",
         "days": str(days_after_admission(region)), "source": "Agreed in the region's network for dementia"} | to_wlz
        for region, code in enumerate(world.country.regions)
    ] + [
        {"arrangement_id": "T-aftercare", "insurer_uzovi": AFTERCARE_INSURER, "anchor": "death",
         "days": str(DAYS_AFTER_DEATH), "source": "Agreed by the insurer, for who cared for the patient"} | to_wlz,
        {"arrangement_id": "T-wmo", "from_framework": "Zvw", "to_framework": "Wmo", "performance_codes": "DN001",
         "anchor": "indication", "days": str(DAYS_TO_WMO), "source": "Agreed between insurers and municipalities"},
    ]  # fmt: skip
    since = {"valid_from": _agreed_on(world.calendar).isoformat()}
    return pl.DataFrame([row | since for row in rows], schema=dict.fromkeys(COLUMNS, pl.String))


def _agreed_on(calendar: Calendar) -> date:
    return date(calendar.first.year - 1, 1, 1)
