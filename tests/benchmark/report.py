"""What was measured, as Markdown: the table, the comparison, the profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.benchmark.measure import middle
from tests.benchmark.nights import BY_HAND, Bench


def table(benches: Sequence[Bench]) -> Iterable[str]:
    """One line per case and scale; times are medians, the ratio is of wall times."""
    yield "| case | scale | wall s | CPU s | peak MiB | × by hand | measured |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for bench in benches:
        by_hand = middle(bench.times[BY_HAND])
        for case, times in bench.times.items():
            case_time = middle(times)
            yield (
                f"| {case} | {bench.scale:g} | {case_time.wall_s:.1f} | {case_time.cpu_s:.1f} |"
                f" {case_time.peak_mib:,.0f} | {case_time.wall_s / by_hand.wall_s:.1f} | {len(times)} × |"
            )


def comparison(benches: Sequence[Bench]) -> Iterable[str]:
    """Whether both computed the same."""
    yield "| table | scale | rows | by hand | sum of all euro columns | by hand | rows that differ | left out |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for bench in benches:
        for each in bench.compared:
            (rows, rows_by_hand), (euros, euros_by_hand) = each["rows"], each["euros"]
            yield (
                f"| {each['table']} | {bench.scale:g} | {rows:,} | {rows_by_hand:,} | {euros} | {euros_by_hand} |"
                f" {each['differing']} | {', '.join(each['left_out'])} |"
            )


def profiles(bench: Bench) -> Iterable[str]:
    """Seconds of each phase, a column per case; then feeds and models of the first run."""
    cases = list(bench.profiles)
    yield f"| phase at scale {bench.scale:g}, seconds | " + " | ".join(cases) + " |"
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
