"""What is dear is made once: the parsed dbt project, a sample and the home that one night made of it, a real home."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from oracle import tiny

from dagster_project import cli
from dagster_project.sample import write_sample

from . import real_input
from .canaries import MARKER, places_of, write_canaries
from .homes import KEY, Home, environment, parquet_files
from .leaks import leaked, write_leaks


@dataclass(frozen=True)
class Sample:
    """A landing folder, and what is planted in it."""

    landing: Path
    planted: dict


@dataclass(frozen=True)
class Night:
    """A home after a night, and what that night published: id, Parquet, sentences of checks that warn."""

    home: Home
    release_id: str
    parquet: dict[str, bytes]
    warnings: list[str]

    @classmethod
    def over(cls, home: Home, *args: object, **options: bool) -> Night:
        night = home.night(*args, **options)
        return cls(home, night.release_id, parquet_files(home.made(night)), night.warnings)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    landing = tmp_path_factory.mktemp("sample") / "landing"
    report = write_sample(landing, scale=0.002, days=120)
    return Sample(landing, json.loads(report.planted.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def sample_night(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The sample, run once in a fresh home; the home may be run again, what was published stays here."""
    return Night.over(Home.at(tmp_path_factory.mktemp("sampled") / "home", sample.landing))


@dataclass(frozen=True)
class Told:
    """A home that `zorgmart run` filled: the BSNs delivered to it, where they or the marker stand, what was printed.

    `leaks` are those in any column, spelling, form and name, in `leak_rows` rows; `leaked` is where they stand.
    """

    home: Home
    canaries: list[str]
    places: list[str]
    leaks: list[str]
    leak_rows: int
    leaked: list[str]
    code: int
    printed: str


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A small landing, and in it BSNs in every wrong place, through the console script."""
    folder = tmp_path_factory.mktemp("searched")
    home = Home.at(folder / "home", tiny.write_tiny(folder / "landing"), KEY)
    bsns = write_canaries(home.landing, tiny.DELIVERED, tiny.INSURERS[0], tiny.HAP, "H100")
    leaks, rows = write_leaks(home.landing, tiny.DELIVERED)
    with home.start(ZORGMART_SLICES=f"{tiny.INSURERS[0]}, 9999") as process:
        out, err = process.communicate(timeout=900)
    places = places_of([MARKER, *bsns], home.path)
    return Told(home, bsns, places, leaks, rows, leaked(leaks, home.path), process.returncode, out + err)


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Home:
    """The real series of the shared folder, after one night."""
    folder = tmp_path_factory.mktemp("real")
    home = Home.at(folder / "home", real_input.write_real(folder / "landing"), KEY)
    home.night()
    return home


class Command:
    """`zorgmart` in this process, without paying its imports again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._monkeypatch, self._capsys, self._folder = monkeypatch, capsys, folder

    def __call__(self, *words: str | Path, **variables: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self._capsys.readouterr()
        self._monkeypatch.setattr("sys.argv", ["zorgmart", *map(str, words)])
        with environment(self._folder, **variables), pytest.raises(SystemExit) as ended:
            cli.main()
        printed = self._capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err


@pytest.fixture
def zorgmart(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Command]:
    yield Command(monkeypatch, capsys, tmp_path)
