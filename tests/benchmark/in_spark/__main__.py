"""Runs the Spark scripts over a landing folder: `python -m tests.benchmark.in_spark LANDING OUT LEFT_OUT [MEMORY]`.

LEFT_OUT lists the rejected files, as for by_hand.py. MEMORY is the heap of Java, 12g unless told.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

HEAP = "12g"
HOW_TO_GET = "Needs Java 17 or later and PySpark: apt-get install default-jre-headless && pip install pyspark==4.3.0"


def main(landing: str, out: str, left_out: str, memory: str = HEAP) -> None:
    if find_spec("pyspark") is None or not ("JAVA_HOME" in os.environ or shutil.which("java")):
        sys.exit(HOW_TO_GET)
    from tests.benchmark.in_spark.tables import run_in_spark

    listed = Path(left_out).read_text(encoding="utf-8").splitlines()
    run_in_spark(Path(landing).resolve(), Path(out).resolve(), set(listed), memory)


if __name__ == "__main__":
    main(*sys.argv[1:])
