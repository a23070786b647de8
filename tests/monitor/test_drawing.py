"""A drawing depends on its specification alone."""

from __future__ import annotations

import re

from dagster_project.monitor import drawing

SPEC = {
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "mark": {"type": "line", "clip": True},
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


def test_what_a_process_drew_before_changes_nothing() -> None:
    first = drawing.draw(SPEC)
    drawing._drawn.cache_clear()
    assert drawing.draw(SPEC) == first


def test_a_reference_leads_to_the_id_that_it_names() -> None:
    svg = drawing.draw(SPEC)
    ids, references = set(re.findall(r'id="(clip[0-9]+)"', svg)), set(re.findall(r"url\(#(clip[0-9]+)\)", svg))
    assert ids == references and ids
