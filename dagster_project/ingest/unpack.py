"""From a delivered file to blocks of whole UTF-8 lines: what it is by its first bytes, gzip, encoding, last newline.

Nothing here knows columns. A file is never trusted to be as small unpacked as it is packed.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dagster_project.ingest.line_ends import check_last_line, check_no_hole
from dagster_project.ingest.reading import BLOCK_BYTES
from dagster_project.ingest.rejected import Rejected

MAX_BYTES = 8 << 30
MAX_UNPACKED_BYTES = 2 << 30
MAX_RATIO = 200
RATIO_FREE_BYTES = 16 << 20
PACKED_BYTES = 1 << 18
WITH_GZIP_HEADER = 31
BOM = b"\xef\xbb\xbf"
MAGIC = {
    b"PK\x03\x04": "a zip or Excel file",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"7z\xbc\xaf": "a 7z file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"%PDF": "a PDF",
    b"<": "a web page or XML",
    b"{": "JSON",
    b"[": "JSON",
}
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
GZIP = b"\x1f\x8b"


def blocks(source: bytes | Path, name: str) -> Iterator[bytes]:
    """Blocks of whole lines that end in `\\n`, the first with the header, without byte order mark. Raises Rejected."""
    with _stream(source, name) as stream:
        yield from _whole_lines(stream)


def _stream(source: bytes | Path, name: str) -> BinaryIO | _Unpacked:
    stream: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    start = stream.read(8)
    stream.seek(0)
    if not start:
        raise Rejected("empty_file", "the file is empty; send at least the header")
    if name.endswith(".gz"):
        if not start.startswith(GZIP):
            what = "the name ends in .gz but the bytes are no gzip"
            raise Rejected("wrong_format", f"{what}; send them packed or name the file .csv")
        return _Unpacked(stream)
    _check_is_text(start)
    if size > MAX_BYTES:
        raise Rejected("too_large", f"the file has more than {MAX_BYTES >> 30} GiB; deliver it in parts")
    return stream


def _check_is_text(start: bytes) -> None:
    if start.startswith(GZIP):
        raise Rejected("wrong_format", "the bytes are gzip but the name does not say so; name the file .csv.gz")
    for magic, kind in MAGIC.items():
        if start.removeprefix(BOM).startswith(magic):
            what = f"the bytes are {kind}, not CSV"
            raise Rejected("wrong_format", f"{what}; send CSV in UTF-8, or Parquet named .parquet")
    # Of a letter in UTF-16 or UTF-32 every other byte is NUL; nothing but NULs is a hole.
    is_spread = any(start) and not (any(start[::2]) and any(start[1::2])) and len(start) > 1
    if start.startswith(WIDE) or is_spread:
        raise Rejected("not_utf8", "the bytes are UTF-16 text or wider; send the file in UTF-8")


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file, counted as they come.

    Members follow each other without a gap: NULs between or behind them, which other readers pass over, are what a
    torn upload leaves of further ones.
    """

    def __init__(self, packed: BinaryIO) -> None:
        self._packed, self._unpacked, self._left = packed, 0, b""
        self._member: zlib._Decompress | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = b"".join(self._pieces(size))
        except zlib.error as error:
            raise _damaged_gzip() from error
        if not self._unpacked:
            _check_is_text(data[:8])
        self._unpacked += len(data)
        self._check_size()
        return data

    def _pieces(self, size: int) -> Iterator[bytes]:
        """Some `size` bytes, or what is left; nothing at the end."""
        while size > 0:
            packed = self._left or self._packed.read(PACKED_BYTES)
            if self._member is None:
                if not packed:
                    return
                if not GZIP.startswith(packed[:2]):
                    raise _damaged_gzip()
                self._member = zlib.decompressobj(WITH_GZIP_HEADER)
            piece = self._member.decompress(packed, size)
            if not packed and not piece and not self._member.eof:
                raise _damaged_gzip()
            is_over = self._member.eof
            self._left = self._member.unused_data if is_over else self._member.unconsumed_tail
            self._member = None if is_over else self._member
            size -= len(piece)
            yield piece

    def _check_size(self) -> None:
        if self._unpacked > MAX_UNPACKED_BYTES:
            what = f"the file has more than {MAX_UNPACKED_BYTES >> 30} GiB unpacked"
            raise Rejected("too_large", f"{what}; deliver it in parts")
        # Against what was unpacked so far, so that a bomb is seen in its first block, whatever its size.
        if self._unpacked > RATIO_FREE_BYTES and self._unpacked > MAX_RATIO * self._packed.tell():
            what = f"the file is more than {MAX_RATIO} times as large unpacked"
            raise Rejected("too_large", f"{what}; no table is; send it unpacked")

    def close(self) -> None:
        self._packed.close()
        super().close()


def _damaged_gzip() -> Rejected:
    return Rejected("damaged_gzip", "the gzip file is damaged, cut off or goes on behind its end; send it again")


def _whole_lines(stream: BinaryIO | _Unpacked) -> Iterator[bytes]:
    offset, rest = 0, b""
    while data := stream.read(BLOCK_BYTES):
        data = rest + data if rest else data
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > BLOCK_BYTES:
            check_no_hole(data, offset)
            what = f"a line has more than {BLOCK_BYTES >> 20} MiB"
            raise Rejected("too_large", f"{what}; end each row with a newline")
        rest = data[cut:]
        if cut:
            yield _text(data if cut == len(data) else data[:cut], offset)
        offset += cut
    if rest:
        check_last_line(rest, offset)
    if not offset:
        raise Rejected("empty_file", "the file is empty; send at least the header")


def _text(block: bytes, offset: int) -> bytes:
    """The block as UTF-8 with CRLF as plain newlines."""
    check_no_hole(block, offset)
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            what = f"byte {offset + error.start + 1} is not UTF-8"
            raise Rejected("not_utf8", f"{what}; send the file in UTF-8") from error
        if not offset:
            block = block.removeprefix(BOM)
    return block.replace(b"\r\n", b"\n") if b"\r" in block else block
