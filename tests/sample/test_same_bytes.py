"""The same arguments give the same files; others give others, or are refused."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.sample import write_sample

SMALL = {"scale": 0.0005, "days": 5, "until": date(2025, 4, 1)}


def _digests(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sample(tmp_path / name / "landing", **SMALL)
    write_sample(tmp_path / "a" / "landing", **SMALL)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")


def test_another_seed_gives_other_care(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / str(seed) / "landing", seed=seed, **SMALL)
    first, second = _digests(tmp_path / "1"), _digests(tmp_path / "2")
    assert first.keys() == second.keys()
    assert all(first[name] == second[name] for name in first if "/population-2" in name)
    assert all(first[name] != second[name] for name in first if "/declarations-2" in name)


def test_a_folder_with_other_deliveries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "declarations").mkdir()
    with pytest.raises(ZorgmartError, match="empty folder"):
        write_sample(tmp_path, **SMALL)


@pytest.mark.parametrize(("wrong", "named"), [({"scale": 2}, "scale is 2"), ({"days": 1}, "days is 1")])
def test_impossible_sizes_are_refused(tmp_path: Path, wrong: dict, named: str) -> None:
    with pytest.raises(ZorgmartError, match=named):
        write_sample(tmp_path / "landing", **(SMALL | wrong))


def test_every_format_can_be_asked_for(tmp_path: Path) -> None:
    for chosen, suffixes in (("csv", {".csv", ".gz"}), ("parquet", {".parquet", ".csv"})):
        landing = tmp_path / chosen / "landing"
        write_sample(landing, format=chosen, **(SMALL | {"days": 30}))
        assert {path.suffix for path in landing.glob("capacity_snapshots/*/capacity_snapshots-2*")} == suffixes
