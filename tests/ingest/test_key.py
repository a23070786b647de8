"""A key that is easy to guess keeps nothing secret, however long it is."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.errors import ZorgmartError
from dagster_project.ingest.pseudonym import check_key
from dagster_project.keys import MAKE_KEY
from dagster_project.sample.patients import PSEUDONYM_KEY

from .made import KEY

EASY = [
    " " * 32, "x" * 400, "x" * 39 + "y", "ab" * 16, "password" * 4, "0123456789" * 4, "0123456789abcdef" * 2,
    "abcdefghijklmnopqrstuvwxyz012345", "zyxwvutsrqponmlkjihgfedcbazyxwvu", "1" * 16 + "2" * 16, "é" * 32, "\t \n" * 20,
]  # fmt: skip


@pytest.mark.parametrize("key", EASY)
def test_a_key_that_repeats_or_counts_up_is_refused(key: str) -> None:
    with pytest.raises(ZorgmartError, match=r"repeats or counts up, and so is easy to guess; set it to what") as told:
        check_key(key)
    assert MAKE_KEY in str(told.value) and key not in str(told.value)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ZorgmartError, match=r"has 31 characters and needs at least 32"):
        check_key(secrets.token_hex(16)[:31])


def test_random_keys_pass() -> None:
    for _ in range(2000):
        for key in (secrets.token_hex(16), secrets.token_hex(32), secrets.token_urlsafe(24)):
            check_key(key)


@pytest.mark.parametrize("key", [KEY, PSEUDONYM_KEY, "Zes zwarte zwanen zwemmen zuidwaarts"])
def test_a_sentence_passes(key: str) -> None:
    """What it is worth, no estimate can tell."""
    check_key(key)


def test_the_command_that_is_named_makes_a_key(tmp_path: Path) -> None:
    words = json.loads(MAKE_KEY.removeprefix("python -c "))
    made = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=tmp_path)
    check_key(made.stdout.strip())
