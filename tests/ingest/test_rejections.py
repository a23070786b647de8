"""Files that are rejected: each with a stable code and its cause, and never more than the one file."""

import ast
import gzip
import re
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from dagster_project import ingest as door
from dagster_project.errors import ZorgmartError
from dagster_project.feeds import FEEDS
from dagster_project.feeds.rejections import REJECTIONS
from dagster_project.ingest import batches, check_file
from dagster_project.ingest.rejected import Rejected

from .made import KEY, Home, csv_bytes, line, lines, row, without
from .test_parquet import as_text, parquet, with_column

NAMES = [rule.name for rule in REJECTIONS]
MANY = [row("budgets", parameter=f"fte {number}") for number in range(100)]
CSV = csv_bytes(MANY)
HEADER = CSV.partition(b"\n")[0]


def _hole(data: bytes, start: int, length: int = 4_096) -> bytes:
    return data[:start] + bytes(length) + data[start + length :]


def _ends(character: str) -> bytes:
    """The rows with another line end, but for the last one."""
    return CSV[:-1].replace(b"\n", character.encode()) + b"\n"


def _one_end(character: str) -> bytes:
    """One newline amid the rows replaced."""
    start = CSV.index(b"\n", len(CSV) // 2)
    return CSV[:start] + character.encode() + CSV[start + 1 :]


FILES = {
    "hole": (_hole(CSV, 500), "a.csv", "nul_bytes", "byte 501"),
    "hole at the start": (_hole(CSV, 0), "a.csv", "nul_bytes", "byte 1"),
    "hole at the end": (_hole(CSV, len(CSV) - 4_096), "a.csv", "nul_bytes", "run of NUL"),
    "hole behind the end": (CSV + bytes(512), "a.csv", "nul_bytes", "run of NUL"),
    "hole and a newline": (CSV + bytes(512) + b"\n", "a.csv", "nul_bytes", "run of NUL"),
    "hole of two": (_hole(CSV, 500, 2), "a.csv", "nul_bytes", "byte 501"),
    "hole packed": (gzip.compress(_hole(CSV, 500)), "a.csv.gz", "nul_bytes", "byte 501"),
    "NUL for one newline": (_one_end("\0"), "a.csv", "nul_bytes", "row"),
    "hole in gzip": (_hole(gzip.compress(CSV, 0), 2_000, 64), "a.csv.gz", "damaged_gzip", "damaged"),
    "hole behind gzip": (gzip.compress(CSV) + bytes(100), "a.csv.gz", "damaged_gzip", "behind its end"),
    "hole between members": (
        gzip.compress(CSV) + bytes(9) + gzip.compress(CSV), "a.csv.gz", "damaged_gzip", "behind its end",
    ),
    "CR alone": (CSV.replace(b"\n", b"\r"), "a.csv", "lone_carriage_returns", "lines end in CR alone"),
    "CR alone, then LF": (_ends("\r"), "a.csv", "lone_carriage_returns", "lines end in CR alone"),
    "CR alone packed": (gzip.compress(_ends("\r")), "a.csv.gz", "lone_carriage_returns", "lines end in CR alone"),
    "one CR": (_one_end("\r"), "a.csv", "lone_carriage_returns", "row 49"),
    "one CR among CRLF": (
        csv_bytes(MANY, end="\r\n").replace(b"Zvw\r\n", b"Zvw\r", 1), "a.csv", "lone_carriage_returns", "row 1",
    ),
    "CR CR LF": (csv_bytes(MANY, end="\r\r\n"), "a.csv", "lone_carriage_returns", "the first line"),
    "CR behind the last row": (CSV[:-1] + b"\r", "a.csv", "lone_carriage_returns", "the file ends"),
    "vertical tabs": (_ends("\v"), "a.csv", "odd_line_separators", "vertical tab"),
    "form feeds": (_ends("\f"), "a.csv", "odd_line_separators", "form feed"),
    "record separators": (_ends("\x1e"), "a.csv", "odd_line_separators", "0x1E"),
    "NEL": (_ends("\x85"), "a.csv", "odd_line_separators", "U+0085"),
    "one NEL": (_one_end("\x85"), "a.csv", "odd_line_separators", "row 49"),
    "one U+2028": (_one_end("\u2028"), "a.csv", "odd_line_separators", "U+2028"),
    "one U+2029": (_one_end("\u2029"), "a.csv", "odd_line_separators", "U+2029"),
    "one form feed": (_one_end("\f"), "a.csv", "odd_line_separators", "form feed"),
    "tabs": (csv_bytes(MANY, "\t"), "a.csv", "wrong_separator", "tabs"),
    "bars": (csv_bytes(MANY, "|"), "a.csv", "wrong_separator", "bars"),
    "UTF-32": (CSV.decode().encode("utf-32-be"), "a.csv", "not_utf8", "UTF-16"),
    "UTF-16 packed": (gzip.compress(CSV.decode().encode("utf-16-le")), "a.csv.gz", "not_utf8", "UTF-16"),
    "Latin-1": (CSV.replace(b"fte 7,", b"caf\xe9,"), "a.csv", "not_utf8", "byte"),
    "web page": (b"<!DOCTYPE html>\n<html></html>\n", "a.csv", "wrong_format", "web page"),
    "JSON": (b'[{"year": 2026}]\n', "a.csv", "wrong_format", "JSON"),
    "nothing": (b"", "a.csv", "empty_file", "empty"),
    "torn": (CSV[:-5], "a.csv", "no_final_newline", "cut off"),
    "two in one": (CSV + CSV, "a.csv", "repeated_header", "twice"),
    "no header": (CSV.partition(b"\n")[2], "a.csv", "no_header", "names no column"),
    "unknown": (CSV.replace(b"parameter", b"Parameter"), "a.csv", "unknown_column", "'Parameter'"),
    "twice": (CSV.replace(b"quantity", b"parameter"), "a.csv", "repeated_column", "parameter"),
    "missing": (csv_bytes([without("budgets", "quantity")]), "a.csv", "missing_column", "quantity"),
    "bomb": (gzip.compress(CSV + b"x" * (40 << 20) + b"\n"), "a.csv.gz", "too_large", "times as large"),
    "sums": (
        csv_bytes([row("budgets", parameter=f"{n}", amount_cents="9" * 18) for n in range(10)]),
        "a.csv", "amounts_too_large", "amounts",
    ),
    "no Parquet": (CSV, "a.parquet", "wrong_format", "no Parquet"),
    "torn Parquet": (parquet(as_text("budgets"))[:-40], "a.parquet", "damaged_parquet", "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FILES)
def test_a_rejected_file_has_a_code_and_its_cause(home: Home, fault: str) -> None:
    data, name, code, word = FILES[fault]
    path = home.deliver("budgets", data, name)
    home.deliver("budgets", csv_bytes([row("budgets")]), "sound.csv")
    home.ingest()
    version = home.versions().filter(file=name).row(0, named=True)
    assert (version["status"], version["rows"]) == ("rejected", 0)
    assert re.fullmatch(f"{code}: [^\n]*{re.escape(word)}[^\n]*", version["reason"])
    assert home.accepted_rows("budgets") == 1
    assert check_file("budgets", path, KEY, home.home).reason == version["reason"]


KEPT = {
    "one NUL": ("fte\x00zcc", ["control_character"]),
    "one CR": ("fte\rzcc", ["control_character"]),
    "CR at an end": ("fte\r", ["control_character"]),
    "form feed": ("fte\fzcc", ["control_character"]),
    "NEL": ("fte\x85zcc", ["control_character"]),
    "U+2028": ("fte\u2028zcc", ["untidy_parameter"]),
    "CR in quotes beside separators": ('"a,b\rc,d"', ["control_character"]),
}


@pytest.mark.parametrize("fault", KEPT)
def test_one_such_character_in_a_field_spoils_its_row_alone(home: Home, fault: str) -> None:
    text, rules = KEPT[fault]
    home.deliver("budgets", lines("budgets", line("budgets"), line("budgets", parameter=text)))
    home.ingest()
    assert home.version()["rows"] == 2
    assert home.rules("budgets") == {2: rules}


TYPES = {
    "duration": pa.array([timedelta(days=1)], pa.duration("us")),
    "time32": pa.array([time(10)], pa.time32("s")),
    "time64": pa.array([time(10)], pa.time64("us")),
    "list": pa.array([["x"]]),
    "large list": pa.array([["x"]], pa.large_list(pa.string())),
    "struct": pa.array([{"x": 1}]),
    "map": pa.array([[("x", 1)]], pa.map_(pa.string(), pa.int64())),
    "binary": pa.array([b"x"]),
    "large binary": pa.array([b"x"], pa.large_binary()),
    "binary view": pa.array([b"x"], pa.binary_view()),
    "fixed binary": pa.array([b"x" * 16], pa.binary(16)),
    "uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"x" * 16], pa.binary(16))),
    "decimal256": pa.array([Decimal(1)], pa.decimal256(50, 0)),
    "decimal256 of few digits": pa.array([Decimal(1)], pa.decimal256(5, 0)),
    "half float": pa.array([1.0], pa.float16()),
    "naive instant": pa.array([0], pa.timestamp("ns")),
    "infinite date": pa.array([2**31 - 1], pa.int32()).cast(pa.date32()),
    "infinite date below": pa.array([-(2**31)], pa.int32()).cast(pa.date32()),
    "year 10000": pa.array([2_932_897], pa.int32()).cast(pa.date32()),
    "infinite instant": pa.array([2**63 - 1], pa.timestamp("us", "UTC")),
    "infinite instant in ms": pa.array([-(2**62)], pa.timestamp("ms", "UTC")),
    "text view": pa.array(["x"], pa.string_view()),
    "coded": pa.array(["x"]).dictionary_encode(),
    "coded numbers": pa.array([1]).dictionary_encode(),
    "coded dates": pa.array([2**31 - 1], pa.int32()).cast(pa.date32()).dictionary_encode(),
    "nothing": pa.nulls(1),
    "bool": pa.array([True]),
    "largest": pa.array([2**64 - 1], pa.uint64()),
    "not a number": pa.array([float("nan")]),
    "decimal of many places": pa.array([Decimal("0." + "1" * 38)], pa.decimal128(38, 38)),
    "negative scale": pa.array([Decimal(1)], pa.decimal128(5, 0)),
    "a zone that is none": pa.array([0], pa.timestamp("us", "Nowhere/Land")),
    "a fixed offset": pa.array([0], pa.timestamp("us", "+14:00")),
}


@pytest.mark.parametrize("feed", FEEDS)
def test_no_type_in_any_column_stops_another_file(home: Home, feed: str) -> None:
    """Every type in every column of the feed, all in one night: each file has its verdict and the sound one is read."""
    home.deliver(feed, csv_bytes([row(feed)]), "sound.csv")
    names = [(kind, name) for kind in TYPES for name in FEEDS[feed].names]
    for kind, name in names:
        home.deliver(feed, parquet(with_column(feed, name, TYPES[kind])), f"{kind.replace(' ', '_')}-{name}.parquet")
    home.ingest()
    versions = home.versions()
    assert versions.height == len(names) + 1
    assert versions.filter(file="sound.csv")["accepted"].to_list() == [1]
    reasons = versions.filter(status="rejected")["reason"]
    assert set(reasons.str.extract("^([a-z0-9_]+): ")) <= {"unsupported_type", "value_out_of_range"}
    assert set(reasons.str.extract("column ([a-z0-9_]+) has")) == set(FEEDS[feed].names)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_optional_column_may_be_left_out(home: Home, feed: str) -> None:
    optional = [column.name for column in FEEDS[feed].columns if not column.required]
    sound = row(feed) | {"debit_credit": "D", "corrects_declaration_id": ""} if feed == "declarations" else row(feed)
    for left_out in [[], *([name] for name in optional), optional]:
        kept = {name: value for name, value in sound.items() if name not in left_out}
        label = "-".join(left_out) if len(left_out) == 1 else str(len(left_out))
        home.deliver(feed, csv_bytes([kept]), f"{label}.csv")
        home.deliver(feed, parquet(as_text(feed, kept)), f"{label}.parquet")
    home.ingest()
    versions = home.versions()
    assert versions.filter(status="rejected").is_empty()
    alike = versions.with_columns(versions["file"].str.split(".").list.first().alias("label")).group_by("label")
    assert alike.agg(pl.col("accepted").n_unique())["accepted"].max() == 1
    assert versions.filter(file="0.csv")["accepted"].to_list() == [1]


class _Panic(BaseException):
    """What Polars raises: no Exception."""


@pytest.mark.parametrize(
    "error", [_Panic("a value"), RecursionError(), KeyError("a value"), pa.ArrowInvalid("a value")]
)
def test_whatever_a_judge_raises_rejects_its_file_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    real = batches.judge

    def judge(feed: object, reading: object, *others: object) -> object:
        if "P13" in reading.rows["payment_id"].to_list():
            raise error
        return real(feed, reading, *others)

    monkeypatch.setattr(batches, "judge", judge)
    for number in range(20):
        path = home.deliver("payments", csv_bytes([row("payments", payment_id=f"P{number}")]), f"f{number}.csv")
    home.ingest()
    rejected = home.versions().filter(status="rejected")
    assert rejected["file"].to_list() == ["f13.csv"] and home.accepted_rows("payments") == 19
    assert rejected["reason"][0].startswith("unreadable_value: ") and "a value" not in rejected["reason"][0]
    path.write_bytes(csv_bytes([row("payments", payment_id="P13")]))
    assert check_file("payments", path, KEY, home.home).reason == rejected["reason"][0]


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_is_no_files_fault_stops(monkeypatch: pytest.MonkeyPatch, home: Home, error: BaseException) -> None:
    def judge(*_: object) -> None:
        raise error

    monkeypatch.setattr(batches, "judge", judge)
    home.deliver("payments", csv_bytes([row("payments")]))
    with pytest.raises((type(error), ZorgmartError)):
        home.ingest()
    assert home.versions().is_empty()


def test_every_code_is_used_and_every_used_one_is_known() -> None:
    used = set()
    for path in Path(door.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Rejected"
                and path.name != "line_ends.py"
            ):
                used.add(node.args[0].value)
    used |= {code for code, _ in door.line_ends.NAMES.values()} | {"no_final_newline"}
    assert used == set(NAMES) and len(NAMES) == len(used)
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in NAMES)
    with pytest.raises(ValueError, match="no code"):
        Rejected("no_such_code", "why")
