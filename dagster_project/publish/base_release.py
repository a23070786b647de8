"""The release before, as what a release takes parts over from: of the same code, for another might make other rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dagster_project.publish.parts import Part
from dagster_project.publish.pointer import Release

_OF_THE_DOOR = ("contract of ", "list of serial numbers")
"""What a delivery was judged by shows in its rows, and so in the months' checksums."""


@dataclass(frozen=True)
class Base:
    """A release and its parts by table, those whose file stands in its length."""

    release: Release | None = None
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)


def base_of(release: Release | None, told: Mapping[str, Any] | None, made_by: Mapping[str, str]) -> Base:
    """What of the current release, of which `told` is the manifest, one that is made by this code may take over."""
    if release is None or told is None or _code(told.get("made_by", {})) != _code(made_by):
        return Base()
    by_table = {
        table: tuple(part for part in map(Part.told, of_table) if _stands(release, part))
        for table, of_table in told.get("parts", {}).items()
    }
    return Base(release, by_table)


def _code(made_by: Mapping[str, str]) -> dict[str, str]:
    return {name: told for name, told in made_by.items() if not name.startswith(_OF_THE_DOOR)}


def _stands(release: Release, part: Part) -> bool:
    file = release.path / part.file
    return file.is_file() and file.stat().st_size == part.bytes
