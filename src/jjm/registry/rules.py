"""The rules of versions: which holds on a day, how long a new one is asserted, and how it is digested. No I/O."""

from __future__ import annotations

import re
from binascii import hexlify
from collections.abc import Mapping, Sequence, Set
from datetime import date
from hashlib import sha256
from itertools import repeat
from operator import itemgetter
from typing import Any, cast

from jjm.kit import canonical, canonical_each, digest
from jjm.registry.model import Change, Header, Version

_ESCAPED_IN_JSON = re.compile(r'["\\\x00-\x1f]')


def winner(headers: Sequence[Header], day: date) -> Header | None:
    """The version that holds on a day: the newest of those that speak of it."""
    return max((h for h in headers if h.covers(day)), key=lambda h: h.version, default=None)


def holds_on(headers: Sequence[Header], day: date) -> bool:
    """True if the record is in force on that day."""
    found = winner(headers, day)
    return found is not None and found.change != Change.RETIRE


def turning_days(headers: Sequence[Header]) -> list[date]:
    """The days on which another version begins to hold, in order."""
    days = sorted({h.valid_from for h in headers} | {h.valid_to for h in headers if h.valid_to})
    turns: list[date] = []
    before: int | None = None
    for day in days:
        holder = winner(headers, day)
        number = holder.version if holder else None
        if number != before:
            turns.append(day)
            before = number
    return turns


def next_turn(headers: Sequence[Header], after: date) -> date | None:
    """The first day after this one on which another version begins to hold."""
    return next((day for day in turning_days(headers) if day > after), None)


def stretch_around(headers: Sequence[Header], day: date) -> tuple[date, date | None] | None:
    """The days around one on which the same version holds; None where none does."""
    begun = [turn for turn in turning_days(headers) if turn <= day]
    return (begun[-1], next_turn(headers, day)) if begun and winner(headers, day) else None


def stretches(headers: Sequence[Header], first: date) -> list[tuple[date, date | None, Header | None]]:
    """The days from `first` on in stretches over which one version holds, or none does."""
    days = [first, *(day for day in turning_days(headers) if day > first)]
    return [(day, end, winner(headers, day)) for day, end in zip(days, [*days[1:], None], strict=True)]


def period_of_change(headers: Sequence[Header], valid_from: date) -> tuple[date, date | None]:
    """The period of a change in the world: from its day until the next change already known."""
    return valid_from, next_turn(headers, valid_from)


def etag(version: int, newest: int | None) -> str:
    """The strong ETag of a record as it is shown: its version, and the newest version where that is another."""
    return f'"{version}"' if newest is None or newest == version else f'"{version}.{newest}"'


def digests(
    type: str,
    versions: Sequence[Version],
    opens: Sequence[Mapping[str, Any]],
    personal: Sequence[bytes | None],
    salts: Sequence[bytes] = (),
) -> list[bytes]:
    """The digest of each version, as the ledger keeps it (decisions 0001, 0009).

    `opens` are its values that are not personal, `personal` the digest of those that are; a version whose digest is of
    one part has all its values in `opens`, and its salt in `salts`.
    """
    framings = list(map(_framing, versions))
    if framings and not salts and framings.count(framings[0]) == len(framings):
        return digests_alike(type, versions[0], [v.id for v in versions], opens, personal)
    frames = {framing: _frame(type, v) for framing, v in dict(zip(framings, versions, strict=True)).items()}
    bodies, ids = canonical_each(opens), _quoted([v.id for v in versions])
    return [
        sha256(b"".join((salt, frames[framing][0], body, id, part, frames[framing][1]))).digest()
        for salt, framing, body, id, part in zip(
            salts or repeat(b""), framings, bodies, ids, _personal(personal), strict=False
        )
    ]


def digests_alike(
    type: str, like: Version, ids: Sequence[str], opens: Sequence[Mapping[str, Any]], personal: Sequence[bytes | None]
) -> list[bytes]:
    """The same for versions that differ from `like` in nothing but their records and values, as those of a load do."""
    head, tail = _frame(type, like)
    parts = zip(canonical_each(opens), _quoted(ids), _personal(personal), strict=True)
    return [sha256(b"".join((head, body, id, part, tail))).digest() for body, id, part in parts]


# Version, change, valid_from, valid_to, source, reason: mostly the same for thousands of versions.
_framing = itemgetter(1, 2, 3, 4, 8, 9)


def _quoted(ids: Sequence[str]) -> list[bytes]:
    if _ESCAPED_IN_JSON.search("".join(ids)) is None:
        return [f',"id":"{id}"'.encode() for id in ids]
    return [b',"id":' + canonical(id) for id in ids]


def _personal(digests: Sequence[bytes | None]) -> list[bytes]:
    return [b"" if digest is None else b',"personal":"%b"' % hexlify(digest) for digest in digests]


def _frame(type: str, v: Version) -> tuple[bytes, bytes]:
    rest = {
        "reason": v.reason,
        "source": v.source,
        "type": type,
        "valid_from": v.valid_from.isoformat(),
        "valid_to": v.valid_to.isoformat() if v.valid_to else None,
        "version": v.version,
    }
    return b'{"change":' + canonical(v.change) + b',"data":', b"," + canonical(rest)[1:]


def content(type: str, v: Version, opens: Mapping[str, Any], personal: bytes | None = None) -> dict[str, Any]:
    """What the digest of a version is made of, as it stands in a proof; the parts as in `digests`."""
    days = {"valid_from": v.valid_from.isoformat(), "valid_to": v.valid_to.isoformat() if v.valid_to else None}
    said = {"source": v.source, "reason": v.reason, "data": dict(opens)}
    told = {} if personal is None else {"personal": personal.hex()}
    return {"type": type, "id": v.id, "version": v.version, "change": v.change} | days | said | told


def shown_digest(type: str, record: Mapping[str, Any], personal: Set[str]) -> bytes | None:
    """The digest of a version as the API shows it, with or without its personal fields (named by `personal`).

    None for one whose digest is of one part with what is personal, so that the rest says nothing of it.
    """
    meta: Mapping[str, Any] = record["_meta"]
    if meta.get("personal") == UNDIVIDED:
        return None
    of_meta = {name: meta[name] for name in ("version", "change", "valid_from", "valid_to", "source", "reason")}
    data = {name: value for name, value in record.items() if name not in ("id", "_meta") and name not in personal}
    told = {"personal": meta["personal"]} if meta.get("personal") else {}
    return digest({"type": type, "id": record["id"], "data": data} | of_meta | told)


UNDIVIDED = "undivided"
"""Stands for the digest of what is personal where one digest was made of all values together."""


def merge_patch(target: Any, patch: Any) -> Any:
    """The target with a JSON Merge Patch applied (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    changes = cast("Mapping[str, Any]", patch)
    merged = dict(cast("Mapping[str, Any]", target)) if isinstance(target, Mapping) else dict[str, Any]()
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def state_in_id(id: str) -> str | None:
    """The State's LGD code inside a minted identifier such as `HH-21-…`; None where it carries none."""
    parts = id.split("-", 3)
    return parts[1] if len(parts) == 4 and parts[1].isdigit() else None


def states_in(ids: Sequence[str]) -> list[str | None]:
    """The State's LGD code inside each identifier, as `state_in_id` tells it."""
    # Written out, since a load asks it of every record.
    return [parts[1] if len(parts) == 4 and parts[1].isdigit() else None for parts in [id.split("-", 3) for id in ids]]


def is_change_of_world(change: str) -> bool:
    """True for everything but a correction."""
    return change != Change.CORRECT
