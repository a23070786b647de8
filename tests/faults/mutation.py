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
WHOLE = re.compile(r"-?[0-9]{1,18}")


def rows_of(feed: Feed, chance: Random, patients: set[str]) -> list[dict[str, str]]:
    """Up to 40 sound rows, each with another patient, who is added to `patients`, and mostly with another key."""
    made = []
    for number in range(chance.randint(0, 40)):
        row = sound(feed)
        for column in feed.columns:
            if column.patient:
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
    lines = [separator.join(feed.names)]
    lines += [separator.join(row[name] for name in feed.names) for row in rows_of(feed, chance, patients)]
    return "".join(line + end for line in lines).encode()


def parquet_file(feed: Feed, chance: Random, patients: set[str]) -> bytes:
    rows = rows_of(feed, chance, patients)
    table = pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in feed.names})
    file = io.BytesIO()
    pq.write_table(
        table, file, write_page_checksum=chance.random() < 0.3, compression=chance.choice(["zstd", "snappy", "none"]),
        use_dictionary=chance.random() < 0.5, row_group_size=chance.choice([5, 1_000]),
    )  # fmt: skip
    return file.getvalue()


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
    return data


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
    """Rows and cents of a CSV file that is not rejected: every line after the first, and each amount that is one."""
    lines = text.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").split("\n")[:-1]
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    names = [name.strip('"') for name in lines[0].split(separator)]
    cents = 0
    for line in lines[1:]:
        fields = _fields(line, separator)
        if feed.amount and fields and len(fields) == len(names):
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
