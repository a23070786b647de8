"""What pay for performance and shared savings measure by: KPIs of the catalogue that have a better side."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, ValidationInfo, field_validator

from dagster_project.feeds.capacity_snapshots import UNITS
from dagster_project.feeds.kpi_observations import DIRECTIONS, MEASURE_UNITS
from dagster_project.feeds.parameter_types import Cents, Fraction, Mark, Parameters, Text

BETTER = {"higher": 1, "lower": -1}
ALL_UNITS = "all"


class Indicator(Parameters):
    """A bonus from the floor to the target of a KPI, and a malus from the floor to malus_floor."""

    kpi_id: Text
    unit: Text | None = None
    floor: Mark
    target: Mark
    bonus_cents: Cents
    malus_floor: Mark | None = None
    malus_cents: Cents | None = Field(None, validate_default=True)

    @field_validator("kpi_id")
    @classmethod
    def _has_a_better_side(cls, kpi: str) -> str:
        if DIRECTIONS.get(kpi) not in BETTER:
            raise ValueError("should be a KPI that is better higher or better lower")
        return kpi

    @field_validator("unit")
    @classmethod
    def _is_a_unit(cls, unit: str | None) -> str | None:
        if unit is not None and unit not in (*UNITS, ALL_UNITS):
            raise ValueError("should be a unit of capacity, or all")
        return unit

    @field_validator("target")
    @classmethod
    def _is_better_than_the_floor(cls, target: Mark, info: ValidationInfo) -> Mark:
        return _beside_the_floor(target, info, 1)

    @field_validator("malus_floor")
    @classmethod
    def _is_worse_than_the_floor(cls, malus_floor: Mark | None, info: ValidationInfo) -> Mark | None:
        return None if malus_floor is None else _beside_the_floor(malus_floor, info, -1)

    @field_validator("malus_cents")
    @classmethod
    def _comes_with_its_floor(cls, cents: int | None, info: ValidationInfo) -> int | None:
        if "malus_floor" in info.data and (info.data["malus_floor"] is None) != (cents is None):
            raise ValueError("goes with malus_floor: send both or neither")
        return cents


def _beside_the_floor(value: Mark, info: ValidationInfo, sign: int) -> Mark:
    """The value, if it is on the better (1) or the worse (-1) side of the floor."""
    floor, kpi = info.data.get("floor"), info.data.get("kpi_id")
    if floor is not None and kpi is not None and (value - floor) * BETTER[DIRECTIONS[kpi]] * sign <= 0:
        raise ValueError("lies on the wrong side of the floor")
    return value


class Quality(Parameters):
    """The share of a loss that falls as a KPI in percent rises."""

    kpi_id: Text
    loss_rate_floor: Fraction
    loss_rate_ceiling: Fraction

    @field_validator("kpi_id")
    @classmethod
    def _is_a_share(cls, kpi: str) -> str:
        if MEASURE_UNITS.get(kpi) != "%":
            raise ValueError("should be a KPI in percent")
        return kpi

    @field_validator("loss_rate_ceiling")
    @classmethod
    def _is_not_below_its_floor(cls, ceiling: str, info: ValidationInfo) -> str:
        if Decimal(ceiling) < Decimal(info.data.get("loss_rate_floor", "0")):
            raise ValueError("lies below loss_rate_floor")
        return ceiling
