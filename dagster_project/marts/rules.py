"""What a mart's YAML must say, and what must fit its columns; each error names the table and the line to mend."""

from __future__ import annotations

import re

from dagster_project.errors import ZorgmartError
from dagster_project.marts.mart import ALL, DATA_TEAM, DECLARATION, INSURER, OWN_COUNTER, OWN_ROWS, Mart, MartColumn

_FIGURE = re.compile(r"count\(\*\)|sum\((\w+)\)")


def require_sound(mart: Mart) -> None:
    """Raises ZorgmartError unless the YAML names a key, says who sees the table, and fits its columns."""
    _require_key(mart)
    _require_reader(mart)
    _require_watched(mart)
    _require_shown(mart)
    for column in mart.columns:
        _require_column(mart, column)


def _require_key(mart: Mart) -> None:
    if not mart.key or not mart.has(*mart.key):
        raise ZorgmartError(
            f"{mart.full_name}: meta.primary_key {list(mart.key)} must name columns of the model; set it in its YAML"
        )
    if mart.month and not mart.has(mart.month):
        raise ZorgmartError(
            f"{mart.full_name}: meta.published_by_month_of {mart.month!r} must name a column of the model; set it"
            " in its YAML"
        )


def _require_reader(mart: Mart) -> None:
    if mart.visible_to not in (ALL, OWN_ROWS, DATA_TEAM):
        raise ZorgmartError(
            f"{mart.full_name}: meta.visible_to is {mart.visible_to!r}; say who sees it in its YAML:"
            f" {ALL}, {OWN_ROWS} or {DATA_TEAM}"
        )
    if mart.visible_where and not (mart.visible_to == ALL and mart.has(mart.visible_where)):
        raise ZorgmartError(
            f"{mart.full_name}: meta.visible_where {mart.visible_where!r} must name a column of a table that is visible"
            f" to {ALL}"
        )
    # reference.* tells who insurers are, and nothing of what is theirs.
    if mart.visible_to == ALL and mart.has(INSURER) and mart.schema != "reference":
        raise ZorgmartError(f"{mart.full_name} has rows of one insurer each, so meta.visible_to can't be {ALL}")
    if mart.visible_to == OWN_ROWS and not (mart.has(INSURER) or mart.has(*DECLARATION)):
        raise ZorgmartError(
            f"{mart.full_name}: nothing tells whose a row is; meta.visible_to {OWN_ROWS} needs {INSURER},"
            f" or {' and '.join(DECLARATION)}"
        )


def _require_watched(mart: Mart) -> None:
    """The figures become SQL, so only a sum of a column and a count of rows pass."""
    if mart.watched is None:
        return
    if not mart.watched.by or not mart.has(*mart.watched.by):
        raise ZorgmartError(f"{mart.full_name}: meta.watched.by {list(mart.watched.by)} must name columns of the model")
    if not mart.watched.figures:
        raise ZorgmartError(f"{mart.full_name}: meta.watched has no figures; name one, as total_eur: sum(amount_eur)")
    for name, figure in mart.watched.figures:
        found = _FIGURE.fullmatch(figure)
        if found is None or (found[1] and not mart.has(found[1])):
            raise ZorgmartError(
                f"{mart.full_name}: meta.watched.figures has {name}: {figure}; write sum(<column of the model>) or"
                " count(*)"
            )


def _require_shown(mart: Mart) -> None:
    if not mart.has(*mart.shown):
        raise ZorgmartError(
            f"{mart.full_name}: meta.shown_in_messages {list(mart.shown)} must name columns of the model"
        )


def _require_column(mart: Mart, column: MartColumn) -> None:
    if column.visible_to not in (None, DATA_TEAM, OWN_COUNTER):
        raise ZorgmartError(
            f"{mart.full_name}.{column.name}: meta.visible_to is {column.visible_to!r}; a column's is"
            f" {DATA_TEAM} or {OWN_COUNTER}"
        )
    if column.withheld_where and not mart.has(column.withheld_where):
        raise ZorgmartError(
            f"{mart.full_name}.{column.name}: meta.withheld_where names {column.withheld_where}, which is no column"
        )
    if column.formula and not column.formula.text:
        raise ZorgmartError(f"{mart.full_name}.{column.name}: meta.formula has no text; write it in words")
