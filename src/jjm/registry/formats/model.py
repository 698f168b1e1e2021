"""What a file of records is: its format, its columns, and a piece of it that has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from jjm.kit import Fault, Problem
from jjm.standards import Field, FieldKind, Standard

LONGEST_LINE = 1_000_000


class Format(StrEnum):
    """How records stand in a file."""

    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"

    @property
    def content_type(self) -> str:
        """The media type of a file of this format."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    Format.NDJSON: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}
_BY_CONTENT_TYPE = {
    "application/x-ndjson": Format.NDJSON,
    "application/ndjson": Format.NDJSON,
    "application/jsonl": Format.NDJSON,
    "application/x-jsonlines": Format.NDJSON,
    "text/csv": Format.CSV,
    "application/csv": Format.CSV,
    "application/vnd.apache.parquet": Format.PARQUET,
    "application/x-parquet": Format.PARQUET,
    "application/parquet": Format.PARQUET,
}
_BY_ENDING = {
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
}


@dataclass(slots=True)
class Chunk:
    """A piece of a file: records, the line each begins on, and a fault for every line without a record.

    `last` is the last line of the piece; lines count from 1, in Parquet rows do. `bytes` is about its size.
    """

    lines: list[int]
    rows: list[dict[str, Any]]
    faults: list[Fault]
    last: int
    bytes: int = 0


def format_named(content_type: str | None, name: str | None) -> Format:
    """The format of a file by its media type, or else by the ending of its name; `.gz` at the end does not count.

    Raises Problem 415 naming what is understood.
    """
    kind, _, rest = (content_type or "").partition(";")
    found = _BY_CONTENT_TYPE.get(kind.strip().lower()) or _by_ending(name)
    if found is None:
        raise _unknown(f"`{kind.strip() or name or 'nothing'}` is not a format that is understood here")
    charset = rest.partition("charset=")[2].strip().strip('"').lower()
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise _unknown(f"the file is said to be in {charset}; it is taken in UTF-8 only")
    return found


def _by_ending(name: str | None) -> Format | None:
    path = PurePath((name or "").lower())
    return _BY_ENDING.get(PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix)


def _unknown(message: str) -> Problem:
    remedy = "Send NDJSON (application/x-ndjson), CSV (text/csv) or Parquet (application/vnd.apache.parquet)."
    fault = Fault(message, remedy, "/Content-Type")
    return Problem("unknown-format", 415, "The file cannot be read", f"{message}. {remedy}", [fault])


def _column(name: str, kind: FieldKind) -> Field:
    return Field(name, kind, {})


_ID = _column("id", "text")
_EXT = Field("ext", "object", {}, open=True)
_EXTERNAL_IDS = Field("external_ids", "list", {}, item=Field("external_ids", "object", {}, open=True))
_META: Mapping[str, FieldKind] = {
    "version": "integer",
    "change": "text",
    "valid_from": "date",
    "valid_to": "date",
    "recorded_at": "instant",
    "actor": "text",
    "node": "text",
    "source": "text",
    "reason": "text",
    "digest": "text",
    "position": "integer",
}
META = "_meta"


def columns_of(standard: Standard) -> Sequence[Field]:
    """The columns that a file of this type may have, in the order in which they are written."""
    return (_ID, *standard.fields, _EXT, _EXTERNAL_IDS)


def meta_columns() -> Sequence[Field]:
    """The columns that tell of the version, such as `_meta.version`."""
    return tuple(_column(f"{META}.{name}", kind) for name, kind in _META.items())


def known_columns(standard: Standard, names: Sequence[str]) -> list[Field | None]:
    """The column behind each name of a header, None for those of `_meta`.

    Raises Problem 422 `bad-header` for names that are unknown, empty or there twice.
    """
    known = {f.name: f for f in columns_of(standard)}
    faults = [fault for n, name in enumerate(names) if (fault := _name_fault(n, name, names, known))]
    if faults:
        detail = f"The columns are not those of a {standard.name}; nothing was taken from the file."
        raise Problem("bad-header", 422, "The file cannot be read", detail, faults)
    return [known.get(name) for name in names]


def _name_fault(place: int, name: str, names: Sequence[str], known: Mapping[str, Field]) -> Fault | None:
    if not name:
        return Fault(f"column {place + 1} has no name", "Give every column the name of a field.", line=1)
    if name in names[:place]:
        return Fault(f"the column `{name}` is there twice", "Leave one of them out.", line=1, column=name)
    if name in known or name.partition(".")[0] == META:
        return None
    return Fault(f"`{name}` is not a field of this type", f"Use some of: {', '.join(known)}", line=1, column=name)
