"""How much disk a first release needs, estimated from the warehouse: no release before it tells.

Every slice repeats the tables that all insurers see, so a release can be several times the size of its warehouse.
"""

# ruff: noqa: S608 - names of tables can be no parameters; every one goes through `literal` and `quoted`
from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from dagster_project.marts.mart import ALL, INSURER, Mart
from dagster_project.marts.sql import literal, quoted
from dagster_project.publish.insurer_visibility import own

LEAST_FILE = 1 << 20
"""Bytes of a DuckDB file with the tables of a slice and hardly a row."""
VALUE = 8
"""Bytes taken for a value of a view, of which no blocks tell."""


def slices_of_first_release(warehouse: Path, marts: tuple[Mart, ...]) -> int:
    """Bytes that the slices will take: for each insurer what all see, and every insurer's own rows once."""
    with duckdb.connect(warehouse, read_only=True) as con:
        shared = _bytes(con, (mart for mart in marts if mart.visible_to == ALL))
        of_own = _bytes(con, own(marts))
        return _insurers(con, own(marts)) * (shared + LEAST_FILE) + of_own


def _insurers(con: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...]) -> int:
    """Whoever has a row of their own has a slice."""
    union = " union ".join(f"select {INSURER} from {_name(mart)}" for mart in marts if mart.has(INSURER))
    return con.execute(f"select count(distinct {INSURER}) from ({union})").fetchall()[0][0] if union else 0


def _bytes(con: duckdb.DuckDBPyConnection, marts: Iterable[Mart]) -> int:
    """Bytes of the blocks in which these tables stand; small tables share blocks, which count once."""
    blocks: set[int] = set()
    of_views = 0
    for mart in marts:
        if _is_view(con, mart):
            rows = con.execute(f"select count(*) from {_name(mart)}").fetchall()[0][0]
            of_views += rows * len(mart.columns) * VALUE
        else:
            blocks |= _blocks(con, mart)
    ((size,),) = con.execute("select block_size from pragma_database_size()").fetchall()
    return len(blocks) * size + of_views


def _blocks(con: duckdb.DuckDBPyConnection, mart: Mart) -> set[int]:
    stored = f"pragma_storage_info({literal(_name(mart))}) where persistent"
    query = f"select block_id from {stored} union select unnest(additional_block_ids) from {stored}"
    return {block for (block,) in con.execute(query).fetchall() if block is not None and block >= 0}


def _is_view(con: duckdb.DuckDBPyConnection, mart: Mart) -> bool:
    named = "select 1 from duckdb_views() where schema_name = ? and view_name = ?"
    return bool(con.execute(named, [mart.schema, mart.name]).fetchall())


def _name(mart: Mart) -> str:
    return quoted(mart.schema, mart.name)
