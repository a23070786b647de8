"""What was measured, as Markdown: the table, the comparison, the profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.benchmark.measure import middle
from tests.benchmark.nights import BY_HAND, EMPTY, FIRST, HELD, NEXT, Bench


def table(benches: Sequence[Bench]) -> Iterable[str]:
    """One line per case and size; times are medians, ratios are of wall times."""
    yield "| case | scale | days | wall s | CPU s | peak MiB | × by hand | measured |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for bench in benches:
        by_hand = middle(bench.times[BY_HAND]).wall_s if BY_HAND in bench.times else None
        for case, times in bench.times.items():
            took = middle(times)
            ratio = f"{took.wall_s / by_hand:.1f}" if by_hand else ""
            yield (
                f"| {case} | {bench.size.scale:g} | {bench.size.days} | {took.wall_s:.1f} | {took.cpu_s:.1f} |"
                f" {took.peak_mib:,.0f} | {ratio} | {len(times)} × |"
            )


def next_nights(tiny: Bench, benches: Sequence[Bench]) -> Iterable[str]:
    """Nights against the price of the frameworks, and a first run against the script in as much memory."""
    fixed = middle(tiny.times[NEXT]).wall_s
    for bench in benches:
        size = f"scale {bench.size.scale:g}, {bench.size.days} days"
        first, following, empty = (middle(bench.times[case]).wall_s for case in (FIRST, NEXT, EMPTY))
        yield f"- {size}: a next night takes {following / fixed:.2f} × a night with hardly any rows."
        yield from (f"- {size}: {name} did not come to an end." for name in sorted(bench.given_up))
        if HELD in bench.times:
            held = middle(bench.times[HELD]).wall_s
            yield f"- {size}: a first run takes {first / held:.2f} × the script by hand in as much memory for DuckDB."
        yield f"- {size}: a next night takes {following / empty:.2f} × a night of empty deliveries."


def queries(benches: Sequence[Bench]) -> Iterable[str]:
    """A point query on each table of the release."""
    for bench in benches:
        slowest, took = max(bench.queries.items(), key=lambda query: query[1])
        yield (
            f"Point queries at scale {bench.size.scale:g}, {bench.size.days} days: the slowest of"
            f" {len(bench.queries)} tables is {slowest} with {took:.0f} ms, opening the release included."
        )


def comparison(benches: Sequence[Bench]) -> Iterable[str]:
    """Whether all computed the same."""
    yield "| table | scale | made | rows | other | sum of all euro columns | other | rows that differ | left out |"
    yield "|---|--:|---|--:|--:|--:|--:|--:|---|"
    for bench in benches:
        for name, tables in bench.compared.items():
            for each in tables:
                (rows, other_rows), (euros, other_euros) = each["rows"], each["euros"]
                yield (
                    f"| {each['table']} | {bench.size.scale:g} | {name} | {rows:,} | {other_rows:,} | {euros} |"
                    f" {other_euros} | {each['differing']} | {', '.join(each['left_out'])} |"
                )


def profiles(bench: Bench) -> Iterable[str]:
    """Seconds of each phase, a column per case; then feeds and models of the first run."""
    cases = list(bench.profiles)
    yield f"| phase at scale {bench.size.scale:g}, seconds | " + " | ".join(cases) + " |"
    yield "|---|" + "--:|" * len(cases)
    for part in ("phases", "feeds"):
        for name in dict.fromkeys(name for profile in bench.profiles.values() for name in profile[part]):
            seconds = [profile[part].get(name) for profile in bench.profiles.values()]
            shown = f"… {name}" if part == "feeds" else name
            yield f"| {shown} | " + " | ".join("" if s is None else f"{s:.2f}" for s in seconds) + " |"
    all_models = " | ".join(f"{profile['all models']:.2f}" for profile in bench.profiles.values())
    yield f"| … all models, two at a time | {all_models} |"
    yield ""
    for case, profile in bench.profiles.items():
        slowest = ", ".join(f"{name} {seconds:.2f}" for name, seconds in profile["models"])
        yield f"Slowest models, {case} (seconds): {slowest}.\n"
