"""Reads the delivered files of a feed into one frame, in the order of delivery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmark.delivered import good_files, kind_of, last_day, pseudonym_key

CSV = {"dtype": str, "na_values": [""], "keep_default_na": False}
UNQUOTED = {"engine": "pyarrow", "quotechar": "\x01", "on_bad_lines": "skip"}
SEPARATORS = {"comma": ",", "semicolon": ";"}


class Deliveries:
    """The good files of a landing folder; `delivery_order` is a file's place in `names` and `dates`."""

    def __init__(self, landing: Path, left_out: set[str]) -> None:
        self.key, self.as_of = pseudonym_key(landing), last_day(landing)
        self._paths = good_files(landing, left_out)
        self.names = np.array([f"{path.parent.name}/{path.name}" for path in self._paths], dtype=object)
        self.dates = pd.to_datetime([date.fromisoformat(path.parent.name) for path in self._paths])

    def register(self, feed: str) -> pd.DataFrame:
        """All columns of a small feed as text."""
        return self._joined(feed, ("comma", "semicolon"), _quoted)

    def texts(self, feed: str, columns: Sequence[str]) -> pd.DataFrame:
        """The CSV files of a large feed as text; a line with another number of columns is left out."""
        return self._joined(feed, ("comma", "semicolon"), lambda path, kind: _unquoted(path, kind, columns))

    def typed(self, feed: str, columns: Sequence[str]) -> pd.DataFrame:
        """The Parquet files of a large feed."""
        return self._joined(feed, ("parquet",), lambda path, _: pd.read_parquet(path, columns=list(columns)), columns)

    def _joined(
        self,
        feed: str,
        kinds: Sequence[str],
        read: Callable[[Path, str], pd.DataFrame],
        columns: Sequence[str] = (),
    ) -> pd.DataFrame:
        frames, orders = [pd.DataFrame(columns=list(columns))], []
        for order, path in enumerate(self._paths):
            if path.parts[-3] == feed and (kind := kind_of(path)) in kinds:
                frames.append(read(path, kind))
                orders.append(np.full(len(frames[-1]), order, dtype=np.int32))
        joined = pd.concat(frames[1:] or frames, ignore_index=True)
        return joined.assign(delivery_order=np.concatenate(orders) if orders else np.empty(0, np.int32))


def stacked(texts: pd.DataFrame, typed: pd.DataFrame) -> pd.DataFrame:
    """Both, without one that is empty: it has no types of its own."""
    return pd.concat([frame for frame in (texts, typed) if len(frame)] or [texts], ignore_index=True)


def _quoted(path: Path, kind: str) -> pd.DataFrame:
    return pd.read_csv(path, sep=SEPARATORS[kind], **CSV)


def _unquoted(path: Path, kind: str, columns: Sequence[str]) -> pd.DataFrame:
    return pd.read_csv(path, sep=SEPARATORS[kind], usecols=list(columns), **CSV, **UNQUOTED)
