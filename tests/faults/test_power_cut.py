"""What a power cut after "published" leaves, from what the system was asked to do: the calls of one run, by strace."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pipeline.homes import REPOSITORY
from publish.made import make_manifest, make_warehouse, request

CALLS = "fsync,fdatasync,rename,renameat,renameat2,write,pwrite64,copy_file_range,sendfile"
PUBLISH = """
import pickle, sys
from dagster_project.publish.release import publish
with open(sys.argv[1], "rb") as file:
    print(publish(pickle.load(file)).release_id)
"""
INGEST = """
import sys
from datetime import date
from pathlib import Path
from dagster_project.ingest import ingest
ingest(Path(sys.argv[1]), Path(sys.argv[2]), "a-secret-that-only-these-tests-have", as_of=date(2026, 12, 31))
"""
SYNC = re.compile(r"f(?:data)?sync\(\d+<([^>]+)>\)\s+= 0")
RENAME = re.compile(r'rename(?:at2?)?\((?:AT_FDCWD[^,]*, )?"([^"]+)", (?:AT_FDCWD[^,]*, )?"([^"]+)".*\)\s+= 0')
WRITE = re.compile(r"(?:write|pwrite64|sendfile)\(\d+<([^>]+)>.*= [1-9]|copy_file_range\(.*, \d+<([^>]+)>.*= [1-9]")


@pytest.fixture(scope="module", autouse=True)
def strace() -> str:
    found = shutil.which("strace")
    if not found or subprocess.run([found, "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("strace is not there or may not trace; install it with `apt-get install strace`, as CI does")
    return found


def _traced(strace: str, folder: Path, code: str, *words: object) -> list[str]:
    """The lines of the calls, in the order in which they ended."""
    log = folder / "calls.txt"
    command = [strace, "-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={CALLS}", sys.executable, "-c", code]
    done = subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return _joined(log.read_text(encoding="utf-8", errors="replace").splitlines())


def _joined(lines: list[str]) -> list[str]:
    """A call that another thread interrupted stands on two lines: both parts at the place of its end."""
    begun: dict[str, str] = {}
    whole = []
    for line in lines:
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call.removesuffix("<unfinished ...>").rstrip()
        elif call.startswith("<... "):
            whole.append(begun.pop(thread, "") + call.partition("resumed>")[2])
        else:
            whole.append(call)
    return whole


def _synced(calls: list[str]) -> set[str]:
    return {match[1] for call in calls if (match := SYNC.search(call))}


def _written(calls: list[str]) -> set[str]:
    return {match[1] or match[2] for call in calls if (match := WRITE.search(call))}


def _renames(calls: list[str]) -> dict[str, int]:
    """New name → at which call it was given."""
    return {match[2]: at for at, call in enumerate(calls) if (match := RENAME.search(call))}


def test_all_is_on_the_disk_before_the_pointer_moves(strace: str, tmp_path: Path) -> None:
    """Files and folders, then the folder's name, its parent, the pointer, its parent; nothing is written after that."""
    warehouse = make_warehouse(tmp_path)
    make_manifest(tmp_path, warehouse)
    (tmp_path / "asked").write_bytes(pickle.dumps(request(tmp_path, warehouse)))
    calls = _traced(strace, tmp_path, PUBLISH, tmp_path / "asked")
    published, release = tmp_path / "published", "2026-03-01-00000001"
    target, names = published / release, _renames(calls)
    named, moved = names[str(target)], names[str(published / "current")]
    building = RENAME.search(calls[named])[1]
    wanted = {str(path).replace(str(target), building) for path in (target, *target.rglob("*"))}
    assert wanted <= _synced(calls[:named])
    written = {path: at for at, call in enumerate(calls) for path in _written([call])}
    synced = {path: at for at, call in enumerate(calls) for path in _synced([call])}
    assert len(wanted & written.keys()) > 15
    assert [path for path in wanted & written.keys() if written[path] > synced[path]] == []
    assert str(published) in _synced(calls[named:moved])
    assert str(published) in _synced(calls[moved:])
    assert not [path for path in _written(calls[named:]) if path.startswith(str(tmp_path))]


def test_rows_are_on_the_disk_before_the_ledger_names_them(strace: str, tmp_path: Path) -> None:
    """Archive and store, file and folder, before the last commit of the ledger reaches the disk."""
    from ingest.made import csv_bytes, deliver, row

    landing, home = tmp_path / "landing", tmp_path / "home"
    deliver(landing, "payments", csv_bytes([row("payments")]))
    calls = _traced(strace, tmp_path, INGEST, landing, home)
    ledger = [at for at, call in enumerate(calls) if (found := SYNC.search(call)) and "ledger.sqlite" in found[1]]
    names = {Path(name).parent: at for name, at in _renames(calls).items() if name.startswith(str(home))}
    assert {folder.relative_to(home).parts[0] for folder in names} == {"archive", "store"}
    for folder, at in names.items():
        unnamed = RENAME.search(calls[at])[1]
        assert unnamed in _synced(calls[:at])
        assert str(folder) in _synced(calls[at : ledger[-1]])
