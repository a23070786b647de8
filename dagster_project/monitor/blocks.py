"""What the page is made of: sections of facts, tables and figures, ready to be written, with no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Cell:
    """One cell: its text, a kind that the style knows (`number`, `held`), icons as (name, what it says) and maybe what
    stands behind each, a line below.

    Of kind `spark` the line is not words but the path of a small line.
    """

    text: str
    kind: str = ""
    icons: tuple[tuple[str, ...], ...] = ()
    line: str = ""
    lang: str = ""
    line_lang: str = ""


@dataclass(frozen=True)
class Head:
    """A column's heading; `note` stands small under it."""

    text: str
    note: str = ""
    number: bool = False


Texts = Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first cell of a row names it. `foot` are the rows that sum up."""

    caption: str
    head: Sequence[Head]
    rows: Sequence[Texts]
    foot: Sequence[Texts] = ()
    note: str = ""
    kind: str = ""
    sort: str = field(default="table", init=False)


@dataclass(frozen=True)
class Figure:
    """A drawing with its caption, its one alternative text, and the table that it was drawn from."""

    name: str
    title: str
    english: str
    description: str
    svg: Markup
    behind: Table | None = None
    marks: Sequence[tuple[str, str]] = ()
    kind: str = ""
    sort: str = field(default="figure", init=False)


@dataclass(frozen=True)
class Figures:
    """Figures side by side, with what their marks mean."""

    figures: Sequence[Figure]
    legend: Sequence[tuple[str, str]] = ()
    sort: str = field(default="figures", init=False)


@dataclass(frozen=True)
class Fact:
    """One number of the first page, what it is and what it says."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Facts:
    facts: Sequence[Fact]
    sort: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Words:
    """A paragraph, or a heading of a part where `heading` is true."""

    text: str
    heading: bool = False
    lang: str = ""
    sort: str = field(default="words", init=False)


Block = Table | Figure | Figures | Facts | Words


@dataclass(frozen=True)
class Section:
    """One heading of the page and what stands under it."""

    name: str
    title: str
    english: str
    blocks: Sequence[Block]


def text(value: str, kind: str = "", lang: str = "") -> Cell:
    return Cell(value, kind, lang=lang)


def figure_cell(value: str, kind: str = "") -> Cell:
    """A cell of a column of numbers."""
    return Cell(value, f"number {kind}".strip())
