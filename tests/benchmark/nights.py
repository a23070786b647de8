"""The cases: a first run, the next nights with one new delivery date each, a night with nothing new, and by hand."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmark.measure import Command, Measured, answer, measured, module

FIRST, NEXT, NOTHING, BY_HAND = "first run", "next night, one new day", "the same night, nothing new", "by hand"
NIGHTS, BY_HAND_TIMES, NOTHING_TIMES = 2, 3, 2
SHORT_SCALE = 0.02


@dataclass
class Bench:
    """One scale: its folder, how often each case was measured, and what the last run of a case told of itself."""

    folder: Path
    scale: float
    days: int
    times: dict[str, list[Measured]] = field(default_factory=dict)
    profiles: dict[str, dict] = field(default_factory=dict)
    compared: list[dict] = field(default_factory=list)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def home(self) -> Path:
        return self.folder / "home"


def run_bench(bench: Bench) -> None:
    """Measure every case, and compare the tables; raises SystemExit when a command fails."""
    bench.folder.mkdir(parents=True)
    _make_sample(bench)
    kept_back = _keep_back(bench)
    for _ in range(2 if bench.scale <= SHORT_SCALE else 1):
        shutil.rmtree(bench.home, ignore_errors=True)
        _night(bench, FIRST)
    for folder in kept_back:
        _put_back(bench, folder)
        _night(bench, NEXT)
    for _ in range(NOTHING_TIMES):
        _night(bench, NOTHING)
    for _ in range(BY_HAND_TIMES):
        _by_hand(bench)
    _compare(bench)


def warm_up(bench: Bench) -> None:
    """One run that nobody looks at: it reads every library from disk and compiles what has no bytecode."""
    bench.folder.mkdir(parents=True)
    _make_sample(bench)
    _night(bench, FIRST)


def _make_sample(bench: Bench) -> None:
    words = ("sample", "--landing", bench.landing, "--scale", bench.scale, "--days", bench.days)
    measured(_command(bench, "sample.log", *module("dagster_project.cli", *words)))
    planted = json.loads((bench.folder / "landing-planted.json").read_text(encoding="utf-8"))
    rejected = [f"{each['feed']}/{each['delivery_date']}/{each['file']}" for each in planted["rejected_files"]]
    (bench.folder / "left-out.txt").write_text("\n".join(rejected), encoding="utf-8")


def _command(bench: Bench, log: str, *words: str) -> Command:
    return Command(words, bench.folder, bench.folder / log)


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


def _night(bench: Bench, case: str) -> None:
    log = f"{case.split(',')[0].replace(' ', '-')}.log"
    words = module("dagster_project.cli", "run", "--landing", bench.landing, "--home", bench.home)
    ran = measured(_command(bench, log, *words))
    bench.times.setdefault(case, []).append(ran)
    told = ("tests.benchmark.profile", bench.home, bench.folder / log, ran.began, ran.began + ran.wall_s)
    bench.profiles[case] = json.loads(answer(_command(bench, "profile.log", *module(*told))))


def _by_hand(bench: Bench) -> None:
    out = bench.folder / "by_hand.duckdb"
    out.unlink(missing_ok=True)
    words = module("tests.benchmark.by_hand", bench.landing, out, bench.folder / "left-out.txt")
    bench.times.setdefault(BY_HAND, []).append(measured(_command(bench, "by-hand.log", *words)))


def _compare(bench: Bench) -> None:
    release = bench.home / "published" / "current" / "zorgmart.duckdb"
    words = module("tests.benchmark.compare", release, bench.folder / "by_hand.duckdb")
    bench.compared = json.loads(answer(_command(bench, "compare.log", *words)))
