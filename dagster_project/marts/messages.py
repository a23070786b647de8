"""Which columns a message may name a row by, over all marts: what is in no list is left out of every message.

Read from the YAML files themselves, for a process that judges a warehouse has no manifest.
"""

from __future__ import annotations

from functools import cache

import yaml

from dagster_project.settings import DBT

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def shown_columns() -> frozenset[str]:
    """The union of what the marts' YAML has as `shown_in_messages`, a seed's too."""
    files = [*sorted((DBT / "models" / "marts").rglob("*.yml")), DBT / "seeds" / "_seeds.yml"]
    said = [yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER) for file in files]
    tables = [table for file in said for table in (*file.get("models", ()), *file.get("seeds", ()))]
    metas = [(table.get("config") or {}).get("meta") or {} for table in tables]
    return frozenset(column for meta in metas for column in meta.get("shown_in_messages", ()))
