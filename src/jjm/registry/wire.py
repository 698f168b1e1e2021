"""Rows in the binary form in which PostgreSQL takes many at once (`COPY ... WITH (FORMAT binary)`).

A row is written in three parts: what a record says, which version it is and its digest (`heads`), what versions
recorded together share (`Stamp`), and its place in the ledger, which is known last.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from jjm.registry.columns import exactly
from jjm.registry.model import Version
from jjm.registry.rules import states_in
from jjm.registry.table import Table

_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"

Encode = Callable[[Sequence[Any]], list[bytes]]
"""Turns the values of a column, None where there is none, into what stands in the file, each behind its length."""

_SHORT = 1_024
_LENGTHS = [struct.pack(">i", n) for n in range(_SHORT)]
_length = struct.Struct(">i").pack
_bigint = struct.Struct(">iq").pack
_integer = struct.Struct(">ii").pack
_double = struct.Struct(">id").pack
_point = struct.Struct(">idd").pack
_array = struct.Struct(">iiIii").pack
_BOOLEANS = {True: b"\0\0\0\1\1", False: b"\0\0\0\1\0", None: NULL}
_DAY_ZERO = date(2000, 1, 1).toordinal()
_ZERO = datetime(2000, 1, 1, tzinfo=UTC)
_OIDS = {"text": 25, "bigint": 20, "date": 1082}


def _sized(value: bytes) -> bytes:
    size = len(value)
    return (_LENGTHS[size] if size < _SHORT else _length(size)) + value


def _texts(values: Sequence[str | None]) -> list[bytes]:
    # Written out, since most of a bulk load is text and a call for each value takes twice as long.
    return [
        NULL if v is None else _LENGTHS[len(b)] + b if len(b := v.encode()) < _SHORT else _length(len(b)) + b
        for v in values
    ]


def _text(value: str) -> bytes:
    return _sized(value.encode())


def _date(value: date) -> bytes:
    return _integer(4, value.toordinal() - _DAY_ZERO)


def _instant(value: datetime) -> bytes:
    since = value - _ZERO
    return _bigint(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _each(encode: Callable[[Any], bytes]) -> Encode:
    return lambda values: [NULL if v is None else encode(v) for v in values]


def _few(encode: Callable[[Any], bytes]) -> Encode:
    """For values of which thousands are alike."""

    def column(values: Sequence[Any]) -> list[bytes]:
        known = {v: encode(v) for v in set(values) if v is not None} | {None: NULL}
        return [known[v] for v in values]

    return column


_ENCODE: Mapping[str, Encode] = {
    "text": _texts,
    "bigint": lambda values: [NULL if v is None else _bigint(8, v) for v in values],
    "double precision": _each(lambda value: _double(8, value)),
    "boolean": lambda values: [_BOOLEANS[v] for v in values],
    "date": _few(lambda value: _date(date.fromisoformat(value))),
    "timestamptz": _each(lambda value: _instant(datetime.fromisoformat(value))),
    "point": _each(lambda value: _point(16, *value["coordinates"])),
    "jsonb": _each(lambda value: _sized(b"\1" + orjson.dumps(value))),
}


def _numeric(value: float) -> bytes:
    """A decimal number as PostgreSQL writes it: groups of four digits, the place of the first, sign, decimals."""
    sign, digits, exponent = exactly(value).as_tuple()
    decimals = max(0, -int(exponent))
    whole = "".join(map(str, digits)) + "0" * max(0, int(exponent))
    front, behind = (whole[:-decimals] or "0", whole[-decimals:].zfill(decimals)) if decimals else (whole, "")
    front, behind = front.zfill(-(-len(front) // 4) * 4), behind.ljust(-(-len(behind) // 4) * 4, "0")
    groups = [int((front + behind)[n : n + 4]) for n in range(0, len(front + behind), 4)]
    head = struct.pack(">hhHh", len(groups), len(front) // 4 - 1, 0x4000 if sign else 0, decimals)
    return _sized(head + struct.pack(f">{len(groups)}h", *groups))


def encoder(type: str) -> Encode:
    """The way of values into a column of that type."""
    plain = type.partition(" collate")[0]
    if plain.startswith("numeric"):
        return _each(_numeric)
    if not plain.endswith("[]"):
        return _ENCODE[plain]
    encode, oid = _ENCODE[plain[:-2]], _OIDS[plain[:-2]]

    def array(values: Sequence[Any]) -> bytes:
        if not values:
            return _sized(bytes(8) + oid.to_bytes(4, "big"))
        return _sized(_array(1, 0, oid, len(values), 1) + b"".join(encode(values)))

    return _each(array)


class Unfit(ValueError):
    """Some value is not one that its column can hold."""


def order(table: Table) -> tuple[str, ...]:
    """The names of the columns in the order in which they stand in the file."""
    return (*(name for name in table.names if name not in _BEHIND), *_BEHIND)


_BEHIND = ("digest", "sealed", "recorded_at", "actor", "node", "source", "reason", "entry")


class Made(NamedTuple):
    """Of versions side by side what is made of them: the State in each identifier, digest, what is sealed."""

    states: Sequence[str | None]
    digests: Sequence[bytes]
    sealed: Sequence[bytes | None]


class Columns(NamedTuple):
    """What stands in the first part of the rows of versions side by side, without what is made of it."""

    ids: Sequence[str]
    numbers: Sequence[int]
    newest: Sequence[int | None]
    changes: Sequence[str]
    firsts: Sequence[date]
    lasts: Sequence[date | None]
    datas: Sequence[Mapping[str, Any]]


def heads(table: Table, versions: Columns, made: Made) -> list[bytes]:
    """The first part of the row of each version: its values, identifier, number, period, digest. Raises Unfit."""
    try:
        return _heads(table, versions, made)
    except (struct.error, TypeError, ValueError, LookupError, AttributeError) as error:
        raise Unfit(str(error)) from error


def _heads(table: Table, versions: Columns, made: Made) -> list[bytes]:
    datas = versions.datas
    present = set[str]().union(*datas)
    file = _Columns([struct.pack(">h", len(table.names))])
    for name, column in table.columns.items():
        file.add([data.get(name) for data in datas] if name in present else None, encoder(column.type))
    for field in table.blinds.values():
        file.add(table.blinded(field, made.states, datas) if field.name in present else None, _numbers_apart)
    if table.by_state:
        file.add_plain(made.states, _STATES)
    for name in ("ext", "external_ids"):
        told = name in present and name not in table.personal
        file.add([data.get(name) for data in datas] if told else None, _ENCODE["jsonb"])
    file.add(versions.ids, _texts)
    file.add_plain(versions.numbers, _NUMBERS)
    file.add_plain(versions.newest, _NUMBERS)
    file.add_plain(versions.changes, _texts)
    file.add_plain(versions.firsts, _DAYS)
    file.add_plain(versions.lasts, _DAYS)
    file.add(made.digests, _digests)
    file.add(made.sealed, _bytes)
    return file.rows(len(versions.ids))


_columns = itemgetter(
    *map(Version._fields.index, ("id", "version", "newest", "change", "valid_from", "valid_to", "data"))
)
_DIGEST, _SEALED, _ENTRY = map(Version._fields.index, ("digest", "sealed", "entry"))
_stamp = itemgetter(*map(Version._fields.index, ("recorded_at", "actor", "node", "source", "reason")))
_STATES, _NUMBERS, _DAYS = _few(_text), _few(lambda value: _integer(4, value)), _few(_date)


def _numbers_apart(values: Sequence[int | None]) -> list[bytes]:
    return [NULL if v is None else _integer(4, v) for v in values]


def _digests(values: Sequence[bytes]) -> list[bytes]:
    size = _LENGTHS[32]
    return [size + value for value in values]


def _bytes(values: Sequence[bytes | None]) -> list[bytes]:
    return [NULL if value is None else _sized(value) for value in values]


def _are_alike(values: Sequence[Any]) -> bool:
    return values[0] == values[-1] and values.count(values[0]) == len(values)


class _Columns:
    """Columns side by side; neighbours that say the same in every row are joined once."""

    def __init__(self, begin: list[bytes]) -> None:
        self._columns: list[Iterable[bytes]] = []
        self._same = begin

    def add(self, values: Sequence[Any] | None, encode: Encode) -> None:
        """Add a column; None for one without any values."""
        if values is None:
            self._same.append(NULL)
            return
        encoded = encode(values)
        if _are_alike(encoded):
            self._same.append(encoded[0])
            return
        self._columns += [repeat(b"".join(self._same)), encoded]
        self._same = []

    def add_plain(self, values: Sequence[Any], encode: Encode) -> None:
        """Add a column whose values are written alike where they are equal, and mostly are."""
        self.add(values[:1] if _are_alike(values) else values, encode)

    def rows(self, count: int) -> list[bytes]:
        """All columns of each row, one after the other."""
        last = [b"".join(self._same)] * count
        return list(map(b"".join, zip(*self._columns, last, strict=False)))


class Stamp(NamedTuple):
    """What versions recorded together have in common: when, by whom, on which node, on what ground."""

    recorded_at: datetime
    actor: str
    node: str
    source: str | None
    reason: str | None


def stamped(stamp: Sequence[Any]) -> bytes:
    """The middle part of a row, from what a Stamp holds."""
    at, actor, node, source, reason = stamp
    said = [NULL if text is None else _text(text) for text in (source, reason)]
    return b"".join([_instant(at), _text(actor), _text(node), *said])


def file(heads: Iterable[bytes], middles: Iterable[bytes], entries: Iterable[int]) -> bytes:
    """Rows as PostgreSQL takes them; `entries` are their places in the ledger."""
    parts = chain.from_iterable(zip(heads, middles, map(_bigint, repeat(8), entries), strict=False))
    return b"".join((_BEGIN, *parts, _END))


def rows(table: Table, versions: Sequence[Version]) -> bytes:
    """Versions as PostgreSQL takes their rows."""
    fields = list(zip(*versions, strict=True))
    made = Made(states_in(fields[0]), fields[_DIGEST], fields[_SEALED])
    return file(
        heads(table, Columns(*_columns(fields)), made), _few(stamped)(list(map(_stamp, versions))), fields[_ENTRY]
    )
