"""Deliveries with faults put in by chance, byte by byte; and a reading of the same bytes that knows no library."""

from __future__ import annotations

import gzip
import io
import re
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from oracle import tiny

from dagster_project.feeds import FEEDS, Feed

from .rows import sound

BITS = (b'"', b",", b";", b"\n", b"\r", b"\x00", b"\xff", b" ", b"-", b"9", b"\xc3\xa9", b"\xef\xbb\xbf", b"\\", b"'")
HOLES = (2, 64, 4_096)
LINE_ENDS = ("\r", "\0", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
ODD_TYPES = (
    pa.decimal256(40, 0), pa.float16(), pa.duration("us"), pa.time64("us"), pa.binary(), pa.list_(pa.string()),
    pa.struct({"x": pa.int64()}), pa.date32(), pa.timestamp("us", "UTC"), pa.timestamp("ms"), pa.uint64(), pa.bool_(),
    pa.string_view(), pa.float32(), pa.null(),
)  # fmt: skip
WHOLE = re.compile(r"-?[0-9]{1,18}")


def rows_of(feed: Feed, chance: Random, patients: set[str]) -> list[dict[str, str]]:
    """Up to 40 sound rows, each with another patient, who is added to `patients`, and mostly with another key."""
    made = []
    for number in range(chance.randint(0, 40)):
        row = sound(feed)
        for column in feed.columns:
            if column.patient and column.kind == "text":
                row[column.name] = tiny.bsn(chance.randrange(10**6))
                patients.add(row[column.name])
            if column.money:
                row[column.name] = str(chance.randrange(10**6))
        first = feed.column(feed.key[0])
        if first.kind == "text" and not first.patient and not first.values:
            row[first.name] = f"{number:08d}" if first.pattern and "8" in first.pattern else f"{number:04d}"
        made.append(row)
    return made


def csv_file(feed: Feed, chance: Random, patients: set[str]) -> bytes:
    separator, end = chance.choice(",;"), chance.choice(["\n", "\r\n"])
    names = _names(feed, chance)
    lines = [separator.join(names)]
    lines += [separator.join(row[name] for name in names) for row in rows_of(feed, chance, patients)]
    return "".join(line + end for line in lines).encode()


def parquet_file(feed: Feed, chance: Random, patients: set[str]) -> bytes:
    rows = rows_of(feed, chance, patients)
    names = _names(feed, chance)
    table = pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in names})
    if chance.random() < 0.3:
        name, kind = chance.choice(names), chance.choice(ODD_TYPES)
        table = table.set_column(names.index(name), name, _odd_values(kind, len(rows), chance))
    file = io.BytesIO()
    pq.write_table(
        table, file, write_page_checksum=chance.random() < 0.3, compression=chance.choice(["zstd", "snappy", "none"]),
        use_dictionary=chance.random() < 0.5, row_group_size=chance.choice([5, 1_000]),
    )  # fmt: skip
    return file.getvalue()


def _names(feed: Feed, chance: Random) -> list[str]:
    """The columns of the feed, now and then without some of those that may be left out."""
    left_out = 0.3 if chance.random() < 0.3 else 0
    return [c.name for c in feed.columns if c.required or chance.random() >= left_out]


def _odd_values(kind: pa.DataType, length: int, chance: Random) -> pa.Array:
    """Values of any type, with some at the ends of their range: bits by chance, where the type has a fixed width."""
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.nulls(length, kind) if chance.random() < 0.5 else pa.array([_made(kind)] * length, kind)
    width = max(kind.bit_width, 8) // 8
    bits = b"".join(chance.choice([bytes(width), b"\xff" * width, chance.randbytes(width)]) for _ in range(length))
    return pa.Array.from_buffers(kind, length, [None, pa.py_buffer(bits)])


def _made(kind: pa.DataType) -> object:
    if pa.types.is_list(kind):
        return ["x"]
    if pa.types.is_struct(kind):
        return {"x": 1}
    return None if pa.types.is_null(kind) else "x" if pa.types.is_string_view(kind) else b"x"


def mutated(data: bytes, chance: Random, start: int = 0) -> bytes:
    """The bytes from `start` on with up to six of them put in, taken out, exchanged, flipped or repeated."""
    for _ in range(chance.randint(0, 6)):
        at = chance.randint(min(start, len(data)), len(data))
        match chance.randrange(5):
            case 0:
                data = data[:at] + chance.choice(BITS) + data[at:]
            case 1:
                data = data[:at] + data[at + chance.choice([1, 1, 4, 50]) :]
            case 2:
                data = data[:at] + chance.randbytes(chance.choice([1, 4])) + data[at + 4 :]
            case 3 if at < len(data):
                data = data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
            case _:
                data = data[:at] + data[max(start, at - chance.choice([1, 10, 200])) :]
    if chance.random() < 0.1:
        data = _with_hole(data, chance, start)
    return data


def _with_hole(data: bytes, chance: Random, start: int) -> bytes:
    """NULs where bytes were, as a copy that failed leaves; or newlines that became another line end."""
    if chance.random() < 0.5:
        at, length = chance.randint(min(start, len(data)), len(data)), chance.choice(HOLES)
        return data[:at] + bytes(length) + data[at + length :]
    end, share = chance.choice(LINE_ENDS).encode(), chance.choice([0.05, 1])
    pieces = data.split(b"\n")
    return pieces[0] + b"".join((end if chance.random() < share else b"\n") + piece for piece in pieces[1:])


def delivery(chance: Random, patients: set[str]) -> tuple[str, str, bytes, bytes | None]:
    """Feed, ending, bytes, and what a gzip holds or a CSV is (None for Parquet, and for gzip with broken bytes)."""
    feed = FEEDS[chance.choice(sorted(FEEDS))]
    kind = chance.choice(["csv", "csv", "csv.gz", "parquet"])
    if kind == "parquet":
        return feed.name, kind, mutated(parquet_file(feed, chance, patients), chance), None
    text = csv_file(feed, chance, patients)
    text = mutated(text, chance, 0 if chance.random() < 0.1 else text.index(b"\n"))
    if kind == "csv":
        return feed.name, kind, text, text
    packed = gzip.compress(text)
    broken = mutated(packed, chance) if chance.random() < 0.5 else packed
    return feed.name, kind, broken, text if broken == packed else None


def scan(feed: Feed, text: bytes) -> tuple[int, int]:
    """Rows and cents of a CSV file that is not rejected: every line after the first, and each amount that is one.

    Where NULs stand in a row, or a line is longer than its header around what ends lines elsewhere, rows may be hidden.
    """
    lines = text.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").split("\n")[:-1]
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    names = [name.strip('"') for name in lines[0].split(separator)]
    cents = 0
    assert b"\0\0" not in text
    for line in lines[1:]:
        fields = _fields(line, separator)
        assert not any(end in line for end in LINE_ENDS) or fields is None or len(fields) <= len(names)
        if feed.amount in names and fields and len(fields) == len(names):
            amount = fields[names.index(feed.amount)]
            cents += int(amount) if WHOLE.fullmatch(amount) else 0
    return len(lines) - 1, cents


def _fields(line: str, separator: str) -> list[str] | None:
    """The fields of one line; None if its quotes do not stand around whole fields."""
    fields, at = [], 0
    while True:
        if line[at : at + 1] == '"':
            end = at + 1
            while line[end : end + 1] != '"' or line[end : end + 2] == '""':
                if end >= len(line):
                    return None
                end += 2 if line[end : end + 2] == '""' else 1
            fields.append(line[at + 1 : end].replace('""', '"'))
            at = end + 1
            if at < len(line) and line[at] != separator:
                return None
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            if '"' in line[at:end]:
                return None
            fields.append(line[at:end])
            at = end
        if at >= len(line):
            return fields
        at += 1
