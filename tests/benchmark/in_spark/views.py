"""The delivered files as Spark views: `<feed>_delivered` of text, and `<feed>_parquet` for the two large feeds."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from urllib.parse import quote

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import broadcast

from tests.benchmark.delivered import FEEDS, good_files

TYPED = {
    "declarations": (
        "declaration_id string, debit_credit string, corrects_declaration_id string, provider_agb string,"
        " insurer_uzovi string, patient_key string, birth_year bigint, performance_code string,"
        " service_start timestamp, service_end timestamp, episode_id string, quantity bigint, amount_cents bigint,"
        " legal_framework string, declared_on date"
    ),
    "capacity_snapshots": (
        "provider_agb string, location_code string, unit string, measured_at timestamp, places_total bigint,"
        " places_occupied bigint, status string, crowding_index decimal(18, 4)"
    ),
}
PLACE = ("_metadata.file_path as path", "_metadata.file_block_start as block_start")
LARGE_TEXT = {"quote": "", "escape": ""}
SMALL_TEXT = {"quote": '"', "escape": '"', "multiLine": True}


@dataclass(frozen=True)
class Delivered:
    """The files that are not rejected, in their order of delivery."""

    paths: list[Path]

    def of(self, feed: str) -> list[Path]:
        return [path for path in self.paths if path.parts[-3] == feed]


def find_delivered(landing: Path, left_out: set[str]) -> Delivered:
    return Delivered(good_files(landing, left_out))


def make_views(spark: SparkSession, delivered: Delivered) -> None:
    """A view per feed, in which each row has the date, the order and the name of its delivery."""
    _list_files(spark, delivered)
    files = broadcast(spark.table("files"))
    for feed in FEEDS:
        paths = delivered.of(feed)
        text = _text(spark, feed, [path for path in paths if path.suffix != ".parquet"])
        text.join(files, "path").drop("path").createOrReplaceTempView(f"{feed}_delivered")
        if feed in TYPED:
            typed = _parquet(spark, feed, [path for path in paths if path.suffix == ".parquet"])
            typed.join(files, "path").drop("path").createOrReplaceTempView(f"{feed}_parquet")


def _list_files(spark: SparkSession, delivered: Delivered) -> None:
    rows = [
        {
            "path": _as_spark_names(path),
            "delivery_order": order,
            "delivery_date": path.parent.name,
            "delivery_file": f"{path.parent.name}/{path.name}",
        }
        for order, path in enumerate(delivered.paths)
    ]
    columns = "array<struct<path: string, delivery_order: int, delivery_date: date, delivery_file: string>>"
    listed = f"create table files using parquet as select inline(from_json(:files, '{columns}'))"
    spark.sql(listed, {"files": json.dumps(rows)})


def _as_spark_names(path: Path) -> str:
    return "file:" + re.sub(r"[^\w\-!.~'()*,;:$&+=@/]", lambda found: quote(found[0]), str(path))


def _text(spark: SparkSession, feed: str, paths: list[Path]) -> DataFrame:
    """Lines with the number of fields of their header, all text; a column that a file lacks is empty."""
    by_header: dict[bytes, list[str]] = defaultdict(list)
    for path in paths:
        by_header[_header(path)].append(str(path))
    read = [_with_header(spark, feed, header.decode(), alike) for header, alike in by_header.items()]
    if not read:
        names = [column.split()[0] for column in TYPED[feed].split(", ")]
        return spark.createDataFrame([], ", ".join(f"{name} string" for name in (*names, "path", "block_start")))
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), read)


def _header(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.readline().strip()


def _with_header(spark: SparkSession, feed: str, header: str, paths: list[str]) -> DataFrame:
    separator = ";" if ";" in header else ","
    columns = ", ".join(f"{name} string" for name in header.split(separator))
    lines = spark.read.options(**LARGE_TEXT if feed in TYPED else SMALL_TEXT).csv(
        paths, columns, sep=separator, header=True, mode="DROPMALFORMED"
    )
    return lines.selectExpr("*", *PLACE)


def _parquet(spark: SparkSession, feed: str, paths: list[Path]) -> DataFrame:
    if not paths:
        return spark.createDataFrame([], f"{TYPED[feed]}, path string, block_start bigint")
    return spark.read.schema(TYPED[feed]).parquet(*map(str, paths)).selectExpr("*", *PLACE)
