"""The footer of a Parquet file, read and written field by field: what is not known here is carried along.

A struct is a dict from the number of a field to its kind and value, a list its kind and values, as Thrift has them;
numbers of fields are those of parquet.thrift (apache/parquet-format).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.Thrift import TType
from thrift.transport.TTransport import TMemoryBuffer

MAGIC = b"PAR1"
Struct = dict[int, tuple[int, Any]]

NUM_ROWS, ROW_GROUPS, KEY_VALUES = 3, 4, 5
"""Of FileMetaData."""
COLUMNS, GROUP_ROWS, GROUP_OFFSET = 1, 3, 5
"""Of RowGroup."""
CHUNK_OFFSETS, META_DATA = (2, 4, 6), 3
"""Of ColumnChunk: itself and its two indexes."""
META_OFFSETS = (9, 10, 11, 14)
"""Of ColumnMetaData: data, index and dictionary page, bloom filter."""

_SCALARS = {
    TType.BOOL: "Bool", TType.BYTE: "Byte", TType.I16: "I16", TType.I32: "I32", TType.I64: "I64",
    TType.DOUBLE: "Double", TType.STRING: "Binary",
}  # fmt: skip


def read_footer(file: Path) -> tuple[Struct, int]:
    """The FileMetaData of a file, and where it begins: what stands before it is data."""
    with file.open("rb") as handle:
        handle.seek(-8, 2)
        end = handle.tell()
        begin = end - int.from_bytes(handle.read(4), "little")
        handle.seek(begin)
        return _read_struct(TCompactProtocol(TMemoryBuffer(handle.read(end - begin)))), begin


def footer_bytes(footer: Struct) -> bytes:
    """What ends a Parquet file after its data."""
    buffer = TMemoryBuffer()
    _write_struct(TCompactProtocol(buffer), footer)
    written = buffer.getvalue()
    return written + len(written).to_bytes(4, "little") + MAGIC


def key_values(pairs: dict[str, str]) -> tuple[int, Any]:
    """The field of FileMetaData for these pairs of texts."""
    structs = [{1: (TType.STRING, k.encode()), 2: (TType.STRING, v.encode())} for k, v in pairs.items()]
    return TType.LIST, (TType.STRUCT, structs)


def read_key_values(footer: Struct) -> dict[str, str]:
    """The pairs of texts that a file says of itself."""
    _, (_, structs) = footer.get(KEY_VALUES, (TType.LIST, (TType.STRUCT, [])))
    return {pair[1][1].decode(): pair[2][1].decode() for pair in structs if 2 in pair}


def moved(row_group: Struct, by: int) -> Struct:
    """A row group whose bytes stand `by` further on."""
    kind, (element, chunks) = row_group[COLUMNS]
    columns = (kind, (element, [_moved_chunk(chunk, by) for chunk in chunks]))
    return _shifted(row_group, (GROUP_OFFSET,), by) | {COLUMNS: columns}


def _moved_chunk(chunk: Struct, by: int) -> Struct:
    kind, meta_data = chunk[META_DATA]
    return _shifted(chunk, CHUNK_OFFSETS, by) | {META_DATA: (kind, _shifted(meta_data, META_OFFSETS, by))}


def _shifted(struct: Struct, fields: tuple[int, ...], by: int) -> Struct:
    """A zero is no offset: the writer does not say one."""
    return {
        field: (kind, value + by if field in fields and value else value) for field, (kind, value) in struct.items()
    }


def _read_struct(protocol: TCompactProtocol) -> Struct:
    fields: Struct = {}
    protocol.readStructBegin()
    while (begun := protocol.readFieldBegin())[1] != TType.STOP:
        _, kind, field = begun
        fields[field] = (kind, _read(protocol, kind))
        protocol.readFieldEnd()
    protocol.readStructEnd()
    return fields


def _read(protocol: TCompactProtocol, kind: int) -> Any:
    if kind == TType.STRUCT:
        return _read_struct(protocol)
    if kind == TType.LIST:
        element, size = protocol.readListBegin()
        values = [_read(protocol, element) for _ in range(size)]
        protocol.readListEnd()
        return element, values
    return getattr(protocol, f"read{_SCALARS[kind]}")()


def _write_struct(protocol: TCompactProtocol, struct: Struct) -> None:
    protocol.writeStructBegin("")
    for field, (kind, value) in sorted(struct.items()):
        protocol.writeFieldBegin("", kind, field)
        _write(protocol, kind, value)
        protocol.writeFieldEnd()
    protocol.writeFieldStop()
    protocol.writeStructEnd()


def _write(protocol: TCompactProtocol, kind: int, value: Any) -> None:
    if kind == TType.STRUCT:
        _write_struct(protocol, value)
    elif kind == TType.LIST:
        element, values = value
        protocol.writeListBegin(element, len(values))
        for each in values:
            _write(protocol, element, each)
        protocol.writeListEnd()
    else:
        getattr(protocol, f"write{_SCALARS[kind]}")(value)
