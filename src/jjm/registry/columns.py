"""How a field stands in PostgreSQL: its column type, and the way of a value in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import orjson

from jjm.standards import Field

Convert = Callable[[Any], Any]

_SCALARS: Mapping[str, str] = {
    "text": "text",
    "code": "text",
    "ref": 'text collate "C"',
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "instant": "timestamptz",
    "point": "point",
    "geometry": "jsonb",
    "object": "jsonb",
}
_ARRAYS = {"text": "text[]", "code": "text[]", "ref": 'text[] collate "C"', "integer": "bigint[]", "date": "date[]"}


@dataclass(frozen=True, slots=True)
class Column:
    """One field's column. `write` turns a JSON value into what the driver takes; `read` and `show` turn it back.

    `read` gives plain JSON values, `show` what goes straight into an answer without being parsed again.
    None stands for a value that needs no turning.
    """

    field: Field
    type: str
    write: Convert | None = None
    read: Convert | None = None
    show: Convert | None = None

    @property
    def name(self) -> str:
        """The column's name: the field's."""
        return self.field.name


def instant(value: datetime) -> str:
    """An instant as it is written everywhere: UTC, RFC 3339, microseconds only where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _from_text(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def _to_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _point_in(value: dict[str, Any]) -> tuple[float, float]:
    longitude, latitude = value["coordinates"]
    return float(longitude), float(latitude)


def _point_out(value: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [value.x, value.y]}


def _fragment(value: str) -> orjson.Fragment:
    return orjson.Fragment(value)


_WAYS: Mapping[str, tuple[Convert | None, Convert | None, Convert | None]] = {
    "text": (None, None, None),
    "bigint": (None, None, None),
    "boolean": (None, None, None),
    "double precision": (float, None, None),
    "date": (date.fromisoformat, date.isoformat, date.isoformat),
    "timestamptz": (_from_text, instant, instant),
    "jsonb": (_to_json, orjson.loads, _fragment),
    "point": (_point_in, _point_out, _point_out),
    "date[]": (
        lambda days: [date.fromisoformat(day) for day in days],
        lambda days: [day.isoformat() for day in days],
        lambda days: [day.isoformat() for day in days],
    ),
}


def exactly(value: float) -> Decimal:
    """A number as it is written: 0.1 is one tenth."""
    return Decimal(repr(value))


# Of at most fifteen digits (a rule of the dialect), a number is written the same before and after.
_DIGITS = 18
_EXACTLY: tuple[Convert, Convert, Convert] = (exactly, float, float)


def column(field: Field) -> Column:
    """The column of a field."""
    if field.kind == "list":
        item = cast("Field", field.item)
        kind = _ARRAYS.get(item.kind, "jsonb")
    else:
        kind = _SCALARS[field.kind]
    write, read, show = _WAYS.get(kind.split(" collate")[0], (None, None, None))
    if field.decimals and field.kind == "number":
        kind, (write, read, show) = f"numeric({_DIGITS},{field.decimals})", _EXACTLY
    return Column(field, kind, write, read, show)


def entries(value: Any) -> list[Any]:
    """The entries of a list value; one value as a list of one, none as an empty list."""
    if isinstance(value, list):
        return cast("list[Any]", value)
    return [] if value is None else [value]


def normalise(datas: list[Mapping[str, Any]], turned: Mapping[str, Convert]) -> None:
    """Bring the values of records, none of them null, into the form in which they are read back, one field after the
    other; `turned` is `Table.normal`.
    """
    for name, turn in turned.items():
        for n, data in enumerate(datas):
            if (value := data.get(name)) is not None and (new := turn(value)) is not value:
                datas[n] = {**data, name: new}


NORMAL: Mapping[str, Convert] = {
    "timestamptz": lambda text: instant(_from_text(text)),
    "bigint": int,
    "bigint[]": lambda numbers: [int(n) for n in numbers],
}
"""How values of a column type are brought into the one form in which they are read back: 12.0 is 12."""
