"""The attack finds what can be found by hand, and nothing else: else it would prove nothing."""

from __future__ import annotations

from .attack import OTHER_LAWS, Attack, Books

JANUARY, FEBRUARY = "2025-01", "2025-02"


def books(*amounts: tuple[str, str, str, str, int]) -> Books:
    regions = {(provider, 2025): "noord" for provider, *_ in amounts}
    return Books({tuple(place): cents for *place, cents in amounts}, regions)


def found(world: Books, *shown: tuple[int, dict], insurer: str = "x") -> set:
    attack = Attack(insurer, world.atoms)
    for value, weights in shown:
        attack.see(value, weights)
    return {name[:3] for name in attack.found_out(world.targets(insurer)) if name[1] in ("a", "b")}


def test_what_one_other_insurer_has_is_a_subtraction() -> None:
    world = books(("a", JANUARY, "declared", "x", 50), ("a", JANUARY, "declared", "y", 30))
    assert ("declared", "a", JANUARY) in found(world, (80, world.figure("declared", provider="a", month=JANUARY)))


def test_what_two_others_have_is_no_ones() -> None:
    world = books(
        ("a", JANUARY, "declared", "x", 50), ("a", JANUARY, "declared", "y", 30), ("a", JANUARY, "declared", "z", 20)
    )
    assert not found(world, (100, world.figure("declared", provider="a", month=JANUARY)))


def test_a_year_less_a_month_tells_the_other_month() -> None:
    many = [("a", FEBRUARY, "declared", insurer, 10) for insurer in "xyz"]
    world = books(("a", JANUARY, "declared", "y", 30), *many)
    year = (60, world.figure("revenue", provider="a", year=2025))
    assert not found(world, year)
    assert ("declared", "a", JANUARY) in found(world, year, (30, world.figure("revenue", provider="a", month=FEBRUARY)))


def test_a_region_less_a_provider_tells_the_other_provider() -> None:
    many = [("b", JANUARY, "declared", insurer, 10) for insurer in "xyz"]
    world = books(("a", JANUARY, "declared", "y", 30), *many)
    region = (60, world.figure("revenue", region="noord", until=JANUARY))
    assert not found(world, region)
    assert ("declared", "a", JANUARY) in found(
        world, region, (30, world.figure("revenue", provider="b", month=JANUARY))
    )


def test_of_three_parts_of_a_sum_two_tell_the_third() -> None:
    many = [("a", JANUARY, "declared", insurer, 10) for insurer in "xyz"]
    world = books(("a", JANUARY, "lump_sum", "y", 30), *many)
    revenue = (60, world.figure("revenue", provider="a", month=JANUARY))
    assert not found(world, revenue)
    assert ("lump_sum", "a", JANUARY) in found(
        world, revenue, (30, world.figure("declared", provider="a", month=JANUARY))
    )


def test_the_zvw_of_a_year_beside_the_months_of_all_laws_tells_another_law() -> None:
    many = [("a", JANUARY, "declared", insurer, 10) for insurer in "xyz"]
    world = books(("a", JANUARY, f"declared{OTHER_LAWS}", "y", 30), *many)
    month = (60, world.figure("revenue", provider="a", month=JANUARY))
    assert not found(world, month)
    assert (f"declared{OTHER_LAWS}", "a", JANUARY) in found(
        world, month, (30, world.figure("settled", provider="a", year=2025))
    )
