"""An agreement by which another node lends this one what is personal in its records, and a piece of what it lends."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from jjm.federation.sharing.lives import Mark, read_marks
from jjm.kit import Problem
from jjm.kit.http import dumps
from jjm.registry import Part, Whole

HANDOVER = "handover"
"""Stands in place of an agreement's number in calls about a State that moves to its own node."""


@dataclass(frozen=True, slots=True)
class Lent:
    """An agreement as this node knows it, which another one lends under; without a document it is a handover."""

    id: str
    node: str
    state: str
    document: Mapping[str, Any] | None
    signatures: Sequence[Mapping[str, Any]]
    types: tuple[str, ...]
    ends_at: datetime | None
    signature: str | None
    signed_by: str | None
    position: int
    taken: int
    told_at: datetime
    fault: str | None
    ended_at: datetime | None
    lived: int
    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Lent:
        """As its row says."""
        kept = ("ends_at", "signature", "signed_by", "position", "taken", "told_at", "fault", "ended_at", "lived")
        return cls(
            row["id"],
            row["node"],
            row["state"],
            orjson.loads(row["document"]) if row["document"] else None,
            orjson.loads(row["signatures"]),
            tuple(row["types"]),
            marks=read_marks(orjson.loads(row["marks"])),
            **{name: row[name] for name in kept},
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """Personal parts as they travel: all there are in the ledger of a node behind `after` and up to `upto`.

    Beside them `wholes`: versions that travel whole or not at all, to a node to which their State moves.
    """

    epoch: str
    after: int
    upto: int
    pieces: Sequence[tuple[str, Sequence[Part]]]
    wholes: Sequence[tuple[str, Sequence[Whole]]] = ()

    def written(self) -> bytes:
        """As JSON."""
        said = [{"type": type, "parts": [_said(p) for p in parts]} for type, parts in self.pieces]
        whole = [{"type": type, "versions": [_said_whole(w) for w in wholes]} for type, wholes in self.wholes]
        told = {"epoch": self.epoch, "after": self.after, "upto": self.upto, "pieces": said}
        return dumps(told | ({"wholes": whole} if whole else {}))


def read_parts(content: bytes) -> Parts:
    """What was received. Raises Problem `stretch-unreadable` for anything else."""
    try:
        said = orjson.loads(content)
        pieces = [(str(piece["type"]), [_part(*one) for one in piece["parts"]]) for piece in said["pieces"]]
        whole = [(str(one["type"]), [_whole(w) for w in one["versions"]]) for one in said.get("wholes", ())]
        return Parts(str(said["epoch"]), int(said["after"]), int(said["upto"]), pieces, whole)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        detail = f"What came are no parts of records: {type(error).__name__}."  # without values, which are personal
        raise Problem("stretch-unreadable", 400, "What came cannot be read", detail) from None


def _said(part: Part) -> list[Any]:
    return [part.id, part.version, b64encode(part.salt).decode() if part.salt else None, part.values]


def _part(id: str, version: int, salt: str | None, values: Mapping[str, Any]) -> Part:
    return Part(str(id), int(version), b64decode(salt, validate=True) if salt else b"", dict(values))


def _said_whole(w: Whole) -> list[Any]:
    return [*w[:10], b64encode(w.salt).decode(), w.personal and b64encode(w.personal).decode(), w.is_erased]


def _whole(said: Sequence[Any]) -> Whole:
    id, version, change, first, last, source, reason, data, sealed, later, salt, personal, is_erased = said
    if type(version) is not int or {type(text) for text in (source, reason)} - {str, type(None)}:
        raise TypeError("a version without a number, or other than words about it")
    days = date.fromisoformat(first), date.fromisoformat(last) if last else None
    values = dict(data), dict(sealed), dict(later)
    salts = b64decode(salt, validate=True), b64decode(personal, validate=True) if personal else None
    return Whole(str(id), version, str(change), *days, source, reason, *values, *salts, bool(is_erased))
