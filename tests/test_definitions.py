"""What a process has once it imports, loads or runs the definitions."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from pipeline.homes import REPOSITORY, environment

from dagster_project.defs import resources
from dagster_project.defs.resources import Warehouse
from dagster_project.run.nightly import _INSTANCE, make_instance
from dagster_project.settings import export, read_settings

IMPORTED = """
import os, sys
import polars  # which sets a variable of its own
os.umask(0o022)
before = dict(os.environ), os.umask(0o022)
import dagster_project.definitions
assert (dict(os.environ), os.umask(0o022)) == before, "the environment or the umask changed"
assert not {"dbt.cli.main", "great_expectations"} & set(sys.modules), "dbt was loaded to parse"
"""
BEFORE_POLARS = """
import sys
import dagster_project.cli
assert "polars" not in sys.modules
"""


def _python(code: str, folder: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZORGMART_", "DAGSTER_"))}
    words = [sys.executable, "-c", code]
    return subprocess.run(
        words, env=clean | {"PYTHONPATH": str(REPOSITORY), "ZORGMART_HOME": str(folder / "home")}, cwd=folder,
        capture_output=True, text=True, check=False,
    ).stderr  # fmt: skip


def test_importing_the_definitions_changes_nothing(tmp_path: Path) -> None:
    assert _python(IMPORTED, tmp_path) == ""
    assert not list(tmp_path.iterdir())


def test_each_module_can_be_imported_first() -> None:
    """A command imports one module alone; one that needs another to be there before it ends in a traceback."""
    code = "import importlib, sys\n"
    code += "for name in sys.argv[1:]:\n"
    code += "    for loaded in [n for n in sys.modules if n.startswith('dagster_project')]: del sys.modules[loaded]\n"
    code += "    importlib.import_module(name)\n"
    paths = (path.relative_to(REPOSITORY).with_suffix("") for path in (REPOSITORY / "dagster_project").rglob("*.py"))
    names = sorted(".".join(path.parts).removesuffix(".__init__") for path in paths if path.stem != "__main__")
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr[-1500:]


def test_the_allocator_is_told_before_polars_is_loaded(tmp_path: Path) -> None:
    assert _python(BEFORE_POLARS, tmp_path) == ""


def test_a_run_that_dagster_starts_is_tuned_as_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`zorgmart ui` exports before it starts the process that runs are started from."""
    monkeypatch.setattr(resources, "QualityWorker", _NoWorker)
    of_polars = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:500,muzzy_decay_ms:1000"}
    with environment(tmp_path, ZORGMART_HOME=str(tmp_path / "home"), **of_polars):
        export(read_settings())
        assert os.environ["_RJEM_MALLOC_CONF"].endswith("dirty_decay_ms:10000,muzzy_decay_ms:10000")
        assert gc.isenabled()
        with Warehouse().yield_for_execution(None):
            assert not gc.isenabled()
        assert gc.isenabled()


def test_a_home_of_0_5_goes_on(tmp_path: Path) -> None:
    """Its dagster.yaml names the event log where it stood then; what a user changed in it stays."""
    folder, logs = tmp_path / "dagster", tmp_path / "logs"
    folder.mkdir()
    old = _INSTANCE.replace("dagster_project.run.event_log", "dagster_project.event_log").replace("runs: 1", "runs: 3")
    old += "# event_log_storage was module: dagster_project.event_log\n"
    assert old.count("module: dagster_project.event_log") == 2
    (folder / "dagster.yaml").write_text(old, encoding="utf-8")
    make_instance(folder)
    made = (folder / "dagster.yaml").read_text(encoding="utf-8")
    assert made == old.replace("module: dagster_project.event_log", "module: dagster_project.run.event_log", 1)
    with environment(tmp_path, ZORGMART_EVENT_LOG=str(logs)), dg.DagsterInstance.from_config(str(folder)) as instance:
        assert type(instance.event_log_storage).__name__ == "KeptSqliteEventLogStorage"


def test_what_somebody_set_for_the_allocator_stays(tmp_path: Path) -> None:
    with environment(tmp_path, _RJEM_MALLOC_CONF="dirty_decay_ms:0"):
        export(read_settings())
        assert os.environ["_RJEM_MALLOC_CONF"] == "dirty_decay_ms:0"


class _NoWorker:
    """Judges nothing: the resource is opened and closed."""

    def __enter__(self) -> _NoWorker:
        return self

    def __exit__(self, *_: object) -> None:
        pass
