"""Parquet: typed columns with the names of fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import orjson

from jjm.kit import Fault, Problem
from jjm.registry.columns import instant
from jjm.registry.formats.cells import remedy
from jjm.registry.formats.model import Chunk, known_columns
from jjm.standards import Field, Standard

_NESTED = ("object", "point", "geometry", "list")


class _BadValue(ValueError):
    pass


def read_parquet(stream: BinaryIO, standard: Standard, after: int, size: int) -> Iterator[Chunk]:
    """The records behind a row, and a fault for every row that holds none.

    Nested values stand as such or as JSON text. Raises Problem 422 for columns that cannot be understood.
    """
    # Imported when needed: it takes a while, and most files are none of its kind.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream, pre_buffer=False)
        names = file.schema_arrow.names
        columns = known_columns(standard, names)
        wanted = [name for name, column in zip(names, columns, strict=True) if column is not None]
        fields = [column for column in columns if column is not None]
        last = 0
        batches: Iterator[Any] = file.iter_batches(size, columns=wanted)
        for batch in batches:
            first, last = last + 1, last + batch.num_rows
            if last > after:
                rows = batch.to_pylist()
                yield _chunk(fields, rows[max(0, after + 1 - first) :], max(first, after + 1), last, batch.nbytes)
    except (pa.ArrowException, OSError, ValueError) as error:
        fault = Fault(f"the file is not readable Parquet: {error}", "Write it again and send it whole.")
        raise Problem("bad-parquet", 422, "The file cannot be read", str(fault), [fault]) from error


def _chunk(fields: Sequence[Field], rows: list[dict[str, Any]], first: int, last: int, size: int) -> Chunk:
    chunk = Chunk([], [], [], last, size)
    for line, row in enumerate(rows, first):
        faults: list[Fault] = []
        record = {f.name: _plain(f, row[f.name], line, faults) for f in fields if row[f.name] is not None}
        if faults:
            chunk.faults.extend(faults)
        else:
            chunk.lines.append(line)
            chunk.rows.append(record)
    return chunk


def _plain(field: Field, value: Any, line: int, faults: list[Fault]) -> Any:
    try:
        if field.kind in _NESTED and isinstance(value, str):
            return orjson.loads(value)
        return _json(value)
    except (_BadValue, orjson.JSONDecodeError) as error:
        message = str(error) if isinstance(error, _BadValue) else f"this is not JSON: {error}"
        faults.append(Fault(message, remedy(field), line=line, column=field.name))
        return None


def _json(value: Any) -> Any:
    """A value of Arrow as JSON has it; what is null inside it is left out."""
    convert = _CONVERT.get(value.__class__)
    if convert is None:
        raise _BadValue(f"this is of a kind that JSON does not have ({value.__class__.__name__})")
    return convert(value)


def _same(value: Any) -> Any:
    return value


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise _BadValue("this is not a number")
    return value


def _decimal(value: Decimal) -> int | float:
    whole = int(value)
    return whole if whole == value else float(value)


def _list(value: list[Any]) -> list[Any]:
    return [_json(part) for part in value if part is not None]


def _object(value: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(part) for name, part in value.items() if part is not None}


def _instant(value: datetime) -> str:
    return instant(value if value.tzinfo else value.replace(tzinfo=UTC))


_CONVERT: dict[type, Callable[[Any], Any]] = {
    str: _same,
    int: _same,
    bool: _same,
    float: _number,
    Decimal: _decimal,
    date: date.isoformat,
    datetime: _instant,
    list: _list,
    dict: _object,
}
