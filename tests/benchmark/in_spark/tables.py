"""The finance and capacity tables of a landing folder, computed by Spark in one process and loaded into DuckDB."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from pyspark.sql import SparkSession

from tests.benchmark.compare import TABLES
from tests.benchmark.delivered import KEY_BLOCK, last_day, pseudonym_key
from tests.benchmark.in_spark.views import find_delivered, make_views

SCRIPTS = [Path(__file__).with_name(name) for name in ("finance.sql", "capacity.sql")]
SETTINGS = {
    "spark.master": "local[*]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
    "spark.sql.session.timeZone": "Europe/Amsterdam",
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.autoBroadcastJoinThreshold": "32m",
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",
}


def run_in_spark(landing: Path, out: Path, left_out: set[str], memory: str) -> None:
    """Write the finance and capacity tables of `landing` into the new DuckDB file `out`."""
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.stem}-") as folder:
        spark = _session(Path(folder), memory)
        make_views(spark, find_delivered(landing, left_out))
        _set_variables(spark, landing)
        for schema in {table.split(".")[0] for table in TABLES}:
            spark.sql(f"create schema {schema}")
        for script in SCRIPTS:
            for statement in _statements(script):
                spark.sql(statement)
        spark.stop()
        _load(Path(folder), out)


def _session(folder: Path, memory: str) -> SparkSession:
    places = {"spark.local.dir": folder / "spill", "spark.sql.warehouse.dir": folder / "tables"}
    settings = {**SETTINGS, **{name: str(place) for name, place in places.items()}, "spark.driver.memory": memory}
    return SparkSession.builder.config(map=settings).getOrCreate()


def _set_variables(spark: SparkSession, landing: Path) -> None:
    """The last date of delivery, and both halves of the sample's key as HMAC has them."""
    spark.sql(f"declare variable as_of date default date '{last_day(landing)}'")
    padded = pseudonym_key(landing).ljust(KEY_BLOCK, b"\0")
    for name, pad in (("inner_key", 0x36), ("outer_key", 0x5C)):
        spark.sql(f"declare variable {name} binary default X'{bytes(byte ^ pad for byte in padded).hex()}'")


def _statements(script: Path) -> list[str]:
    return [statement for statement in script.read_text(encoding="utf-8").split(";\n") if statement.strip()]


def _load(folder: Path, out: Path) -> None:
    with duckdb.connect(out) as connection:
        for table in TABLES:
            schema, name = table.split(".")
            parquet = folder / "tables" / f"{schema}.db" / name / "*.parquet"
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {table} as from read_parquet('{parquet}')")
