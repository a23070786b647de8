"""What holds of double funding whatever is declared: in what order it came, what is credited, what is excepted.

Every example is one build of four worlds that hold the same random rows (see `oracle.worlds`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle.worlds import DAYS, World, random_rows, write_at_once, write_in_pieces

from .homes import KEY, Home
from .plans import Plan
from .seen import Declared, Seen

CASES = 80
SEEDS = st.integers(0, 2**16)
EXAMPLES = settings(deadline=None, phases=(Phase.generate,), derandomize=True, suppress_health_check=list(HealthCheck))

Books = dict[tuple[str, int], tuple[Decimal, ...]]


@settings(EXAMPLES, max_examples=2)
@given(seed=SEEDS)
def test_orders_credits_and_exceptions(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    _check(seed, tmp_path_factory.mktemp("worlds"))


@pytest.mark.nightly
@settings(EXAMPLES, max_examples=20)
@given(seed=SEEDS)
def test_many_orders_credits_and_exceptions(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    _check(seed, tmp_path_factory.mktemp("worlds"))


def _check(seed: int, folder: Path) -> None:
    rows, landing = random_rows(seed, CASES), folder / "landing"
    plain, in_pieces, credited, excepted = worlds = [World(number) for number in range(4)]
    write_at_once(landing, "plain", plain.renamed(rows))
    plan = Plan.of(landing, KEY, Random(seed))
    write_in_pieces(landing, "pieces", in_pieces.renamed(rows), Random(seed))
    write_at_once(landing, "credited", credited.renamed(plan.with_credits(rows)))
    write_at_once(landing, "excepted", excepted.renamed(plan.with_exceptions(rows)))

    home = Home.at(folder / "home", landing, KEY)
    assert [result for result in home.build(max(DAYS)) if not result.good] == []
    before, after_pieces, after_credits, after_exceptions = (Seen.of(home.warehouse, world) for world in worlds)
    assert after_pieces.findings == before.findings
    _check_credits(before, after_credits, plan)
    _check_exceptions(before, after_exceptions, plan)
    for seen in (before, after_pieces, after_credits, after_exceptions):
        _check_disputed_once(seen)


def _check_credits(before: Seen, after: Seen, plan: Plan) -> None:
    """The findings of what is credited are closed, all others stay; revenue loses what was not disputed."""
    assert plan.credits
    assert after.hard == {finding: state for finding, state in before.hard.items() if finding[1:3] not in plan.credits}
    taken_back = [before.declared[place] for place in plan.credits]
    assert all(not after.declared[place].disputed for place in plan.credits)
    assert _moved(before.books, after.books) == _sums(
        (line, (-line.amount, -line.disputed, line.disputed - line.amount)) for line in taken_back
    )


def _check_exceptions(before: Seen, after: Seen, plan: Plan) -> None:
    """What is excepted is accepted and disputes nothing; its declarations' revenue is theirs again."""
    covered = plan.excepted()
    assert covered
    for finding, (status, disputed) in before.findings.items():
        is_covered = (finding[0], finding[1:3]) in covered
        assert after.findings[finding] == (("accepted", Decimal(0)) if is_covered else (status, disputed))
    assert after.findings.keys() == before.findings.keys()
    given_back = [(line, line.disputed - after.declared[place].disputed) for place, line in before.declared.items()]
    assert _moved(before.books, after.books) == _sums(
        (line, (Decimal(0), -euros, euros)) for line, euros in given_back if euros
    )


def _check_disputed_once(seen: Seen) -> None:
    """With the largest amount that an open finding disputes of it, and never with more than it is worth."""
    largest: dict[tuple, Decimal] = defaultdict(Decimal)
    for finding, (status, disputed) in seen.findings.items():
        assert disputed == 0 or status == "open"
        largest[finding[1:3]] = max(largest[finding[1:3]], disputed)
    assert {place: line.disputed for place, line in seen.declared.items()} == {
        place: largest[place] for place in seen.declared
    }
    assert all(line.disputed <= line.amount for line in seen.declared.values())


def _moved(before: Books, after: Books) -> Books:
    """By how much declared, disputed and revenue of a provider-year changed, where they did."""
    changes = {book: tuple(new - old for old, new in zip(before[book], after[book], strict=True)) for book in before}
    assert before.keys() == after.keys()
    return {book: change for book, change in changes.items() if any(change)}


def _sums(changes: Iterable[tuple[Declared, tuple[Decimal, ...]]]) -> Books:
    """Changes of declared, disputed and revenue summed by the provider-years that they count for."""
    sums: Books = {}
    for line, change in changes:
        if line.book:
            sums[line.book] = tuple(map(sum, zip(sums.get(line.book, (0, 0, 0)), change, strict=True)))
    return {book: change for book, change in sums.items() if any(change)}
