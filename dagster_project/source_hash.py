"""A hash of source files by what they do: comments, docstrings and layout leave it as it is.

What a reader of a release id relies on is the other direction: files that do something else have another hash. Where
it is not certain that a change does nothing, it counts.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import yaml

from dagster_project.private import readable_by_all
from dagster_project.settings import DBT

_SQL = re.compile(
    r"""
    (?P<text>    '(?:[^']|'')*' | "[^"]*" | \{\{.*?\}\} | \{%.*?%\} )
    | (?P<note>  \{\#.*?\#\} | /\*.*?\*/ | --[^\n]* )
    | (?P<blank> \s+ )
    """,
    re.S | re.X,
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EVALUATED = re.compile(r"\{[{%]")
"""Jinja, which dbt evaluates in a comment of SQL too: `-- depends_on: {{ ref('x') }}`."""
_TESTS = "unit_tests"
MEMORY = DBT / "target" / "meanings"
"""Beside what else follows from the project's files alone."""


def source_hash(root: Path, files: Iterable[Path]) -> str:
    """64 hex digits of the files, which lie under `root`, in any order.

    It is remembered by their bytes: to parse them costs half a second, to read them nothing.
    """
    files = sorted(files)
    known = MEMORY / _digest(root, [*files, Path(__file__)], Path.read_bytes)
    with suppress(OSError):
        if len(found := known.read_text(encoding="utf-8")) == 64:
            return found
    found = _digest(root, files, meaning)
    with suppress(OSError):  # nobody may write there: then it is parsed again
        _remember(known, found)
    return found


def _digest(root: Path, files: Iterable[Path], content: Callable[[Path], bytes]) -> str:
    digest = hashlib.sha256(f"{sys.version_info.major}.{sys.version_info.minor}".encode())
    for path in files:
        name = path.relative_to(root) if path.is_relative_to(root) else path.name
        digest.update(f"{name}\0".encode() + content(path) + b"\0")
    return digest.hexdigest()


def _remember(known: Path, found: str) -> None:
    with readable_by_all():
        known.parent.mkdir(parents=True, exist_ok=True)
        unfinished = known.with_name(f".{known.name}-{os.getpid()}")
        unfinished.write_text(found, encoding="utf-8")
    unfinished.replace(known)


def installed(*names: str) -> str:
    """The versions of these packages as installed, and of Python, for their text of a syntax tree is its own."""
    return ";".join(
        [f"python=={sys.version_info.major}.{sys.version_info.minor}", *(f"{n}=={version(n)}" for n in names)]
    )


def package_parts(*names: str) -> dict[str, str]:
    """What `installed` tells, by name."""
    told = (one.split("==") for one in installed(*names).split(";"))
    return {f"package {name}": of for name, of in told}


def meaning(path: Path) -> bytes:
    """What of a file's text can do something: a syntax tree, statements, data; of other files every byte."""
    content = path.read_bytes()
    match path.suffix:
        case ".py":
            return _python(content)
        case ".sql":
            return _sql(content.decode()).encode()
        case ".yml":
            return _yaml(content)
    return content


def _python(content: bytes) -> bytes:
    tree = ast.parse(content)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [statement for statement in body if not _is_text(statement)]
    return ast.dump(tree).encode()


def _is_text(statement: ast.AST) -> bool:
    """A docstring, or one below a constant."""
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant and isinstance(statement.value.value, str)


def _sql(text: str) -> str:
    """Statements with one blank where there were comments and blanks; texts and what Jinja evaluates as they are."""
    return re.sub("\0+", " ", _SQL.sub(_kept, text)).strip()


def _kept(found: re.Match[str]) -> str:
    is_kept = found["text"] or (
        found["note"] and not found["note"].startswith("{#") and _EVALUATED.search(found["note"])
    )
    return found[0] if is_kept else "\0"


def _yaml(content: bytes) -> bytes:
    data = yaml.load(content, Loader=_LOADER)
    if isinstance(data, dict):
        data.pop(_TESTS, None)  # dbt's unit tests build nothing
    return json.dumps(data, default=str).encode()
