"""How the result of a query looks: a table to read, or csv, json and parquet to use elsewhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, Literal, get_args

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dagster_project.errors import ZorgmartError

Format = Literal["table", "csv", "json", "parquet"]
TABLE_ROWS = 200
_INSTANT = "%Y-%m-%dT%H:%M:%S%.f%:z"
_FORMULA = r"^([=+\-@\t\r])"


def render(result: pa.Table, form: Format = "table", width: int | None = None) -> str | bytes:
    """The result as text, or as bytes for parquet; `width` is that of the terminal, for a table.

    Amounts keep their exact digits: in json as text. Raises ZorgmartError on another format or an odd type.
    """
    forms: dict[str, Callable[[pa.Table], str | bytes]] = {
        "table": lambda rows: _table(rows, width),
        "csv": _csv,
        "json": _json,
        "parquet": _parquet,
    }
    if form not in forms:
        raise ZorgmartError(f"there is no format {form!r}; choose one of {', '.join(get_args(Format))}")
    return forms[form](_with_single_names(result))


def _table(result: pa.Table, width: int | None) -> str:
    """At most 200 rows, with a last line that says how many more there are."""
    table = Table()
    for column in result.schema:
        table.add_column(Text(_shown(column.name)), justify="right" if _is_number(column.type) else "left")
    for row in result.slice(0, TABLE_ROWS).to_pylist(maps_as_pydicts="lossy"):
        table.add_row(*(Text(_shown(value)) for value in row.values()))
    text = io.StringIO()
    Console(file=text, width=width or 10_000, no_color=True).print(table)
    more = result.num_rows - TABLE_ROWS
    note = f"{more:,} more row(s); --format csv shows all\n" if more > 0 else ""
    return text.getvalue() + note


def _csv(result: pa.Table) -> str:
    """Comma separated; text that a spreadsheet would take for a formula gets a leading apostrophe."""
    frame = _frame(result)
    nested = [_as_json(column) for column in frame if column.dtype.is_nested()]
    frame = frame.with_columns(nested).with_columns(cs.string().str.replace(_FORMULA, "'${1}"))
    frame = frame.with_columns(cs.datetime(time_zone="*").dt.to_string(_INSTANT))
    header = pl.Series(frame.columns).str.replace(_FORMULA, "'${1}")
    return frame.rename(dict(zip(frame.columns, header, strict=True))).write_csv()


def _json(result: pa.Table) -> str:
    """A list of objects; amounts as text with their exact digits, sums of counts as numbers, NaN as null."""
    frame = _frame(result)
    sums = [column.cast(pl.Int64, strict=False) for column in frame.select(cs.by_dtype(pl.Decimal(38, 0)))]
    exact = [column for column in sums if column.null_count() == frame[column.name].null_count()]
    return frame.with_columns(exact).write_json() + "\n"


def _parquet(result: pa.Table) -> bytes:
    file = io.BytesIO()
    pq.write_table(result, file, compression="zstd")
    return file.getvalue()


def _frame(result: pa.Table) -> pl.DataFrame:
    for column in result.schema:
        if pa.types.is_interval(column.type) or pa.types.is_binary(column.type):
            raise ZorgmartError(f"column {column.name} is of type {column.type}; cast it to varchar in the query")
    return pl.DataFrame(result).with_columns(cs.categorical().cast(pl.String))


def _with_single_names(result: pa.Table) -> pa.Table:
    """`select a, a` gives two columns of one name; the later ones get a number."""
    names: list[str] = []
    for name in result.column_names:
        numbered = (candidate for n in range(1, len(names) + 3) if (candidate := f"{name}_{n}" if n > 1 else name))
        names.append(next(candidate for candidate in numbered if candidate not in names))
    return result.rename_columns(names)


def _as_json(column: pl.Series) -> pl.Series:
    cells = [None if cell is None else json.dumps(cell, default=str, ensure_ascii=False) for cell in column.to_list()]
    return pl.Series(column.name, cells, pl.String)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _shown(value: Any) -> str:
    """One cell as text that a terminal takes for nothing else."""
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        value = json.dumps(value, default=str, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))
