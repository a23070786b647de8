"""The SQLAlchemy dialect through which Great Expectations reads the warehouse, and nothing else does.

Great Expectations knows no DuckDB, so the dialect calls itself PostgreSQL (whose regex and like DuckDB
shares) and mends what that pretence breaks: results are fetched after their cursor has moved on, and
reflection asks a PostgreSQL catalogue. It reads only: the file is opened `READ_ONLY`, on one connection.
Slow to import (SQLAlchemy): import it where it is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from duckdb_engine import Dialect
from sqlalchemy import TryCast, pool, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine import URL, Connection, cursor
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.ext.compiler import deregister
from sqlalchemy.types import UserDefinedType

from dagster_project.settings import read_settings

SCHEME = "warehouse"
CONFIG = {
    "access_mode": "READ_ONLY",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

# duckdb-engine hangs a function on a class of SQLAlchemy, which keeps DuckDB alive past the interpreter's end and
# makes it print some forty lines about leaks; no suite casts that way.
deregister(TryCast)

COLUMNS = """
    select column_name, data_type, is_nullable = 'YES' as nullable
    from information_schema.columns
    where table_schema || '.' || table_name = :table_name
    order by ordinal_position
"""


class BufferedContext(PGExecutionContext_psycopg2):
    """Keeps a statement's rows at once: the next statement on DuckDB's one cursor would drop them."""

    def post_exec(self) -> None:
        if self.cursor.description is not None:
            self.cursor_fetch_strategy = cursor.FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class WarehouseType(UserDefinedType):
    """A DuckDB type by its own name; values pass as they are."""

    cache_ok = True

    def __init__(self, data_type: str) -> None:
        self.data_type = data_type

    def get_col_spec(self, **_: Any) -> str:
        return self.data_type


class WarehouseDialect(Dialect):
    """DuckDB, read-only, as Great Expectations can use it."""

    name = "postgresql"
    driver = SCHEME
    supports_statement_cache = False
    execution_ctx_cls = BufferedContext

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        settings = read_settings()
        bounds = {"memory_limit": settings.memory, "temp_directory": str(settings.spill)}
        connection = super().connect(*args, **kwargs, config=CONFIG | bounds)
        connection.execute("set timezone = 'Europe/Amsterdam'")
        return connection

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        return pool.StaticPool

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[ReflectedColumn]:
        """The columns of `<schema>.<table>`, with their DuckDB types."""
        rows = connection.execute(text(COLUMNS), {"table_name": f"{schema}.{table_name}" if schema else table_name})
        return [
            {"name": str(name), "type": WarehouseType(str(data_type)), "nullable": bool(nullable), "default": None}
            for name, data_type, nullable in rows
        ]

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """None: the warehouse declares no primary keys."""
        return {"constrained_columns": [], "name": None}


def warehouse_url(warehouse: Path) -> str:
    """The SQLAlchemy address of the warehouse file, with the dialect made known to SQLAlchemy."""
    registry.register(SCHEME, __name__, WarehouseDialect.__name__)
    return f"{SCHEME}:///{warehouse.resolve()}"
