"""`python -m tests.benchmark [--scales 0.01 0.1] [--days 366] [--out FILE]`: measure, compare, print Markdown."""

from __future__ import annotations

import argparse
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.benchmark.imports import import_seconds
from tests.benchmark.nights import Bench, run_bench, warm_up
from tests.benchmark.report import comparison, profiles, table

WARM_UP_SCALE, WARM_UP_DAYS = 0.0005, 6


def main() -> int:
    """Exit code 1 when a table by hand differs from the release's."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="zorgmart-bench-") as folder:
        _tell(f"warming up{_bytecode()}")
        warm_up(Bench(Path(folder) / "warm-up", WARM_UP_SCALE, WARM_UP_DAYS))
        benches = [Bench(Path(folder) / f"scale-{scale:g}", scale, asked.days) for scale in asked.scales]
        for bench in benches:
            _tell(f"scale {bench.scale:g}, {bench.days} days")
            run_bench(bench)
        imported = import_seconds(Path(folder))
    text = "\n".join(_page(benches, imported)) + "\n"
    print(text, end="")
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    return int(any(each["differing"] for bench in benches for each in bench.compared))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--scales", type=float, nargs="+", default=[0.01, 0.1], help="1 is the country")
    parser.add_argument("--days", type=int, default=366, help="delivery dates; the last two arrive one a night")
    parser.add_argument("--out", type=Path, help="file that gets the tables too")
    return parser.parse_args()


def _bytecode() -> str:
    """The warm-up compiles what it imports, so that no measured run does."""
    packages = [path.parent for path in Path(sysconfig.get_paths()["purelib"]).glob("*/__init__.py")]
    bare = sum(not (package / "__pycache__").exists() for package in packages)
    unset = "; PYTHONDONTWRITEBYTECODE is unset for all that is measured" if sys.dont_write_bytecode else ""
    return f" ({bare} of {len(packages)} installed packages have no bytecode yet{unset})"


def _tell(sentence: str) -> None:
    print(f"bench: {sentence}", file=sys.stderr, flush=True)


def _page(benches: Sequence[Bench], imported: dict[str, float]) -> Iterable[str]:
    yield (
        f"Measured in one run on {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} over its last five minutes"
        " (a busy machine shows in wall time more than in CPU time). Times are medians; peak is of all processes of a"
        " run together; the next night is measured on two nights. By hand reads the same files from nothing.\n"
    )
    yield from table(benches)
    yield ""
    yield from comparison(benches)
    for bench in benches:
        yield ""
        yield from profiles(bench)
    yield (
        "Imports in a process of their own, in this order (seconds): "
        + ", ".join(f"{name} {seconds:.2f}" for name, seconds in imported.items())
        + "."
    )


if __name__ == "__main__":
    sys.exit(main())
