"""Hundreds of random cases in one landing: what dbt builds of them is what the oracle says, to the cent."""

from __future__ import annotations

from pathlib import Path
from random import Random

from oracle import compare, compute
from oracle.landings import DAYS, PACKED_SEED, packed_landing, random_landing

from .homes import KEY, Home


def test_a_random_landing_is_built_as_the_oracle_says(tmp_path: Path) -> None:
    landing = packed_landing(PACKED_SEED).write(tmp_path / "landing")
    home = Home.at(tmp_path / "home", landing, KEY)
    assert [result for result in home.build(max(DAYS)) if not result.good] == []
    assert compare(compute(landing, key=KEY), home.warehouse) == []


def test_night_by_night_is_built_as_at_once(tmp_path: Path) -> None:
    landing = random_landing(Random(3), 300).write(tmp_path / "landing")
    home = Home.at(tmp_path / "home", landing, KEY)
    for as_of in sorted(DAYS)[1:]:
        assert [result for result in home.build(as_of) if not result.good] == []
        assert compare(compute(landing, as_of=as_of, key=KEY), home.warehouse) == []
