"""What a user can mend: one sentence that says how, exit code 1, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from oracle import tiny

from dagster_project import __version__
from dagster_project.run.lock import writer_lock

from .conftest import Command, Night
from .homes import KEY, rows

DELIVERED = "2026-01-31"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tiny.write_tiny(tmp_path / "landing", declarations=[tiny.declaration("d1")])


def _sentence(told: tuple[int, str, str]) -> str:
    """The one sentence on standard error."""
    code, out, err = told
    assert code == 1, told
    assert "Traceback" not in out + err
    (sentence,) = [line for line in err.splitlines() if line.startswith("zorgmart: ")]
    return sentence


def test_the_version(zorgmart: Command) -> None:
    assert zorgmart("--version") == (0, f"zorgmart {__version__}\n", "")


def test_no_key(zorgmart: Command, landing: Path, tmp_path: Path) -> None:
    told = _sentence(zorgmart("run", "--landing", landing, "--home", tmp_path / "home"))
    assert "set ZORGMART_PSEUDONYM_KEY to a secret of 32 characters or more" in told
    assert not (tmp_path / "home").exists()


def test_a_short_key(zorgmart: Command, landing: Path, tmp_path: Path) -> None:
    told = _sentence(
        zorgmart("run", "--landing", landing, "--home", tmp_path / "home", ZORGMART_PSEUDONYM_KEY="x" * 31)
    )
    assert "31 characters and needs at least 32" in told
    assert not (tmp_path / "home" / "published").exists()


def test_another_key_than_before(zorgmart: Command, sample_night: Night) -> None:
    home, before = sample_night.home, sample_night.home.release
    told = _sentence(zorgmart("run", **home.variables, ZORGMART_PSEUDONYM_KEY=KEY))
    assert "is not the key that this home folder was filled with" in told
    assert home.release == before


def test_the_landing_is_missing(zorgmart: Command, tmp_path: Path) -> None:
    told = _sentence(
        zorgmart("run", "--landing", tmp_path / "nowhere", "--home", tmp_path / "home", ZORGMART_PSEUDONYM_KEY=KEY)
    )
    assert "nowhere does not exist; make it or set ZORGMART_LANDING" in told


def test_nothing_was_delivered(zorgmart: Command, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    told = _sentence(
        zorgmart("run", "--landing", tmp_path / "landing", "--home", tmp_path / "home", ZORGMART_PSEUDONYM_KEY=KEY)
    )
    assert "Nothing was delivered in" in told


def test_two_runs_at_once(zorgmart: Command, sample_night: Night) -> None:
    home = sample_night.home
    lock = home.path / ".lock"
    with writer_lock(home.path):
        holder = lock.read_text()
        told = _sentence(_in_another_process(home))
    assert f"Another run (process {holder}) is writing {home.path}; wait until it ends" in told


def _in_another_process(home) -> tuple[int, str, str]:
    with home.start() as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize("text", ["2026/03/01", "01-03-2026", "yesterday", "2026-02-30"])
def test_a_date_in_another_form(zorgmart: Command, text: str) -> None:
    assert f"'{text}' does not match the format '%Y-%m-%d'" in _sentence(zorgmart("run", "--as-of", text))


@pytest.mark.parametrize("words", [("run", "--nonsense"), ("nope",), ("query",), ("sample", "--scale", "5000")])
def test_words_that_mean_nothing(zorgmart: Command, words: tuple[str, ...]) -> None:
    assert "--help" in _sentence(zorgmart(*words))


def test_the_settings_file_cannot_be_read(zorgmart: Command, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"ZORGMART_PSEUDONYM_KEY=\xff\xfe\n")
    assert "The file .env can't be read: it is not UTF-8" in _sentence(zorgmart("run"))


def test_the_home_is_a_file(zorgmart: Command, landing: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    told = _sentence(zorgmart("run", "--landing", landing, "--home", tmp_path / "home", ZORGMART_PSEUDONYM_KEY=KEY))
    assert f"The home folder {tmp_path / 'home'} can't be written" in told


def test_a_query_prints_the_release(zorgmart: Command, sample_night: Night) -> None:
    home = sample_night.home
    code, out, _ = zorgmart("query", "select release_id from audit.release", "--format", "json", **home.variables)
    assert code == 0 and json.loads(out) == [{"release_id": home.release.release_id}]


def test_a_slice_is_asked_for_and_taken_away(zorgmart: Command, sample_night: Night, tmp_path: Path) -> None:
    home = sample_night.home
    ((uzovi, count),) = home.rows(
        "select insurer_uzovi, count(*) from finance.declaration group by all order by 2 desc, 1 limit 1"
    )
    asked = ("query", "select count(*) as n from finance.declaration", "--format", "json", "--insurer", uzovi)
    code, out, err = zorgmart(*asked, **home.variables)
    assert code == 0 and json.loads(out) == [{"n": count}], err
    code, out, err = zorgmart("export", tmp_path / "own.duckdb", "--insurer", uzovi, **home.variables)
    assert code == 0 and rows(tmp_path / "own.duckdb", "select count(*) from finance.declaration") == [(count,)], err
    listed = (tmp_path / "own.to_reclaim.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(listed) - 1 == rows(tmp_path / "own.duckdb", "select count(*) from finance.to_reclaim")[0][0] > 0
    other_key = home.variables | {"ZORGMART_PSEUDONYM_KEY": KEY}
    assert "is not the key that this home folder was filled with" in _sentence(zorgmart(*asked, **other_key))
    assert "give a FILE.duckdb, or --parquet FOLDER, and not both" in _sentence(zorgmart("export", **home.variables))
