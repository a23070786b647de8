"""Data flow one way through the rooms of docs/rooms.md, and so do imports: no room imports one that comes after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from dagster_project.settings import PROJECT

FLOW = ("feeds", "marts", "sample", "ingest", "transform", "quality", "publish", "postgres", "monitor", "run",
        "recovery", "status", "defs", "ui", "cli")  # fmt: skip
HANDED = {"run.plan", "run.retrying"}
"""What every step of a run is handed: the plan, and patience."""
PACKAGE = PROJECT / "dagster_project"


def _imported(path: Path) -> Iterator[str]:
    """Modules of the project that a module imports, wherever in it, without the name of the project."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dagster_project."):
            yield node.module.removeprefix("dagster_project.")
        elif isinstance(node, ast.ImportFrom) and node.module == "dagster_project":
            yield from (name.name for name in node.names)


def test_no_room_imports_one_that_comes_after_it() -> None:
    against = []
    for path in PACKAGE.rglob("*.py"):
        room, *_ = path.relative_to(PACKAGE).parts
        for module in _imported(path):
            other = module.split(".")[0]
            if room in FLOW and other in FLOW and FLOW.index(other) > FLOW.index(room) and module not in HANDED:
                against.append(f"{path.relative_to(PACKAGE)} imports {module}")
    assert against == []


def test_every_room_has_its_place() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert rooms == set(FLOW)
