"""The suites of `expectations/*.yml` as frozen data: what is expected, how severe, and why in a sentence.

Read whenever definitions load, so Great Expectations is not imported here; `run` judges them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import yaml

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS

Severity = Literal["block", "warn"]

FLOOR = "expect_table_row_count_to_be_between"
ROWS = "unexpected_rows_expectation"
BATCH = "batch"
SEVERITIES = ("block", "warn")
SUITE_KEYS = {"table", "gate", "reason", "keys", "expectations"}
EXPECTATION_KEYS = {"name", "severity", "sentence", "type", "kwargs"}
SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
TABLE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Expectation:
    """One thing expected of one table; `type` and `kwargs` are those of Great Expectations.

    `keys` are the columns that name a failing row of `table` for expectations on a column; those on rows
    (`unexpected_rows_expectation`) select their own, and may read `steps` of their suite instead of the table.
    """

    name: str
    severity: Severity
    sentence: str
    type: str
    kwargs: dict[str, Any]
    table: str
    keys: tuple[str, ...]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """Expectations that belong together; one with `gate` stands in front of publishing.

    Until a file of one of `feeds` is accepted (whatever became of its rows) nothing is expected; without feeds, always.
    `steps` are queries by name, each asked once for all expectations that read it: one pass over a table of millions.
    """

    name: str
    table: str
    gate: bool
    reason: str
    expectations: tuple[Expectation, ...]
    feeds: tuple[str, ...] = ()
    steps: dict[str, str] = field(default_factory=dict, hash=False)


def load_suites(folder: Path) -> tuple[Suite, ...]:
    """All suites of the folder, one per file, in the order of their names.

    Raises ZorgmartError when there is none, or one can't be read for what it should be.
    """
    suites = tuple(_suite(path) for path in sorted(folder.glob("*.yml")))
    if not suites:
        raise ZorgmartError(f"{folder} holds no suite (*.yml), so nothing would guard the release; restore the folder.")
    return suites


def _suite(path: Path) -> Suite:
    content = _content(path)
    _require(path, "the suite", content, SUITE_KEYS, {"feeds", "steps"})
    if not isinstance(content["gate"], bool):
        _refuse(path, "gate must be true or false")
    if not isinstance(content["expectations"], list) or not content["expectations"]:
        _refuse(path, "expectations must be a list of at least one")
    _table(path, "the suite", content["table"])
    steps = _steps(path, content)
    expectations = tuple(_expectation(path, content, entry) for entry in content["expectations"])
    _check_together(path, expectations)
    if idle := steps.keys() - {step for entry in expectations for step in entry.steps}:
        _refuse(path, f"no expectation reads the step {min(idle)}")
    reason, feeds = _sentence(content["reason"]), _feeds(path, content)
    return Suite(path.stem, content["table"], content["gate"], reason, expectations, feeds, steps)


def _steps(path: Path, content: dict[str, Any]) -> dict[str, str]:
    steps = content.get("steps", {})
    if not isinstance(steps, dict) or not all(isinstance(query, str) for query in steps.values()):
        _refuse(path, "steps must be a mapping of names to queries")
    if unnamed := [name for name in steps if not SNAKE_CASE.fullmatch(str(name)) or name == BATCH]:
        _refuse(path, f"the step {unnamed[0]!r} needs a name in snake_case, other than {BATCH}")
    return steps


def _feeds(path: Path, content: dict[str, Any]) -> tuple[str, ...]:
    feeds = tuple(content.get("feeds", ()))
    if unknown := [feed for feed in feeds if feed not in FEEDS]:
        _refuse(path, f"feeds must name feeds, and {', '.join(map(str, unknown))} is none")
    return feeds


def _content(path: Path) -> dict[str, Any]:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ZorgmartError(
            f"{path}{where} is not YAML ({getattr(error, 'problem', None) or error}); mend it."
        ) from None


def _expectation(path: Path, suite: dict[str, Any], entry: Any) -> Expectation:
    what = f"expectation {entry.get('name')!r}" if isinstance(entry, dict) else "an expectation"
    _require(path, what, entry, EXPECTATION_KEYS, optional={"table", "keys"})
    if not SNAKE_CASE.fullmatch(str(entry["name"])):
        _refuse(path, f"{what} needs a name in snake_case")
    if entry["severity"] not in SEVERITIES:
        _refuse(path, f"{what} needs severity block or warn, not {entry['severity']!r}")
    if not isinstance(entry["kwargs"], dict):
        _refuse(path, f"{what} needs kwargs as a mapping")
    read = (
        _read(path, what, entry["kwargs"].get("unexpected_rows_query"), suite.get("steps", {}))
        if entry["type"] == ROWS
        else ()
    )
    return Expectation(
        name=entry["name"],
        severity=entry["severity"],
        sentence=_sentence(entry["sentence"]),
        type=entry["type"],
        kwargs=entry["kwargs"],
        table=_table(path, what, entry.get("table", suite["table"])),
        keys=tuple(entry.get("keys", suite["keys"])),
        steps=read,
    )


def _read(path: Path, what: str, query: Any, steps: Set[str]) -> tuple[str, ...]:
    """The steps that a query reads: it reads its table as {batch}, a step as {its name}; other braces are doubled."""
    try:
        fields = {name for _, name, _, _ in Formatter().parse(str(query)) if name is not None}
    except ValueError:
        fields = set()
    if not fields or not fields <= {BATCH, *steps}:
        _refuse(path, f"{what} must read its table as {{batch}} or by a step, with every other brace doubled")
    return tuple(sorted(fields - {BATCH}))


def _check_together(path: Path, expectations: tuple[Expectation, ...]) -> None:
    """Names are unique, and the first is a floor: most expectations are true of nothing."""
    twice = [name for name, count in Counter(entry.name for entry in expectations).items() if count > 1]
    if twice:
        _refuse(path, f"the name {twice[0]!r} occurs twice")
    if expectations[0].type != FLOOR or not expectations[0].kwargs.get("min_value"):
        _refuse(path, f"the first expectation must be a floor of rows ({FLOOR} with min_value of 1 or more)")


def _require(path: Path, what: str, content: Any, needed: Set[str], optional: Set[str] = frozenset()) -> None:
    if not isinstance(content, dict):
        _refuse(path, f"{what} must be a mapping of {', '.join(sorted(needed))}")
    missing, unknown = needed - content.keys(), content.keys() - needed - optional
    if missing:
        _refuse(path, f"{what} lacks {', '.join(sorted(missing))}")
    if unknown:
        _refuse(path, f"{what} has {', '.join(sorted(map(str, unknown)))}, which means nothing here")


def _table(path: Path, what: str, table: Any) -> str:
    if not TABLE.fullmatch(str(table)):
        _refuse(path, f"{what} needs table as <schema>.<table>, not {table!r}")
    return table


def _sentence(text: Any) -> str:
    return " ".join(str(text).split())


def _refuse(path: Path, rule: str) -> None:
    raise ZorgmartError(f"{path}: {rule}; mend the suite.")
