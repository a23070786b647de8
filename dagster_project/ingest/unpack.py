"""From a delivered file to blocks of whole UTF-8 lines: what it is by its first bytes, gzip, encoding, last newline.

Nothing here knows columns. A file is never trusted to be as small unpacked as it is packed.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dagster_project.ingest.parts import BLOCK_BYTES, Rejected

MAX_BYTES = 8 << 30
MAX_UNPACKED_BYTES = 2 << 30
MAX_RATIO = 200
RATIO_FREE_BYTES = 16 << 20
BOM = b"\xef\xbb\xbf"
MAGIC = {
    b"PK\x03\x04": "a zip or Excel file",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"7z\xbc\xaf": "a 7z file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
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
        raise Rejected("the file is empty; send at least the header")
    if name.endswith(".gz"):
        if not start.startswith(GZIP):
            raise Rejected("the name ends in .gz but the bytes are no gzip; send them packed or name the file .csv")
        return _Unpacked(stream)
    _check_is_text(start)
    if size > MAX_BYTES:
        raise Rejected(f"the file has more than {MAX_BYTES >> 30} GiB; deliver it in parts")
    return stream


def _check_is_text(start: bytes) -> None:
    if start.startswith(GZIP):
        raise Rejected("the bytes are gzip but the name does not say so; name the file .csv.gz")
    for magic, kind in MAGIC.items():
        if start.startswith(magic):
            raise Rejected(f"the bytes are {kind}, not CSV; send CSV in UTF-8, or Parquet named .parquet")


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file, counted as they come."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed, self._unpacked = packed, 0
        self._gzip = gzip.GzipFile(fileobj=packed)

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._gzip.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Rejected("the gzip file is damaged or cut off; send it again") from error
        if not self._unpacked:
            _check_is_text(data[:8])
        self._unpacked += len(data)
        self._check_size()
        return data

    def _check_size(self) -> None:
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise Rejected(f"the file has more than {MAX_UNPACKED_BYTES >> 30} GiB unpacked; deliver it in parts")
        # Against what was unpacked so far, so that a bomb is seen in its first block, whatever its size.
        if self._unpacked > RATIO_FREE_BYTES and self._unpacked > MAX_RATIO * self._packed.tell():
            raise Rejected(f"the file is more than {MAX_RATIO} times as large unpacked; no table is; send it unpacked")

    def close(self) -> None:
        self._packed.close()
        super().close()


def _whole_lines(stream: BinaryIO | _Unpacked) -> Iterator[bytes]:
    offset, rest = 0, b""
    while data := stream.read(BLOCK_BYTES):
        data = rest + data if rest else data
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > BLOCK_BYTES:
            raise Rejected(f"a line has more than {BLOCK_BYTES >> 20} MiB; end each row with a newline")
        rest = data[cut:]
        if cut:
            yield _text(data if cut == len(data) else data[:cut], offset)
        offset += cut
    if rest:
        raise Rejected("the last line does not end in a newline, so the file may be cut off; send it again, whole")
    if not offset:
        raise Rejected("the file is empty; send at least the header")


def _text(block: bytes, offset: int) -> bytes:
    """The block as UTF-8 with plain newlines."""
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Rejected(f"byte {offset + error.start + 1} is not UTF-8; send the file in UTF-8") from error
        if not offset:
            block = block.removeprefix(BOM)
    if b"\r" in block:
        # Readers drop a lone carriage return without a word; as another control character it is seen and named.
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\x1f")
    return block
