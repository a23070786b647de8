"""A patient's pseudonym is of its recipient: what one recipient has matches nothing that another has.

The door's own pseudonyms never leave the warehouse. A recipient's is the first half of their HMAC-SHA256 under the
recipient's key, which follows from the home's key, so that it stays the same over releases.
"""

# ruff: noqa: S608 - names of tables and columns can be no parameters; every one goes through `quoted`
from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import duckdb
import polars as pl

from dagster_project.keyed_hash import derived_key, digests
from dagster_project.marts.mart import Mart
from dagster_project.marts.sql import quoted

PATIENT = "patient_key"
DATA_TEAM = "the data team"
STORED, SHOWN = "stored_key", "shown_key"
RELEASED = quoted("memory", "main", "patients of the release")
_BYTES = 16
_AT_ONCE = 200_000


def recipient_key(key: str, recipient: str) -> bytes:
    """The key of a recipient, DATA_TEAM or a UZOVI, from the home's key."""
    return derived_key(key, f"patients for {recipient}")


def write_released(con: duckdb.DuckDBPyConnection, warehouse: str, marts: Iterable[Mart], key: str) -> None:
    """The table RELEASED: every patient of the marts in the warehouse, as stored and as the release shows them."""
    marts = [mart for mart in marts if mart.has(PATIENT)]
    if marts:
        each = (f"select {PATIENT} from {quoted(warehouse, mart.schema, mart.name)}" for mart in marts)
        patients = (
            f"select distinct {PATIENT} as {STORED} from ({' union all '.join(each)}) where {PATIENT} is not null"
        )
        _write(con, RELEASED, patients, STORED, recipient_key(key, DATA_TEAM))


@contextmanager
def shown_to(con: duckdb.DuckDBPyConnection, uzovi: str, patients: str, key: str) -> Iterator[str]:
    """A table with SHOWN, the pseudonym for this insurer, beside the one in the release.

    `patients` is a query for the keys in the release that the insurer sees, in a column PATIENT.
    """
    name = quoted("memory", "main", f"patients for {uzovi}")
    of_insurer = f"select {STORED}, {SHOWN} as released_key from {RELEASED} where {SHOWN} in ({patients})"
    _write(con, name, of_insurer, "released_key", recipient_key(key, uzovi))
    yield name
    con.execute(f"drop table {name}")


def _write(con: duckdb.DuckDBPyConnection, table: str, patients: str, kept: str, key: bytes) -> None:
    """Fills a table with the column `kept` of the patients, and with what their STORED becomes under the key."""
    con.execute(f"create or replace table {table} ({kept} varchar, {SHOWN} varchar)")
    with con.cursor() as reader:
        for batch in reader.sql(patients).to_arrow_reader(_AT_ONCE):
            frame = pl.from_arrow(batch)
            found = digests((text.encode() for text in frame[STORED]), key)
            shown = pl.Series(SHOWN, [digest[:_BYTES] for digest in found], dtype=pl.Binary).bin.encode("hex")
            con.register("batch", frame.select(kept).with_columns(shown).to_arrow())
            con.execute(f"insert into {table} from batch")
            con.unregister("batch")
