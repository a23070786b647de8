"""How a value of DuckDB is a value of PostgreSQL: its type, its text in COPY, and what of it is hashed on both sides.

The hash is the sum over rows of 60 bits of the md5 of what is written alike on both sides; doubles and JSON are not,
so they are counted, and doubles have their smallest and largest compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from dagster_project.errors import ZorgmartError
from dagster_project.marts.sql import quoted

_TYPES = {
    "VARCHAR": "text",
    "VARCHAR[]": "text[]",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(39,0)",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DIGITS = 15
_BETWEEN = "chr(31)"


def postgres_type(column: str, kind: str) -> str:
    """The type of a column; raises ZorgmartError on one that has no twin."""
    if found := _DECIMAL.fullmatch(kind):
        return f"numeric({found[1]},{found[2]})"
    if kind.startswith("STRUCT"):
        return "jsonb"
    if kind not in _TYPES:
        raise ZorgmartError(f"{column} is {kind}, which has no type in PostgreSQL yet; add it to postgres/types.py")
    return _TYPES[kind]


def copy_line(columns: Mapping[str, str]) -> str:
    """A row as a line of COPY in its text format, as an expression of DuckDB; `columns` are names and DuckDB types."""
    fields = (f"coalesce({_escaped(_text(name, kind))}, '\\N')" for name, kind in columns.items())
    return " || chr(9) || ".join(fields) + " || chr(10)"


def _text(name: str, kind: str) -> str:
    if kind == "VARCHAR[]":
        element = "coalesce('\"' || replace(replace(e, '\\', '\\\\'), '\"', '\\\"') || '\"', 'NULL')"
        return f"'{{' || array_to_string(list_transform({quoted(name)}, lambda e: {element}), ',') || '}}'"
    return f"to_json({quoted(name)})::varchar" if kind.startswith("STRUCT") else f"{quoted(name)}::varchar"


def _escaped(text: str) -> str:
    for character, written in (("'\\'", "'\\\\'"), ("chr(9)", "'\\t'"), ("chr(10)", "'\\n'"), ("chr(13)", "'\\r'")):
        text = f"replace({text}, {character}, {written})"
    return text


def is_hashed(kind: str) -> bool:
    """Whether both sides write values of this DuckDB type alike."""
    return kind != "DOUBLE" and not kind.startswith("STRUCT")


def hash_here(columns: Mapping[str, str]) -> str:
    """The hash of rows, as an aggregate of DuckDB."""
    return f"coalesce(sum(('0x' || left(md5({_line(columns, _here)}), {_DIGITS}))::bigint), 0)::decimal(38, 0)"


def hash_there(columns: Mapping[str, str]) -> str:
    """The same as an aggregate of PostgreSQL; `columns` have DuckDB's types here too."""
    number = f"('x0' || left(md5({_line(columns, _there)}), {_DIGITS}))::bit(64)::bigint"
    return f"coalesce(sum({number}), 0)::numeric(38, 0)"


def checksum(columns: Mapping[str, str]) -> str:
    """A checksum of rows, as an aggregate of DuckDB; of doubles their text, for minus zero equals zero. It is as this
    DuckDB hashes: after a change of version all is compared, and nothing written."""
    values = ", ".join(
        f"{quoted(name)}::varchar" if kind == "DOUBLE" else quoted(name) for name, kind in columns.items()
    )
    return f"'{duckdb.__version__} ' || count(*) || ' ' || sum(hash({values}))"


def _line(columns: Mapping[str, str], write: object) -> str:
    fields = [f"coalesce({write(name, kind)}, chr(30))" for name, kind in columns.items() if is_hashed(kind)]
    return f" || {_BETWEEN} || ".join(fields) or "''"


def _here(name: str, kind: str) -> str:
    match kind:
        case "TIMESTAMP WITH TIME ZONE":
            return f"epoch_us({quoted(name)})::varchar"
        case "VARCHAR[]":
            return f"array_to_string({quoted(name)}, chr(29))"
        case _:
            return f"{quoted(name)}::varchar"


def _there(name: str, kind: str) -> str:
    match kind:
        case "TIMESTAMP WITH TIME ZONE":
            return f"(extract(epoch from {quoted(name)}) * 1000000)::bigint::text"
        case "VARCHAR[]":
            return f"array_to_string({quoted(name)}, chr(29))"
        case _:
            return f"{quoted(name)}::text"
