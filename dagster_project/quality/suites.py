"""The suites of `expectations/*.yml` as frozen data: what is expected, how severe, and why in a sentence.

Read whenever definitions load, so neither DuckDB nor Great Expectations is imported here; `run` judges them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    StrictBool,
    ValidationError,
    model_validator,
)

from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS

Severity = Literal["block", "warn"]
TABLE = "batch"
"""How a query names the table of its expectation: `{batch}`."""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_feed(name: str) -> str:
    if name not in FEEDS:
        raise ValueError(f"{name} is no feed")
    return name


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
TableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, AfterValidator(_one_line)]
FeedName = Annotated[str, AfterValidator(_is_feed)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expectation(_Frozen):
    """One thing expected of one table: a number of rows that is there `at_least`, or a `query` that finds no row.

    A query selects what is wrong, named by its keys, from `{batch}` (its table) or from steps of its suite.
    """

    name: Name
    severity: Severity
    sentence: Sentence
    table: TableName
    at_least: PositiveInt | None = None
    query: str | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that the query reads."""
        return tuple(sorted(_fields(self.query or "") - {TABLE}))

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.at_least is None) == (self.query is None):
            raise ValueError("needs either at_least or a query")
        if self.query is not None and not _fields(self.query):
            raise ValueError("must read its table as {batch} or by a step, with every other brace doubled")
        return self


class Suite(_Frozen):
    """Expectations that belong together; one with `gate` stands in front of publishing.

    Until a file of one of `feeds` is accepted (whatever became of its rows) nothing is expected; without feeds, always.
    `steps` are queries by name, each asked once for all expectations that read it: one pass over a table of millions.
    """

    name: Name
    table: TableName
    gate: StrictBool
    reason: Sentence
    expectations: Annotated[tuple[Expectation, ...], Field(min_length=1)]
    feeds: tuple[FeedName, ...] = ()
    steps: dict[Name, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _tables(cls, content: Any) -> Any:
        """An expectation without a table of its own is of the suite's."""
        if not isinstance(content, dict) or not isinstance(content.get("expectations"), list):
            return content
        of_suite = {"table": content["table"]} if "table" in content else {}
        entries = [of_suite | entry if isinstance(entry, dict) else entry for entry in content["expectations"]]
        return content | {"expectations": entries}

    @model_validator(mode="after")
    def _names(self) -> Self:
        twice = [name for name, count in Counter(entry.name for entry in self.expectations).items() if count > 1]
        if twice:
            raise ValueError(f"the name {twice[0]!r} occurs twice")
        if self.expectations[0].at_least is None:
            raise ValueError("the first expectation must be a floor (at_least), for most are true of nothing")
        return self

    @model_validator(mode="after")
    def _steps_are_read(self) -> Self:
        read = {step: entry.name for entry in self.expectations for step in entry.steps}
        if TABLE in self.steps:
            raise ValueError(f"the step {TABLE!r} needs another name")
        if unknown := read.keys() - self.steps.keys():
            name = read[min(unknown)]
            raise ValueError(f"expectation {name!r} must read its table as {{batch}} or by a step, not {min(unknown)}")
        if idle := self.steps.keys() - read.keys():
            raise ValueError(f"no expectation reads the step {min(idle)}")
        return self


def load_suites(folder: Path) -> tuple[Suite, ...]:
    """All suites of the folder, one per file, in the order of their names.

    Raises ZorgmartError when there is none, or one can't be read for what it should be.
    """
    suites = tuple(_suite(path) for path in sorted(folder.glob("*.yml")))
    if not suites:
        raise ZorgmartError(f"{folder} holds no suite (*.yml), so nothing would guard the release; restore the folder.")
    return suites


def read_yaml(path: Path) -> Any:
    """What the file holds. Raises ZorgmartError with line and column where it is not YAML."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ZorgmartError(
            f"{path}{where} is not YAML ({getattr(error, 'problem', None) or error}); mend it."
        ) from None


def _suite(path: Path) -> Suite:
    content = read_yaml(path)
    try:
        return Suite.model_validate({"name": path.stem} | content if isinstance(content, dict) else content)
    except ValidationError as error:
        first = error.errors()[0]
        where = _where(content, first["loc"])
        raise ZorgmartError(f"{path}: {where}: {first['msg']}; mend the suite.") from None


def _where(content: Any, place: tuple[int | str, ...]) -> str:
    """What a place in the file is called: `expectation 'kpi_defined', severity`."""
    if len(place) < 2 or place[0] != "expectations":
        return ", ".join(["the suite", *map(str, place)])
    entry = content["expectations"][place[1]]
    name = repr(entry.get("name")) if isinstance(entry, dict) else f"number {int(place[1]) + 1}"
    return ", ".join([f"expectation {name}", *map(str, place[2:])])


def _fields(query: str) -> set[str]:
    """What a query reads in braces; nothing where they do not match or hold no name."""
    try:
        found = {name for _, name, _, _ in Formatter().parse(query) if name is not None}
    except ValueError:
        return set()
    return found if all(name.isidentifier() for name in found) else set()
