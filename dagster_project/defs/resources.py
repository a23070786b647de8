"""What the steps share: the settings, what was asked of the run, and the lock of the one writer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import dagster as dg
from pydantic import Field, PrivateAttr

from dagster_project.errors import ZorgmartError, may_pass
from dagster_project.openness import openness
from dagster_project.quality.outcome import Outcome
from dagster_project.quality.outcome_store import Judgement, judgement
from dagster_project.quality.worker import QualityWorker
from dagster_project.run.lock import writer_lock
from dagster_project.run.plan import Asked
from dagster_project.run.tuning import without_garbage_collection
from dagster_project.settings import Settings, export, read_settings


class Warehouse(dg.ConfigurableResource):
    """The home folder, held by this run from its first step to its last."""

    as_of: str = Field("", description="Deliveries up to this date (YYYY-MM-DD); empty is the newest delivery date.")
    known_on: str = Field(
        "", description="Versions received by this instant (ISO, with its offset); empty is all that were received."
    )
    full_refresh: bool = Field(False, description="Throw the warehouse away and build it again.")

    make_current: bool = Field(False, description="Let `current` name the release, also one of an earlier date.")

    remakes: str = Field("", description="A release to make again; `zorgmart remake` sets this and what belongs to it.")

    _judge: QualityWorker = PrivateAttr()
    _run_id: str = PrivateAttr(default="")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Warehouse]:
        settings = self.settings
        export(settings)
        with writer_lock(settings.home, patient=True), without_garbage_collection():
            if told_open := openness(settings):
                context.log.warning(told_open)
            _clear_spill(settings)
            self._run_id = _first_run_id(context)
            with QualityWorker() as self._judge:
                yield self

    def judge(self, suite: str) -> list[Outcome]:
        """The outcomes of one suite on the warehouse as it is now."""
        return self._judge.judge(self.settings.warehouse, suite)

    @property
    def judgement(self) -> Judgement:
        """What is judged now: by this run, and the warehouse as it is."""
        return judgement(self._run_id, self.settings.warehouse)

    @property
    def settings(self) -> Settings:
        return read_settings()

    @property
    def asked(self) -> Asked:
        as_of = date.fromisoformat(self.as_of) if self.as_of else None
        known_on = datetime.fromisoformat(self.known_on) if self.known_on else None
        return Asked(as_of, known_on, self.make_current, self.full_refresh, self.remakes or None)


def _first_run_id(context: dg.InitResourceContext | None) -> str:
    """The run, or the one that it executes again: what that one judged need not be judged twice."""
    run = context.run if context else None
    return (run.root_run_id or run.run_id) if run else ""


def _clear_spill(settings: Settings) -> None:
    """What a killed run spilled goes; what this one spills is its owner's alone. The caller holds the lock."""
    shutil.rmtree(settings.spill, ignore_errors=True)
    shutil.rmtree(f"{settings.warehouse}.tmp", ignore_errors=True)
    settings.spill.mkdir(mode=0o700, parents=True, exist_ok=True)


RETRIES = dg.RetryPolicy(max_retries=2, delay=5)
"""Of every step: what `as_dagster_failure` lets through is tried again, for ten seconds in all."""


@contextmanager
def as_dagster_failure() -> Iterator[None]:
    """An error becomes the failure that Dagster shows, with our own sentence as its description; only what may pass by
    itself is tried again."""
    try:
        yield
    except Exception as error:
        sentence = str(error) if isinstance(error, ZorgmartError) else None
        raise dg.Failure(description=sentence, allow_retries=may_pass(error)) from error
