"""Text that rows are told apart or grouped by: one spelling for what looks the same, or the row is quarantined."""

from __future__ import annotations

import polars as pl

# Format characters, those that are to be ignored when shown, private use, the blank of braille; any blank but U+0020.
UNSEEN = r"[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}\x{2800}]|[\p{Z}--\x20]"
BLANKS = r"^ | $|  "


def is_untidy(text: pl.Expr) -> pl.Expr:
    """Whether another text could look the same: not NFC, unseen characters, blanks that are double or at an end."""
    is_composed = text.str.normalize("NFC") == text
    return (~is_composed | text.str.contains(f"{BLANKS}|{UNSEEN}")).fill_null(False)
