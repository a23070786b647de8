"""report.html: one file in Dutch that opens offline and prints, the same bytes for the same release.

Belongs here: which sections there are, in what order, and writing them out. What a section says stands in
`sections/`; how it looks in `templates/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project.monitor import dutch
from dagster_project.monitor.blocks import Section
from dagster_project.monitor.released import Released
from dagster_project.monitor.sections import (
    allocation,
    clearing,
    control,
    double_funding,
    funnels,
    payers,
    quality,
    realisation,
    scores,
    spending,
    summary,
    year_end,
)

_TEMPLATES = Path(__file__).parent / "templates"
_ABOUT = "select release_id, as_of, code_version, checks from audit.release"


@dataclass(frozen=True)
class About:
    """What a release says of itself; checks have name, outcome (`passed`, `warned`, `failed`) and sentence."""

    release_id: str
    as_of: date
    code_version: str
    checks: Sequence[dict[str, Any]] = ()


def report_page(database: Path) -> str:
    """The page as HTML, from `zorgmart.duckdb` of a release and nothing else."""
    with duckdb.connect(database, read_only=True) as connection:
        about = _about(connection)
        released = Released(connection, about.as_of)
        sections = [section for section in _sections(released, about) if section]
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    page = environment.get_template("report.html.j2")
    return page.render(about=about, as_of=dutch.day(about.as_of), sections=sections)


def _about(connection: duckdb.DuckDBPyConnection) -> About:
    return About(*connection.execute(_ABOUT).fetchall()[0])


def _sections(released: Released, about: About) -> list[Section | None]:
    return [
        summary.summary_section(released, about.checks),
        realisation.realisation_section(released),
        year_end.year_end_section(released),
        payers.payers_section(released),
        allocation.allocation_section(released),
        clearing.clearing_section(released),
        spending.spending_section(released),
        scores.scorecard_section(released),
        control.control_section(released),
        funnels.funnel_section(released),
        double_funding.double_funding_section(released),
        quality.quality_section(released, about.checks),
    ]
