"""A stretch of a node's ledger as it travels: every entry, and the versions that the other may have. No I/O.

Lines of JSON: first what holds for the stretch, then one line for each slice of a batch.

    {"node", "epoch", "after", "checkpoint", "proof": [hash, …], "seen_size", "seen": [hash, …]}
    {"type", "at", "actor", "node", "first", "subjects", "versions", "changes", "digests", "records"}

`proof` shows that the tree up to the end of the stretch begins the tree of `checkpoint`, `seen` the same of the tree of
`seen_size` entries, whose checkpoint the asker had before. `records` is null, or for each entry null or `[valid_from,
valid_to, source, reason, data]`, and behind these the digest of its personal part where it has one, which itself never
stands here; or `"undivided"` for a version of release 0.1, whose digest is made of all its values. Hashes and digests
are base 64; a single version or change stands for all of a slice.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import orjson

from jjm.kit import Problem
from jjm.kit.http import dumps
from jjm.ledger import Batch, BatchSlice, leaf_hashes
from jjm.registry import Copies, Version, digest_in, withheld

_HASH = 32
UNDIVIDED = "undivided"
_NUL = b"\\u0000"


class LeftOut(NamedTuple):
    """An entry without its version, and whether that is said to be undivided."""

    type: str
    node: str
    id: str
    version: int
    change: str
    at: datetime
    actor: str
    digest: bytes
    is_undivided: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch as it was received: entries behind `after`, none of it believed yet.

    `hashes` are those of the leaves of each batch, made from what is said here of its entries.
    """

    node: str
    epoch: str
    after: int
    checkpoint: str
    proof: Sequence[bytes]
    seen_size: int
    seen: Sequence[bytes]
    batches: Sequence[Batch]
    hashes: Sequence[bytes]
    copies: Sequence[Copies]
    left_out: Sequence[LeftOut]

    @property
    def size(self) -> int:
        """How many entries its node's ledger has up to its end."""
        return self.after + 1 + sum(map(len, self.batches))


def head_line(
    *,
    node: str,
    epoch: str,
    after: int,
    checkpoint: str,
    proof: Sequence[bytes],
    seen_size: int,
    seen: Sequence[bytes],
) -> bytes:
    """The first line."""
    said = {"node": node, "epoch": epoch, "after": after, "checkpoint": checkpoint, "seen_size": seen_size}
    return dumps({**said, "proof": _texts(proof), "seen": _texts(seen)}) + b"\n"


def slice_line(piece: BatchSlice, versions: Sequence[Version | str | None] | None) -> bytes:
    """The line of a slice, with those of its versions that the other may have."""
    said = {
        "type": piece.type,
        "at": piece.at.isoformat(),
        "actor": piece.actor,
        "node": piece.node,
        "first": piece.first,
        "subjects": piece.subjects,
        "versions": _short(piece.versions),
        "changes": _short(piece.changes),
        "digests": b64encode(b"".join(piece.digests)).decode(),
        "records": None if versions is None else [_said(v) for v in versions],
    }
    return dumps(said) + b"\n"


def read(content: bytes) -> Stretch:
    """What was received. Raises Problem `stretch-unreadable` for anything else."""
    try:
        first, *rest = content.splitlines()
        head = orjson.loads(first)
        lines = [orjson.loads(line) for line in rest]
        if _NUL in content and any(map(_has_nul, (head, *lines))):
            raise ValueError("a text holds the character NUL, which no record can")
        batches = [_batch(line) for line in lines]
        hashes = [leaf_hashes(batch) for batch in batches]
        told = zip(lines, batches, hashes, strict=True)
        copies = [c for line, batch, leaves in told if (c := _copies(line, batch, leaves)).versions]
        return Stretch(
            str(head["node"]),
            str(head["epoch"]),
            int(head["after"]),
            str(head["checkpoint"]),
            [b64decode(text, validate=True) for text in head["proof"]],
            int(head["seen_size"]),
            [b64decode(text, validate=True) for text in head["seen"]],
            batches,
            hashes,
            copies,
            [one for line, batch in zip(lines, batches, strict=True) for one in _left_out(line, batch)],
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        detail = f"What came is no stretch of a ledger: {error!r}."
        raise Problem("stretch-unreadable", 400, "What came cannot be read", detail) from error


def _batch(line: dict[str, Any]) -> Batch:
    subjects, digests = line["subjects"], b64decode(line["digests"], validate=True)
    count = len(subjects)
    batch = Batch(
        type=line["type"],
        at=datetime.fromisoformat(line["at"]),
        actor=line["actor"],
        node=line["node"],
        subjects=subjects,
        versions=_long(line["versions"], count),
        changes=_long(line["changes"], count),
        digests=[digests[n : n + _HASH] for n in range(0, len(digests), _HASH)],
    )
    if not count or len(digests) != count * _HASH or not len(batch.versions) == len(batch.changes) == count:
        raise ValueError("the columns of a slice differ in length")
    _require(str, batch.type, batch.actor, batch.node, *subjects, *batch.changes)
    _require(int, *batch.versions)
    return batch


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        inner = cast("dict[str, object]", value)
        return any(map(_has_nul, (*inner, *inner.values())))
    return isinstance(value, list) and any(map(_has_nul, cast("list[object]", value)))


def _require(kind: type, *values: object) -> None:
    if other := set(map(type, values)) - {kind}:
        raise TypeError(f"{', '.join(t.__name__ for t in other)} stands where {kind.__name__} is needed")


def _copies(line: dict[str, Any], batch: Batch, leaves: bytes) -> Copies:
    records, days = line["records"] or (), _Days({None: None, "": None})
    entries = zip(records, batch.subjects, batch.versions, batch.changes, batch.digests, strict=bool(records))
    versions = [_version(batch, days, *entry) for entry in entries if entry[0] not in (None, UNDIVIDED)]
    return Copies(batch.type, versions, (batch, leaves) if len(versions) == len(batch) else None)


def _left_out(line: dict[str, Any], batch: Batch) -> Iterator[LeftOut]:
    records = line["records"] or [None] * len(batch)
    entries = zip(records, batch.subjects, batch.versions, batch.changes, batch.digests, strict=True)
    for said, id, version, change, digest in entries:
        if said is None or said == UNDIVIDED:
            is_undivided = said is not None
            yield LeftOut(batch.type, batch.node, id, version, change, batch.at, batch.actor, digest, is_undivided)


class _Days(dict[str | None, date | None]):
    """The day behind each text; of thousands most are the same."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


def _version(
    batch: Batch, days: _Days, said: Sequence[Any], subject: str, version: int, change: str, digest: bytes
) -> Version:
    first, last, source, reason, data = said[:5]
    _require(str, *(text for text in (source, reason) if text is not None))
    _require(dict, data)
    begin = days[first]
    if begin is None:
        raise ValueError("a version begins on no day")
    sealed = withheld(_part(said[5])) if len(said) > 5 else None
    return Version(
        subject, version, change, begin, days[last], batch.at, batch.actor, batch.node, source, reason, data, digest,
        sealed,
    )  # fmt: skip


def _part(text: str) -> bytes:
    part = b64decode(text, validate=True)
    if len(part) != _HASH:
        raise ValueError("a digest of what is personal is too short or too long")
    return part


def _said(v: Version | str | None) -> list[Any] | str | None:
    if v is None or isinstance(v, str):
        return v
    said = [v.valid_from, v.valid_to, v.source, v.reason, v.data]
    part = digest_in(v.sealed)
    return said if part is None else [*said, b64encode(part).decode()]


def _short(column: Sequence[Any]) -> Sequence[Any]:
    return column[:1] if len(set(column)) == 1 else column


def _long(column: Sequence[Any], count: int) -> Sequence[Any]:
    return list(column) * count if len(column) == 1 else column


def _texts(hashes: Sequence[bytes]) -> list[str]:
    return [b64encode(h).decode() for h in hashes]
