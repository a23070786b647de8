"""The dbt project, parsed once per state of its files; what a run's code is called."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project import __version__
from dagster_project.errors import ZorgmartError
from dagster_project.private import readable_by_all
from dagster_project.settings import DBT, EXPECTATIONS, PROJECT, Settings
from dagster_project.source_hash import installed, package_parts, source_hash

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DBT_TARGET = DBT / "target"
PACKED = "manifest.msgpack"
_CODE = PROJECT / "dagster_project"
_MODELS = ((DBT, "*.yml"), (DBT / "models", "*"), (DBT / "macros", "*"), (DBT / "seeds", "*"))
_DBT = (*_MODELS, (DBT / "tests", "*"))
_BUILDING = ((_CODE / "feeds", "*.py"), (_CODE / "transform", "*.py"), *_MODELS)
"""What the warehouse follows from, beside the rows that the door judged (`ingest.tasks.door_version`)."""
_PUBLISHING = (
    *((_CODE / room, pattern) for room in ("marts", "publish", "monitor", "quality") for pattern in ("*.py", "*.j2")),
    (EXPECTATIONS, "*.yml"), (DBT / "tests", "*"),
)  # fmt: skip
"""What else a release follows from: its tables, pages and what was checked."""
_SHARED = (_CODE / "keyed_hash.py", _CODE / "plain_text.py")
_ENGINES = ("duckdb", "dbt-core", "dbt-adapters", "dbt-duckdb", "jinja2", "polars", "pyarrow")
_PAGES = ("babel", "great-expectations", "markupsafe", "vl-convert-python")


def _files(rooms: tuple[tuple[Path, str], ...]) -> Iterator[Path]:
    for folder, pattern in rooms:
        found = folder.glob(pattern) if folder == DBT else folder.rglob(pattern)
        yield from sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _hash(rooms: tuple[tuple[Path, str], ...]) -> str:
    digest = hashlib.sha256()
    for path in _files(rooms):
        digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def warehouse_version() -> str:
    """16 hex of the code and the packages that build the warehouse; one that others built is thrown away."""
    return hashlib.sha256(f"{_building()}|{installed(*_ENGINES)}".encode()).hexdigest()[:16]


@cache
def code_version() -> str:
    """Version and 8 hex of the code and the packages that can change a figure or a byte of a release, beside those that
    judge rows, which each version in the ledger names. Comments, the sample, tests and the command line are not among
    them."""
    code = f"{warehouse_version()}|{_publishing()}|{installed(*_PAGES)}"
    return f"{__version__}+{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def code_parts() -> dict[str, str]:
    """What `code_version` follows from, part by part: name → version or hash."""
    code = {"code that builds the warehouse": _building()[:16], "code that publishes": _publishing()[:16]}
    return {"version of zorgmart": __version__} | code | package_parts(*_ENGINES, *_PAGES)


def _building() -> str:
    return source_hash(PROJECT, [*_files(_BUILDING), *_SHARED])


def _publishing() -> str:
    return source_hash(PROJECT, _files(_PUBLISHING))


@cache
def project_hash() -> str:
    """16 hex of the bytes of the dbt project's files."""
    return _hash(_DBT)[:16]


def target(settings: Settings) -> Path:
    """Where dbt writes what it runs in this home."""
    return settings.dbt_target / project_hash()


def prepare(settings: Settings) -> Path:
    """Parse the dbt project unless its files are as they were; returns the path of `manifest.json`."""
    return _parsed(settings) / "manifest.json"


def documentation(settings: Settings) -> Path:
    """dbt's documentation of the project as one static file."""
    return _parsed(settings) / "static_index.html"


def _parsed(settings: Settings) -> Path:
    """The folder of all that follows from the project's files alone. It is made once for all homes, beside the project,
    where dbt too would put it; in this home if nobody may write there."""
    places = [DBT_TARGET / project_hash(), target(settings) / "parsed"]
    if found := next((place for place in places if place.exists()), None):
        return found
    beside = DBT_TARGET if DBT_TARGET.exists() else DBT
    place = places[0] if os.access(beside, os.W_OK) else places[1]
    folder = place.with_name(f".parsing-{os.getpid()}")
    try:
        with readable_by_all() if place == places[0] else nullcontext():
            _parse(folder)
        os.sync()  # once per state of the project: what has its name is whole, after a power cut too
        folder.rename(place)
    except OSError:
        if not place.exists():  # another process was not first either
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return place


def _parse(folder: Path) -> None:
    from dbt.cli.main import dbtRunner
    from dbt.parser.manifest import extended_mashumaro_encoder

    folder.mkdir(parents=True)
    parsed = dbtRunner().invoke(["parse", *arguments(folder)])
    if not parsed.success:
        raise ZorgmartError(f"The dbt project can't be parsed: {parsed.exception or parsed.result}")
    (folder / PACKED).write_bytes(parsed.result.to_msgpack(extended_mashumaro_encoder))
    words = ["docs", "generate", "--static", "--empty-catalog", "--no-compile", *arguments(folder)]
    documented = dbtRunner(manifest=parsed.result).invoke(words)
    if not documented.success:
        raise ZorgmartError(f"The documentation of the dbt project can't be made: {documented.exception}")


def read_manifest(settings: Settings) -> Manifest:
    """dbt's own manifest, parsed at need."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    packed = (_parsed(settings) / PACKED).read_bytes()
    manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()
    return manifest


def arguments(folder: Path) -> list[str]:
    """The options that every dbt command of this project has: its folders, and no chatter."""
    return [
        "--project-dir", str(DBT), "--profiles-dir", str(DBT), "--target-path", str(folder),
        "--log-path", str(folder), "--log-level", "none", "--log-level-file", "none", "--quiet",
    ]  # fmt: skip
