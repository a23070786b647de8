"""What may hide rows in a CSV file, looked for in its bytes: runs of NULs, and line ends that are no newline.

A row is what ends in a newline. Where something else stood in its place, several rows are one line and nobody can say
how many, so the file is rejected. Inside a field such a character spoils its row alone, by the rule control_character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dagster_project.ingest.rejected import Rejected

NUL_RUN = b"\0\0"
CR = "lone_carriage_returns", "CR alone"
NAMES = {
    b"\0": ("nul_bytes", "NUL"),
    b"\r": CR,
    b"\x0b": ("odd_line_separators", "vertical tab"),
    b"\x0c": ("odd_line_separators", "form feed"),
    b"\x1c": ("odd_line_separators", "a file separator (0x1C)"),
    b"\x1d": ("odd_line_separators", "a group separator (0x1D)"),
    b"\x1e": ("odd_line_separators", "a record separator (0x1E)"),
    b"\xc2\x85": ("odd_line_separators", "U+0085"),
    b"\xe2\x80\xa8": ("odd_line_separators", "U+2028"),
    b"\xe2\x80\xa9": ("odd_line_separators", "U+2029"),
}
QUOTED = re.compile(rb'"(?:[^"]|"")*"')


def check_no_hole(block: bytes, offset: int) -> None:
    """Raise Rejected for a run of NULs; `offset` is where the block stands in the file."""
    at = block.find(NUL_RUN)
    if at >= 0:
        raise Rejected(
            "nul_bytes",
            f"a run of NUL bytes begins at byte {offset + at + 1}, as a failed copy leaves, so rows may be gone; "
            "send the file again",
        )


def check_last_line(rest: bytes, offset: int) -> None:
    """Raise Rejected for what stands behind the last newline, with what it shows of the cause."""
    check_no_hole(rest, offset)
    for character in _found(rest):
        if rest.endswith(character) or not offset:
            _refuse(character, "the file ends")
    raise Rejected(
        "no_final_newline",
        "the last line does not end in a newline, so the file may be cut off; send it again, whole",
    )


def check_header(line: bytes) -> None:
    """Raise Rejected for a first line that goes on where another line should begin."""
    for character in _found(line):
        _refuse(character, "the first line ends")


def check_lines(block: bytes, separator: str, fields: int, first_row: int) -> None:
    """Raise Rejected for a line with more fields than the header, and in it what may have been the end of a row."""
    for character in _found(block):
        for start, line in _lines_with(block, character):
            if QUOTED.sub(b"", line).count(separator.encode()) >= fields:
                row = first_row + block.count(b"\n", 0, start)
                _refuse(character, f"row {row} ends")


def _lines_with(block: bytes, character: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each line begins that holds the character, and the line; every line of the block ends in a newline."""
    at = block.find(character)
    while at >= 0:
        start, end = block.rfind(b"\n", 0, at) + 1, block.index(b"\n", at)
        yield start, block[start:end]
        at = block.find(character, end)


def _found(text: bytes) -> list[bytes]:
    is_ascii = text.isascii()
    return [character for character in NAMES if (len(character) == 1 or not is_ascii) and character in text]


def _refuse(character: bytes, where: str) -> None:
    code, name = NAMES[character]
    what = "lines end in CR alone" if character == b"\r" else f"lines end in {name}"
    raise Rejected(code, f"{what} ({where} so), so rows may be one; end each row with LF or CRLF")
