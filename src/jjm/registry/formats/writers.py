"""Writing records into a file, whatever its format."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

import orjson

from jjm.registry.formats.cells import to_cell
from jjm.registry.formats.model import Format
from jjm.standards import Field

if TYPE_CHECKING:
    from pyarrow import DataType

_NESTED = ("object", "point", "geometry")
_LEVEL = 5
# What the end of a Parquet file says of each column of each row group, at most about so many bytes.
_FOOTER = 250
_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z


class Writer(Protocol):
    """A file being written. Records are plain JSON values by column; absent ones are left out."""

    def write(self, records: Sequence[Mapping[str, Any]], most: int | None = None) -> int:
        """Add records, as many as leave the file below `most` bytes before it is packed; how many those were.

        A first record is added in any case.
        """
        ...

    def close(self) -> None:
        """Bring the file to its end, on the disk."""
        ...


def open_writer(path: Path, format: Format, columns: Sequence[Field], *, packed: bool = False) -> Writer:
    """A new file of that format; `packed` by gzip, which Parquet does not need."""
    if format is Format.PARQUET:
        return _Parquet(path, columns)
    return _Lines(path, columns if format is Format.CSV else None, packed)


class _Lines:
    """NDJSON, or CSV where there are columns."""

    def __init__(self, path: Path, columns: Sequence[Field] | None, packed: bool) -> None:
        self._file = path.open("wb")
        self._out: BinaryIO = self._file
        if packed:
            # Without a time in it, the same records give the same bytes.
            self._out = cast("BinaryIO", gzip.GzipFile("", "wb", _LEVEL, self._file, mtime=0))
        self._cells = [(c.name, to_cell(c)) for c in columns] if columns is not None else None
        self._heading = b"" if self._cells is None else _rows([[name for name, _ in self._cells]])
        self._out.write(self._heading)
        self._size = len(self._heading)

    def write(self, records: Sequence[Mapping[str, Any]], most: int | None = None) -> int:
        content = self._content(records)
        if most is None or self._size + len(content) <= most:
            self._add(content)
            return len(records)
        taken = 0
        for record in records:
            line = self._content([record])
            if self._size + len(line) > most and self._size > len(self._heading):
                break
            self._add(line)
            taken += 1
        return taken

    def _content(self, records: Sequence[Mapping[str, Any]]) -> bytes:
        if self._cells is None:
            return b"".join([orjson.dumps(r, option=_OPTIONS) for r in records])
        return _rows([[_cell(record.get(name), turn) for name, turn in self._cells] for record in records])

    def _add(self, content: bytes) -> None:
        self._out.write(content)
        self._size += len(content)

    def close(self) -> None:
        if self._out is not self._file:
            self._out.close()
        _end(self._file)


def _rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _end(file: BinaryIO) -> None:
    # What a job says it has put out is there even after the power has failed.
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _cell(value: Any, turn: Any) -> str:
    if value is None:
        return ""
    return value if turn is None else turn(value)


class _Parquet:
    """Parquet with one row group for each call of `write`."""

    def __init__(self, path: Path, columns: Sequence[Field]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._arrow = pa
        self._columns = columns
        self._schema = pa.schema([(c.name, _type(pa, c)) for c in columns])
        self._file = path.open("wb")
        self._out = pq.ParquetWriter(self._file, self._schema, compression="zstd")
        self._groups = 0

    def write(self, records: Sequence[Mapping[str, Any]], most: int | None = None) -> int:
        room = None if most is None else most - self._size()
        taken = len(records) if room is None else _fitting(records, room)
        if taken < len(records) and self._groups:
            # A full group in the next file rather than ever smaller ones in this.
            return 0
        self._add(records[: max(taken, 1)])
        return min(max(taken, 1), len(records))

    def _add(self, records: Sequence[Mapping[str, Any]]) -> None:
        arrays = [
            self._arrow.array([_value(c, record.get(c.name)) for record in records], type=self._schema.field(n).type)
            for n, c in enumerate(self._columns)
        ]
        self._out.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._groups += 1

    def _size(self) -> int:
        return self._file.tell() + _FOOTER * len(self._columns) * (self._groups + 2)

    def close(self) -> None:
        self._out.close()
        _end(self._file)


def _fitting(records: Sequence[Mapping[str, Any]], room: int) -> int:
    """How many fit as JSON, which is more than they take up in columns."""
    for n, record in enumerate(records):
        room -= len(orjson.dumps(record, option=_OPTIONS, default=str))
        if room < 0:
            return n
    return len(records)


def _type(pa: Any, column: Field) -> DataType:
    """The Arrow type of a field: lists of scalars as lists, what is nested deeper as JSON text."""
    if column.kind == "list":
        item = column.item
        return pa.list_(_type(pa, item)) if item is not None and item.kind not in _NESTED else pa.string()
    kinds = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
    }
    return kinds.get(column.kind, pa.string())


def _value(column: Field, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "list" and column.item is not None and column.item.kind not in _NESTED:
        return [_value(column.item, part) for part in cast("list[Any]", value)]
    if column.kind in (*_NESTED, "list"):
        return orjson.dumps(value).decode()
    if column.kind == "date":
        return datetime.fromisoformat(value).date() if isinstance(value, str) else value
    if column.kind == "instant":
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    return value
