"""A whole night by the console script, as unfriendly machines run it: any umask, a locale that is not UTF-8."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from oracle import tiny

from dagster_project import utf8
from dagster_project.errors import ZorgmartError
from dagster_project.publish.pointer import current_release
from dagster_project.settings import read_settings

from .conftest import Told
from .homes import KEY, Home, environment

NOT_UTF8 = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.fixture(scope="module")
def unfriendly(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, int, str]:
    """A home and a landing with an é, filled under the umask that takes nothing away, in a locale of ASCII alone."""
    folder = tmp_path_factory.mktemp("é") / "maison privée"
    folder.mkdir()
    home = Home.at(folder / "home", tiny.write_tiny(folder / "landing"), KEY)
    home.path.rmdir()
    (folder / "cwd").mkdir()
    home.path.parent.chmod(0o755)
    started = Home(home.landing, home.path, KEY)
    home.path.mkdir()
    home.path.chmod(0o755)
    with started.start(umask=0, **NOT_UTF8) as process:
        out, err = process.communicate(timeout=600)
    return started, process.returncode, out + err


def _open_to_others(home: Path) -> list[str]:
    return sorted(
        f"{path.lstat().st_mode & 0o777:o} {path.relative_to(home)}"
        for path in home.rglob("*")
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    )


def test_a_locale_that_is_not_utf8_changes_nothing(unfriendly: tuple[Home, int, str]) -> None:
    home, code, printed = unfriendly
    assert code == 0, printed
    assert f"stands in {home.release.path}" in printed and "é" in str(home.release.path)


def test_everything_is_its_owners_whatever_the_umask(unfriendly: tuple[Home, int, str], searched: Told) -> None:
    """One night under 000, the other under the umask of whoever runs the tests, usually 022."""
    for home in (unfriendly[0].path, searched.home.path):
        assert current_release(home) is not None and (home / "dagster" / "history").is_dir()
        assert _open_to_others(home) == []


def test_a_night_that_others_cannot_read_warns_of_nothing(unfriendly: tuple[Home, int, str]) -> None:
    """Though the home's own folder can be listed."""
    assert unfriendly[0].path.stat().st_mode & 0o777 == 0o755
    assert "open to other accounts" not in unfriendly[2]


def test_a_path_that_was_not_read_as_utf8_is_told(tmp_path: Path) -> None:
    """As in a process of Dagster's that was not started by our command."""
    with (
        environment(tmp_path),
        pytest.raises(ZorgmartError, match=r"ZORGMART_HOME .*udce9.* is not UTF-8 here"),
    ):
        read_settings(home=Path(os.fsdecode(b"/tmp/\xe9")))


@pytest.mark.parametrize(("variables", "expected"), [(NOT_UTF8, "1 utf-8 1"), ({"LC_ALL": "C.utf8"}, "0 utf-8 1")])
def test_a_command_starts_in_utf8_once(variables: dict[str, str], expected: str) -> None:
    """With the words it was given, and what it starts does so too."""
    code = (
        "import os, sys\nfrom dagster_project.utf8 import start_in_utf8\nstart_in_utf8()\n"
        f"print(sys.flags.utf8_mode, sys.getfilesystemencoding(), os.environ['{utf8.SWITCH}'], sys.argv[1])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, "maison privée"], env=os.environ | variables, capture_output=True, check=True
    )
    assert told.stdout.decode().strip() == f"{expected} maison privée"
