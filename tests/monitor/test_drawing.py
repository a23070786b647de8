"""A drawing depends on its specification alone."""

from __future__ import annotations

import re

import altair as alt

from dagster_project.monitor import drawing

CHART = alt.Chart(alt.InlineData([{"x": 1, "y": 2}, {"x": 2, "y": 3}])).mark_line(clip=True).encode(x="x:Q", y="y:Q")


def test_what_a_process_drew_before_changes_nothing() -> None:
    first = drawing.draw(CHART)
    drawing._drawn.cache_clear()
    assert drawing.draw(CHART) == first


def test_a_reference_leads_to_the_id_that_it_names() -> None:
    svg = drawing.draw(CHART)
    ids, references = set(re.findall(r'id="(clip[0-9]+)"', svg)), set(re.findall(r"url\(#(clip[0-9]+)\)", svg))
    assert ids == references and ids
