"""Warnings about what was delivered, on rows of the door: keys that read the same, and budget lines that vanished."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.quality.run import run_suites
from dagster_project.quality.suites import Suite

EMPTY = ("delete from raw.deliveries", "delete from raw.budgets", "delete from raw.key_spellings")
DELIVERIES = """
    insert into raw.deliveries values
    (1, 'budgets', '2026-01-01', 'a.csv'), (2, 'budgets', '2026-01-02', 'b.csv'), (3, 'budgets', '2026-01-01', 'c.csv'),
    (4, 'budgets', '2026-01-03', 'd.csv')
"""


def found(warehouse: Path, suite: Suite) -> dict[str, list[tuple[str, ...]]]:
    """The rows that each expectation of the suite names, without what does not tell them apart here."""
    left_out = ("feed", "columns", "delivery_date", "other_delivery_date", "provider_agb", "year", "component")
    return {
        one.name: sorted(tuple(text for key, text in row.items() if key not in left_out) for row in one.examples)
        for one in run_suites(warehouse, [suite])
    }


SPELLINGS = [
    # Across files, by column and feed; the same spelling is one key, however often it is delivered.
    (
        """('population', 'area', 1, 7, 'Den Haag', 'den haag', null),
           ('population', 'area', 2, 9, 'DEN HAAG', 'den haag', null),
           ('population', 'area', 2, 8, 'Den Haag', 'den haag', null),
           ('insurers', 'concern', 2, 1, 'den haag', 'den haag', null)""",
        [("b.csv", "9", "b.csv", "8")],
        [],
    ),
    # A budget's edition of a later date replaces the earlier one whole, so a mended spelling warns no more.
    (
        """('budgets', 'key', 1, 1, 'FTE', 'fte', 'a 2026'), ('budgets', 'key', 2, 1, 'fte', 'fte', 'a 2026'),
           ('budgets', 'key', 1, 2, 'Zit', 'zit', 'b 2026'), ('budgets', 'key', 3, 3, 'zit', 'zit', 'b 2026')""",
        [("c.csv", "3", "a.csv", "2")],
        [],
    ),
    # Cyrillic i and er; Latin letters with signs, digits and the sign of micro are in order.
    (
        """('budgets', 'key', 1, 1, 'triage_100%', 'triage_100%', null),
           ('budgets', 'key', 1, 2, 'tr\u0456age_100%', 'tr\u0456age_100%', null),
           ('budgets', 'key', 1, 3, '\u0440ost', '\u0440ost', null),
           ('budgets', 'key', 1, 4, 'caf\u00e9 \u00b5', 'caf\u00e9 \u00b5', null),
           ('budgets', 'key', 1, 5, 'triagex100x', 'triagex100x', null)""",
        [],
        [("a.csv", "2", "a.csv", "1"), ("a.csv", "3")],
    ),
]


@pytest.mark.parametrize(("spellings", "alike", "of_another_script"), SPELLINGS)
def test_keys_that_read_the_same_are_named_with_the_first_of_them(
    planted: Callable[..., Path],
    suites: dict[str, Suite],
    spellings: str,
    alike: list[tuple[str, ...]],
    of_another_script: list[tuple[str, ...]],
) -> None:
    warehouse = planted(*EMPTY, DELIVERIES, f"insert into raw.key_spellings values {spellings}")
    named = found(warehouse, suites["key_warnings"])
    assert named["keys_alike"] == alike
    assert named["letters_of_another_script"] == of_another_script


LINES = [
    # The newest delivery leaves seats out; another edition has its own lines.
    (
        [(1, 1, "agreed", "fte"), (1, 2, "agreed", "seats"), (2, 1, "agreed", "fte"), (1, 3, "final", "seats")],
        ["seats"],
    ),
    # Of three deliveries the last two are compared.
    ([(1, 1, "agreed", "fte"), (1, 2, "agreed", "seats"), (2, 1, "agreed", "fte"), (4, 1, "agreed", "fte")], []),
    # Files of one date belong together.
    ([(1, 1, "agreed", "fte"), (3, 1, "agreed", "seats"), (2, 1, "agreed", "fte"), (2, 2, "agreed", "seats")], []),
    # A line that waits in the newest delivery vanishes too.
    (
        [(1, 1, "agreed", "fte"), (1, 2, "agreed", "seats"), (2, 1, "agreed", "fte"), (2, 9, "agreed", "seats")],
        ["seats"],
    ),
    # Where all of a delivery waits nothing is replaced.
    ([(1, 1, "agreed", "fte"), (1, 2, "agreed", "seats"), (2, 9, "agreed", "fte")], []),
]


@pytest.mark.parametrize(("lines", "vanished"), LINES)
def test_a_budget_line_that_the_newest_delivery_leaves_out_is_named(
    planted: Callable[..., Path], suites: dict[str, Suite], lines: list[tuple[int, int, str, str]], vanished: list[str]
) -> None:
    rows = ", ".join(f"({v}, {row}, '10000001', 2025, '{edition}', 'capacity', '{p}')" for v, row, edition, p in lines)
    waits = "insert into integrity.quarantine values ('budgets', '2026-01-02', 'b.csv', 9, ['unknown_insurer'], '…')"
    warehouse = planted(*EMPTY, DELIVERIES, f"insert into raw.budgets values {rows}", waits)
    named = found(warehouse, suites["budget_signals"])["budget_line_vanished"]
    assert named == [("agreed", parameter, "2026-01-01/a.csv") for parameter in vanished]
