"""The cases: a first run, next nights with one new delivery date each, nights with nothing new, the script by hand."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.feeds import FEEDS
from tests.benchmark.measure import Command, Measured, answer, measured, module

FIRST, NEXT, NOTHING = "first run", "next night, one new day", "the same night, nothing new"
EMPTY = "a further night, empty deliveries"
BY_HAND, HELD = "by hand", "by hand, in a run's memory"
DAILY = ("declarations", "capacity_snapshots", "contacts")
NIGHTS, BY_HAND_TIMES, NOTHING_TIMES = 2, 3, 2
SHORT_SCALE, LONG_SCALE = 0.02, 0.5
TINY_SCALE, TINY_DAYS = 0.0005, 8


@dataclass(frozen=True)
class Size:
    """How much is delivered and in which files, and the memory of DuckDB."""

    scale: float
    days: int
    format: str = "mixed"
    memory: str = "2500MiB"

    @property
    def name(self) -> str:
        return f"scale-{self.scale:g}-days-{self.days}"


@dataclass
class Bench:
    """One size: its folder, how often each case was measured, and what the last run of a case told of itself.

    `given_up` are the cases of the script by hand that did not come to an end, for want of memory.
    """

    folder: Path
    size: Size
    times: dict[str, list[Measured]] = field(default_factory=dict)
    profiles: dict[str, dict] = field(default_factory=dict)
    compared: dict[str, list[dict]] = field(default_factory=dict)
    queries: dict[str, float] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def home(self) -> Path:
        return self.folder / "home"


def run_bench(bench: Bench) -> None:
    """Measure every case, and compare the tables; raises SystemExit when a command of the project fails."""
    kept_back = _prepare(bench)
    for _ in range(2 if bench.size.scale <= SHORT_SCALE else 1):
        shutil.rmtree(bench.home, ignore_errors=True)
        _night(bench, FIRST)
    for folder in kept_back:
        _put_back(bench, folder)
        _night(bench, NEXT)
    for _ in range(NOTHING_TIMES):
        _night(bench, NOTHING)
    bench.queries = json.loads(answer(_command(bench, "queries.log", *module("tests.benchmark.queries", bench.home))))
    years = bench.size.days / 366
    for _ in range(BY_HAND_TIMES if bench.size.scale * years < LONG_SCALE else 1):
        _by_hand(bench, BY_HAND)
    _by_hand(bench, HELD)
    for name in (BY_HAND, HELD):
        if name not in bench.given_up:
            _compare(bench, name)
    _deliver_nothing(bench)
    _night(bench, EMPTY)


def run_tiny(bench: Bench) -> None:
    """What a night costs with hardly any rows. The first run reads every library from disk, compiles it and is lost."""
    kept_back = _prepare(bench)
    _night(bench, FIRST)
    del bench.times[FIRST]
    for folder in kept_back:
        _put_back(bench, folder)
        _night(bench, NEXT)


def _prepare(bench: Bench) -> list[Path]:
    bench.folder.mkdir(parents=True)
    _make_sample(bench)
    return _keep_back(bench)


def _make_sample(bench: Bench) -> None:
    size = bench.size
    words = ("--landing", bench.landing, "--scale", size.scale, "--days", size.days, "--format", size.format)
    measured(_command(bench, "sample.log", *module("dagster_project.cli", "sample", *words)))
    planted = json.loads((bench.folder / "landing-planted.json").read_text(encoding="utf-8"))
    rejected = [f"{each['feed']}/{each['delivery_date']}/{each['file']}" for each in planted["rejected_files"]]
    (bench.folder / "left-out.txt").write_text("\n".join(rejected), encoding="utf-8")


def _command(bench: Bench, log: str, *words: str) -> Command:
    return Command(words, bench.folder, bench.folder / log, {"ZORGMART_MEMORY": bench.size.memory})


def _keep_back(bench: Bench) -> list[Path]:
    """Move the last delivery dates out of the landing folder; gives their folders, the earliest first."""
    dates = sorted({path.name for path in bench.landing.glob("*/*")})[-NIGHTS:]
    for name in dates:
        for path in bench.landing.glob(f"*/{name}"):
            target = bench.folder / "kept-back" / name / path.parent.name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    return [bench.folder / "kept-back" / name for name in dates]


def _put_back(bench: Bench, folder: Path) -> None:
    for feed in folder.iterdir():
        feed.rename(bench.landing / feed.name / folder.name)


def _deliver_nothing(bench: Bench) -> None:
    """Files of the last day with a header and no row; the day after it may begin a month, which is written again."""
    last = max(path.name for path in bench.landing.glob("*/*"))
    for feed in DAILY:
        header = ",".join(FEEDS[feed].names) + "\n"
        (bench.landing / feed / last / "empty.csv").write_text(header, encoding="utf-8")


def _night(bench: Bench, case: str) -> None:
    log = f"{case.split(',')[0].replace(' ', '-')}.log"
    words = module("dagster_project.cli", "run", "--landing", bench.landing, "--home", bench.home)
    ran = measured(_command(bench, log, *words))
    bench.times.setdefault(case, []).append(ran)
    told = ("tests.benchmark.profile", bench.home, bench.folder / log, ran.began, ran.began + ran.wall_s)
    bench.profiles[case] = json.loads(answer(_command(bench, "profile.log", *module(*told))))


def _by_hand(bench: Bench, name: str) -> None:
    out = _made_by(bench, name)
    out.unlink(missing_ok=True)
    memory = (bench.size.memory,) if name == HELD else ()
    words = module("tests.benchmark.by_hand", bench.landing, out, bench.folder / "left-out.txt", *memory)
    try:
        took = measured(_command(bench, f"{out.stem}.log", *words))
    except SystemExit as error:
        if name == BY_HAND:  # what every table is compared with
            raise
        print(f"bench: {error}", file=sys.stderr)
        bench.given_up.add(name)
    else:
        bench.times.setdefault(name, []).append(took)


def _compare(bench: Bench, name: str) -> None:
    release = bench.home / "published" / "current" / "zorgmart.duckdb"
    words = module("tests.benchmark.compare", release, _made_by(bench, name))
    bench.compared[name] = json.loads(answer(_command(bench, "compare.log", *words)))


def _made_by(bench: Bench, name: str) -> Path:
    return (bench.folder / re.sub(r"\W+", "_", name)).with_suffix(".duckdb")
