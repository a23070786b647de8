"""How the result of a query looks: a table to read, or csv, json and parquet to use elsewhere.

csv and parquet are written piece by piece, so that a result may be larger than the memory.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal, get_args

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dagster_project.errors import ZorgmartError
from dagster_project.plain_text import for_json, for_spreadsheet, for_terminal
from dagster_project.publish.reader import Rows

Format = Literal["table", "csv", "json", "parquet"]
TABLE_ROWS = 200
_INSTANT = "%Y-%m-%dT%H:%M:%S%.f%:z"


def render(rows: Rows, form: Format, out: BinaryIO, width: int | None = None) -> None:
    """Write the rows to `out`; `width` is that of the terminal, for a table.

    Amounts keep their exact digits: in json as text. Raises ZorgmartError on another format or an odd type.
    """
    forms: dict[str, Callable[[Rows], Iterator[str]]] = {"csv": _csv, "json": _json}
    rows = _with_single_names(rows)
    if form == "parquet":
        _parquet(rows, out)
    elif form == "table":
        out.write(_table(rows, width).encode())
    elif form in forms:
        for text in forms[form](rows):
            out.write(text.encode())
    else:
        raise ZorgmartError(f"there is no format {form!r}; choose one of {', '.join(get_args(Format))}")


def _table(rows: Rows, width: int | None) -> str:
    """At most 200 rows, with a last line that says how many more there are."""
    table = Table()
    for column in rows.schema:
        table.add_column(Text(_shown(column.name)), justify="right" if _is_number(column.type) else "left")
    count = 0
    for piece in rows.pieces:
        for row in piece.slice(0, max(0, TABLE_ROWS - count)).to_pylist(maps_as_pydicts="lossy"):
            table.add_row(*(Text(_shown(value)) for value in row.values()))
        count += piece.num_rows
    text = io.StringIO()
    Console(file=text, width=width or 10_000, no_color=True).print(table)
    more = count - TABLE_ROWS
    note = f"{more:,} more row(s); --format csv shows all\n" if more > 0 else ""
    return text.getvalue() + note


def _csv(rows: Rows) -> Iterator[str]:
    """Comma separated; text that a spreadsheet would take for a formula gets a leading apostrophe."""
    names = pl.select(for_spreadsheet(pl.lit(pl.Series(rows.schema.names, dtype=pl.String)))).to_series()
    yield pl.DataFrame(schema=names.to_list()).write_csv()
    for piece in rows.pieces:
        frame = _frame(piece)
        nested = [_as_json(column) for column in frame if column.dtype.is_nested()]
        frame = frame.with_columns(nested).with_columns(for_spreadsheet(cs.string()))
        yield frame.with_columns(cs.datetime(time_zone="*").dt.to_string(_INSTANT)).write_csv(include_header=False)


def _json(rows: Rows) -> Iterator[str]:
    """A list of objects; amounts as text with their exact digits, sums of counts as numbers, NaN as null."""
    frame = _frame(rows.table())
    sums = [column.cast(pl.Int64, strict=False) for column in frame.select(cs.by_dtype(pl.Decimal(38, 0)))]
    exact = [column for column in sums if column.null_count() == frame[column.name].null_count()]
    yield for_json(frame.with_columns(exact).write_json()) + "\n"


def _parquet(rows: Rows, out: BinaryIO) -> None:
    with pq.ParquetWriter(pa.PythonFile(out, mode="w"), rows.schema, compression="zstd") as writer:
        for piece in rows.pieces:
            writer.write_batch(piece)


def _frame(result: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    for column in result.schema:
        if pa.types.is_interval(column.type) or pa.types.is_binary(column.type):
            raise ZorgmartError(f"column {column.name} is of type {column.type}; cast it to varchar in the query")
    return pl.DataFrame(result).with_columns(cs.categorical().cast(pl.String))


def _with_single_names(rows: Rows) -> Rows:
    """`select a, a` gives two columns of one name; the later ones get a number."""
    names: list[str] = []
    for name in rows.schema.names:
        numbered = (candidate for n in range(1, len(names) + 3) if (candidate := f"{name}_{n}" if n > 1 else name))
        names.append(next(candidate for candidate in numbered if candidate not in names))
    schema = pa.schema([column.with_name(name) for column, name in zip(rows.schema, names, strict=True)])
    return Rows(schema, (pa.RecordBatch.from_arrays(piece.columns, schema=schema) for piece in rows.pieces))


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
    return for_terminal(str(value))
