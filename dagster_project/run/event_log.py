"""Dagster's own SQLite event log, with its connections kept open.

Dagster 1.13 makes an engine, a connection and a full flush for each single event; at some four hundred
events a night that costs more than all of dbt. Nothing is stored differently: the same files, the same tables.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection

MOST_OPEN = 8


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """Named in `dagster.yaml`; `base_dir` is the folder of the logs."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        """The shard's engine, made at first use; the one unused for longest makes room."""
        if shard not in self._engines:
            engine = create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": 30})
            event.listen(engine, "connect", _without_flush)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[shard] = engine
            if len(self._engines) > MOST_OPEN:
                self._engines.popitem(last=False)[1].dispose()
        self._engines.move_to_end(shard)
        return self._engines[shard]

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _without_flush(connection: Any, _: Any) -> None:
    """A power cut may lose the last lines of a log, never the file (write-ahead log); no figure rests on it."""
    connection.execute("pragma synchronous = normal")
