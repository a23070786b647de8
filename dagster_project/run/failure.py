"""Why a step of Dagster failed, below what it is wrapped in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagster._core.execution.plan.objects import StepFailureData
    from dagster._utils.error import SerializableErrorInfo

_WRAPPERS = ("DagsterExecutionStepExecutionError", "Failure", "RetryRequestedFromPolicy")


def cause_of(failure: StepFailureData) -> SerializableErrorInfo | None:
    """The first error that is neither Dagster's own nor the `Failure` that `as_dagster_failure` makes of ours."""
    error = failure.error
    while error and error.cause and error.cls_name in _WRAPPERS:
        error = error.cause
    return error
