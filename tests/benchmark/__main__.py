"""Measure, compare, print Markdown: `python -m tests.benchmark --help`."""

from __future__ import annotations

import argparse
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.benchmark.imports import import_seconds
from tests.benchmark.nights import TINY_DAYS, TINY_SCALE, Bench, Size, run_bench, run_tiny
from tests.benchmark.report import comparison, next_nights, profiles, queries, table


def main() -> int:
    """Exit code 1 when a table made another way differs from the release's."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="zorgmart-bench-", dir=asked.folder) as folder:
        _tell(f"warming up{_bytecode()}")
        tiny = Bench(Path(folder) / "tiny", Size(TINY_SCALE, TINY_DAYS))
        run_tiny(tiny)
        sizes = [Size(scale, days, asked.format, asked.memory) for scale in asked.scales for days in asked.days]
        benches = [Bench(Path(folder) / size.name, size) for size in sizes]
        for bench in benches:
            _tell(f"scale {bench.size.scale:g}, {bench.size.days} days")
            run_bench(bench)
        imported = import_seconds(Path(folder))
    text = "\n".join(_page(tiny, benches, imported)) + "\n"
    print(text, end="")
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    compared = [each for bench in benches for tables in bench.compared.values() for each in tables]
    return int(any(each["differing"] for each in compared))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmark", description="Measure runs, and a script by hand beside them."
    )
    parser.add_argument("--scales", type=float, nargs="+", default=[0.01, 0.1], help="1 is the country")
    parser.add_argument(
        "--days", type=int, nargs="+", default=[366], help="delivery dates; the last two arrive one a night"
    )
    parser.add_argument("--format", choices=["mixed", "parquet", "csv"], default="mixed", help="of daily feeds")
    parser.add_argument("--memory", default="2500MiB", help="for DuckDB, before it spills (ZORGMART_MEMORY)")
    parser.add_argument("--folder", type=Path, help="where to work; a folder for temporary files by default")
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


def _page(tiny: Bench, benches: Sequence[Bench], imported: dict[str, float]) -> Iterable[str]:
    yield (
        f"Measured in one run on {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} over its last five minutes"
        " (a busy machine shows in wall time more than in CPU time). Times are medians; peak is of all processes of a"
        " run together; the next night is measured on two nights. The script by hand reads the same files.\n"
    )
    yield from table([tiny, *benches])
    yield ""
    yield from next_nights(tiny, benches)
    yield ""
    yield from queries(benches)
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
