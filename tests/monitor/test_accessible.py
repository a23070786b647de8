"""For a reader who hears it, prints it, or does not see colours."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from dagster_project.monitor import drawing

from .reading import Page

WHITE, BAND = "#ffffff", "#f4f6f9"


def test_it_says_its_language_and_title(html: str, page: Page) -> None:
    assert ("html", {"lang": "nl"}) in page.tags
    assert "<title>Zorgcoördinatie: release 2026-03-01-1f3a9c07</title>" in html


def test_headings_begin_with_one_and_skip_no_level(page: Page) -> None:
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len({words for _, words in page.headings}) == len(levels)


def test_every_drawing_has_words_or_says_that_it_has_none(page: Page) -> None:
    assert len(page.images) > 20
    for image in page.images:
        assert image.get("aria-hidden") == "true" or (image["role"] == "img" and _named(image, page)), image


def _named(image: dict[str, str | None], page: Page) -> bool:
    by = (image.get("aria-labelledby") or "").split()
    return bool(image.get("aria-label")) or (len(by) == 2 and set(by) <= set(page.ids))


def test_every_chart_has_a_description_with_its_figures(html: str) -> None:
    charts = re.findall(r"<figure.*?</figure>", html, re.S)
    assert len(charts) == 7
    for chart in charts:
        title, said = re.search(r"<title[^>]*>(.+?)</title><desc[^>]*>(.+?)</desc>", chart, re.S).groups()
        assert len(title) > 5 and len(said) > 20


def test_every_table_has_a_caption_and_names_its_rows_and_columns(page: Page) -> None:
    assert len(page.tables) > 10 and all(page.tables)
    for caption, table in page.tables.items():
        assert set(table.kinds[0]) == {("th", "col")}, caption
        for kinds in table.kinds[1:]:
            assert kinds[0] == ("th", "row") and {tag for tag, _ in kinds[1:]} == {"td"}, caption
            assert len(kinds) == len(table.head), caption


def test_ids_are_one_of_a_kind_and_links_lead_somewhere(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    inside = {address[1:] for tag, address in page.addresses if address.startswith("#")}
    assert inside <= set(page.ids) and {"inhoud", "kort", "i-met"} <= inside


def test_a_skip_link_is_the_first_thing_to_reach(page: Page) -> None:
    first = next(given for tag, given in page.tags if tag == "a")
    assert first == {"class": "skip", "href": "#inhoud"}


@pytest.mark.parametrize("ground", [WHITE, BAND])
@pytest.mark.parametrize("ink", [drawing.INK, drawing.SOFT, drawing.BLUE, drawing.ORANGE, "#17633a", "#a3231c"])
def test_what_is_read_stands_out(ink: str, ground: str) -> None:
    """WCAG AA asks 4.5 for text; marks of the same colours are then far above its 3."""
    assert _contrast(ink, ground) >= 4.5


def test_the_page_uses_no_colour_that_was_not_judged(html: str) -> None:
    judged = {drawing.INK, drawing.SOFT, drawing.BLUE, drawing.ORANGE, "#17633a", "#a3231c"}
    grounds = {drawing.PALE, drawing.GRID, BAND, "#fff"}
    used = {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?![-\w])", html)}
    assert used <= judged | grounds, used - judged - grounds


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
