"""Two worlds that differ in the rows of others alone, and what insurer 0101 is answered in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg
import pytest
from publish.made import make_manifest, make_warehouse, request

from dagster_project.postgres.serve import serve
from dagster_project.publish import release_files
from dagster_project.publish.release import publish

from .cluster import Cluster, cluster
from .conftest import PASSWORDS, asked

ATTACKER = "zorgmart_0101"
OTHER = "zorgmart_0102"
NIGHTS = ("2026-03-01-00000001", "2026-03-02-00000002")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+(?:\+\d\d(?::?\d\d)?)?")
_OTHERS_ROWS = """
    delete from finance.declaration where insurer_uzovi = '0102' and hash(declaration_id) % {nth} = 0;
    update finance.declaration set amount_eur = amount_eur * 3, region_code = 'Noord' where insurer_uzovi = '0102';
    insert into finance.declaration
    select declaration.* replace (
        'X' || declaration_id || i as declaration_id, repeat(sha256(i::varchar || declaration_id), 90) as episode_id
    )
    from finance.declaration, range(8) as made (i) where insurer_uzovi = '0102';
    insert into finance.declaration
    select * replace ('Y' || declaration_id as declaration_id) from finance.declaration where insurer_uzovi = '0103';
    update finance.insurer_allocation set declared_eur = declared_eur * 7, note = 'other' where insurer_uzovi <> '0101';
    delete from finance.insurer_allocation where insurer_uzovi = '0102' and provider_agb < '00000004';
    delete from integrity.double_funding_finding where declaration_id in (
        select declaration_id from finance.declaration where insurer_uzovi = '0103'
    );
    insert into integrity.quarantine
    select feed, "file", i::integer + 10, [repeat(sha256(i::varchar), 200)]
    from integrity.quarantine, range(50) as made (i)
"""
"""What one insurer has more, less and otherwise; long texts, which the server keeps apart and numbers for itself."""


class _StoppedClock(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """All that a client is told: rows, types and tag of a result, or every field of an error; and notices."""

    result: tuple
    notices: tuple[str, ...]

    @property
    def is_error(self) -> bool:
        return self.result[0] == "error"


@dataclass(frozen=True)
class World:
    """A server, and the insurer's connection to it."""

    server: Cluster
    con: psycopg.Connection

    def ask(self, statements: Sequence[str]) -> list[Answer]:
        """Each statement by itself, in turn; a `set` holds for those after it."""
        return [self._answer(statement) for statement in statements]

    def _answer(self, statement: str) -> Answer:
        notices: list[str] = []
        handler = lambda diagnostic: notices.append(self._text(diagnostic.message_primary))  # noqa: E731
        self.con.add_notice_handler(handler)
        try:
            with self.con.cursor(binary=False) as cursor:
                cursor.execute(statement.encode())
                rows = self._rows(cursor.fetchall() if cursor.description else [])
                types = tuple((one.name, one.type_code) for one in cursor.description or ())
                result = ("rows", types, rows, cursor.statusmessage)
        except psycopg.Error as error:
            told = error.diag
            fields = (told.severity, told.sqlstate, told.message_primary, told.message_detail, told.message_hint)
            places = (told.statement_position, told.context, told.schema_name, told.table_name, told.column_name)
            result = ("error", *map(self._text, (*fields, *places)))
        finally:
            self.con.remove_notice_handler(handler)
        return Answer(result, tuple(notices))

    def _rows(self, rows: list[tuple]) -> tuple[tuple[str, ...], ...]:
        texts = [tuple(map(str, row)) for row in rows]
        told = self._text(texts)
        return tuple(tuple(map(self._text, row)) for row in texts) if told != str(texts) else tuple(texts)

    def _text(self, value: object) -> str:
        """As text, but for the server's folder, and for instants between seconds, which a clock of the test told."""
        return _INSTANT.sub("<instant>", str(value).replace(str(self.server.folder), "<folder>"))


@contextmanager
def two_worlds(folder: Path, empty: Path) -> Iterator[tuple[World, World]]:
    """Two servers, each with two nights on it; in the second one insurers but 0101 have other rows."""
    with ExitStack() as open_until, pytest.MonkeyPatch.context() as patch:
        patch.setattr(release_files, "datetime", _StoppedClock)
        worlds = []
        for number, name in enumerate(("as it is", "with other rows of others")):
            server = open_until.enter_context(cluster(empty))
            for night, release_id in enumerate(NIGHTS):
                home = folder / name / release_id
                home.mkdir(parents=True)
                file = make_warehouse(home)
                if number:
                    with duckdb.connect(str(file)) as con:
                        con.execute(_OTHERS_ROWS.format(nth=3 + night))
                make_manifest(home, file)
                serve(asked(publish(request(home / "home", file, release_id)), server.dsn(), insurers="0101, 0102"))
            con = open_until.enter_context(server.connect(ATTACKER, ATTACKER, PASSWORDS[ATTACKER]))
            worlds.append(World(server, con))
        yield worlds[0], worlds[1]
