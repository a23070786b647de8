"""The KPI scorecard: KPIs in rows, the country and its regions in columns, for the page and for the Dagster UI.

Belongs here: which period of a KPI is shown, and what one cell says. How it looks stands with page and Markdown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dagster_project.monitor import dutch
from dagster_project.monitor.periods import is_over
from dagster_project.monitor.released import COUNTRY, Released, Row

SUPPRESSED = "<n"
NO_DATA = "geen gegevens"
SPECIAL_WORDS = {
    "improving": "bijzondere oorzaak, verbetering",
    "worsening": "bijzondere oorzaak, verslechtering",
    "special": "bijzondere oorzaak",
}
UNJUDGED = "unjudged"
MARK_WORDS = SPECIAL_WORDS | {UNJUDGED: "niet beoordeeld: niet heel geleverd, of voorlopig"}
STATUS_WORDS = {"met": "doel gehaald", "not_met": "doel niet gehaald"}
MARKS = (
    ("met", STATUS_WORDS["met"]),
    ("not_met", STATUS_WORDS["not_met"]),
    ("improving", SPECIAL_WORDS["improving"]),
    ("worsening", SPECIAL_WORDS["worsening"]),
    ("special", SPECIAL_WORDS["special"]),
    (UNJUDGED, MARK_WORDS[UNJUDGED]),
)
_WHOLE = """
    select
        v.*, d.name_nl, d.name_en, d.measure_unit as measure, d.direction, {special} as special_cause,
        {variation} as variation
    from kpi.value as v
    inner join kpi.definition as d using (kpi_id)
    {chart}
    where {is_over}
    qualify
        dense_rank() over (
            partition by v.kpi_id order by list_position(['month', 'quarter', 'year'], v.period_type),
            v.period_start desc
        ) = 1
    order by d.position, v.unit <> 'seh', v.unit, v.region_code <> 'NL', v.region_code
"""
_CHART = """
    left join kpi.control_chart as c
        on
            v.kpi_id = c.kpi_id and v.region_code = c.region_code and v.unit = c.unit and v.period_type = 'month'
            and v.period_start = c.month
"""


@dataclass(frozen=True)
class Score:
    """A KPI of one region: what is shown, `met`, `not_met` or nothing, and the kind of special cause if
    any, or `unjudged` where the period was not delivered whole, or
    too little of it is known yet."""

    shown: str
    value: float | None
    suppressed: bool = False
    status: str | None = None
    special: str | None = None


@dataclass(frozen=True)
class Line:
    """One KPI and kind of unit: its words, its period, its target and the scores by region code."""

    kpi_id: str
    unit: str
    name_nl: str
    name_en: str
    period: str
    target: str
    scores: dict[str, Score]

    @property
    def label(self) -> str:
        return label(self.name_nl, self.unit)

    @property
    def has_data(self) -> bool:
        """Whether anything was counted, if only too little to be shown."""
        return any(score.shown != NO_DATA for score in self.scores.values())


def label(name_nl: str, unit: str) -> str:
    """The Dutch name of a KPI with its kind of unit, unless the KPI has none or says it already."""
    word = dutch.UNITS.get(unit, dutch.words(unit))
    return name_nl if not word or word in name_nl else f"{name_nl}, {word}"


def scorecard(released: Released) -> list[Line]:
    """The last whole month of every KPI, or its last whole quarter or year where it has no months."""
    if not released.has("kpi.value", "kpi.definition"):
        return []
    charted = released.has("kpi.control_chart")
    sql = _WHOLE.format(
        special="c.special_cause" if charted else "null",
        variation="c.variation" if charted else "null",
        chart=_CHART if charted else "",
        is_over=is_over("v.period_start", "v.period_type"),
    )
    rows = released.rows(sql, as_of=released.as_of)
    return [_line(list(group)) for _, group in groupby(rows, key=lambda row: (row["kpi_id"], row["unit"]))]


def usual_period(lines: list[Line]) -> str:
    """The period of most lines that have data, to be told once."""
    return Counter(line.period for line in [line for line in lines if line.has_data] or lines).most_common(1)[0][0]


def under(line: Line, before: Line | None, usual: str) -> str:
    """What stands under a KPI's name: its English name on the first of its rows, and a period of its own."""
    english = line.name_en if before is None or before.kpi_id != line.kpi_id else ""
    own = line.period if line.has_data and line.period != usual else ""
    return " · ".join(word for word in (english, own) if word)


def shown(value: float | None, measure: str, row: Row | None = None) -> str:
    """A value in its own notation: `12,3%`, `27,5 min`, `8 van 10`; a dash where there is none."""
    if value is None:
        return dutch.MISSING
    if measure == "%":
        return dutch.percent(value)
    if measure == "ratio" and row and row.get("denominator"):
        return f"{dutch.number(row['numerator'])} van {dutch.number(row['denominator'])}"
    return dutch.number(value, PLACES.get(measure, 2))


PLACES = {"count": 0, "minutes": 1, "per 1000": 2, "ratio": 2, "weeks": 1, "days": 1, "calls": 1, "mark": 1, "score": 2}
SUFFIXES = {"%": "%"}
MEASURES = {
    "count": "aantal", "minutes": "minuten", "per 1000": "per 1.000 inwoners", "ratio": "deel", "%": "procent",
    "weeks": "weken", "days": "dagen", "calls": "telefoontjes", "mark": "rapportcijfer", "score": "score",
}  # fmt: skip


def special_kind(special_cause: object, variation: str | None) -> str | None:
    """`improving`, `worsening` or `special` where a chart names a special cause, None where it names none."""
    if special_cause in (None, False, "", "none", "common"):
        return None
    return variation if variation in ("improving", "worsening") else "special"


def target_words(
    target: float | None, measure: str, direction: str, bounds: tuple[float | None, float | None] = (None, None)
) -> str:
    """`≥ 95%`, `≤ 5`, `95,0% – 105,0%` for a target to be near; which way is better where there is no target."""
    if target is None:
        return {"higher": "hoger is beter", "lower": "lager is beter"}.get(direction, "context")
    if None not in bounds:
        return " – ".join(shown(bound, measure) for bound in bounds)
    if measure == "ratio" and target == 1:
        return "alle"
    return {"higher": "≥ ", "lower": "≤ "}.get(direction, "") + shown(target, measure)


def _line(rows: Sequence[Row]) -> Line:
    first = next((row for row in rows if row["region_code"] == COUNTRY), rows[0])
    return Line(
        kpi_id=first["kpi_id"],
        unit=first["unit"],
        name_nl=first["name_nl"],
        name_en=first["name_en"],
        period=dutch.period(first["period_start"], first["period_type"]),
        target=target_words(
            first["target"], first["measure"], first["direction"], (first["target_low"], first["target_high"])
        ),
        scores={row["region_code"]: _score(row) for row in rows},
    )


def _score(row: Row) -> Score:
    if row["suppressed"]:
        return Score(SUPPRESSED, None, suppressed=True)
    if row["status"] == "no_data":
        return Score(NO_DATA, None)
    status = row["status"] if row["status"] in STATUS_WORDS else None
    special = UNJUDGED if row["partial"] or row["provisional"] else special_kind(row["special_cause"], row["variation"])
    return Score(shown(row["value"], row["measure"], row), row["value"], status=status, special=special)
