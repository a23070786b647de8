"""A patient's pseudonym is of its recipient: what one recipient has matches nothing that another has.

The door's own pseudonyms never leave the warehouse: the data team's are the first half of their HMAC-SHA256 under its
key, and an insurer's the first half of that of the data team's under the insurer's. So a slice can be made from a
release alone. Each key follows from the home's, so that a pseudonym stays the same over releases.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

from dagster_project.keyed_hash import derived_key, digests
from dagster_project.marts.sql import quoted

PATIENT = "patient_key"
DATA_TEAM = "the data team"
STORED, SHOWN = "stored_key", "shown_key"
RELEASED = quoted("memory", "main", "patients of the release")
SHOWN_TO = quoted("memory", "main", "patients of the slice")
_ASKED = quoted("memory", "main", "patients asked for")
_BYTES = 16
_AT_ONCE = 200_000


def recipient_key(key: str, recipient: str) -> bytes:
    """The key of a recipient, DATA_TEAM or a UZOVI, from the home's key."""
    return derived_key(key, f"patients for {recipient}")


def write_released(con: duckdb.DuckDBPyConnection, patients: Iterable[str], key: str) -> None:
    """The table RELEASED: patients as the warehouse stores them and as the release shows them. `patients` are queries
    for the stored ones, in a column PATIENT."""
    each = " union all ".join(patients) or f"select null::varchar as {PATIENT} where false"
    _write(con, RELEASED, _distinct(each), recipient_key(key, DATA_TEAM))


def write_shown_to(con: duckdb.DuckDBPyConnection, uzovi: str, patients: str, key: str) -> None:
    """The table SHOWN_TO: patients as the release shows them and as it shows them to this insurer. `patients` is a
    query for those that the insurer sees, in a column PATIENT."""
    _write(con, SHOWN_TO, _distinct(patients), recipient_key(key, uzovi))


def _distinct(patients: str) -> str:
    return f"select distinct {PATIENT} as {STORED} from ({patients}) where {PATIENT} is not null"


def _write(con: duckdb.DuckDBPyConnection, table: str, patients: str, key: bytes) -> None:
    """Fills a table with STORED, and with what it becomes under the key."""
    con.execute(f"create or replace table {_ASKED} as {patients}")
    con.execute(f"create or replace table {table} ({STORED} varchar, {SHOWN} varchar)")
    with con.cursor() as reader:
        for batch in reader.sql(f"from {_ASKED}").to_arrow_reader(_AT_ONCE):
            frame = pl.from_arrow(batch)
            found = digests((text.encode() for text in frame[STORED]), key)
            shown = pl.Series(SHOWN, [digest[:_BYTES] for digest in found], dtype=pl.Binary).bin.encode("hex")
            con.register("batch", frame.with_columns(shown).to_arrow())
            con.execute(f"insert into {table} from batch")
            con.unregister("batch")
    con.execute(f"drop table {_ASKED}")
