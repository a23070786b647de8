"""Names and texts as SQL has them."""

from __future__ import annotations


def quoted(*names: str) -> str:
    """An SQL identifier of one or more parts, safe for any name."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(text: str) -> str:
    """An SQL string, for the statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
