"""The leaf of a change: the exact bytes whose hash enters the tree, written as RFC 8785 prescribes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from jjm.ledger.model import Batch, Entry

_ESCAPED_IN_JSON = re.compile(r'["\\\x00-\x1f]')


def leaves(batch: Batch) -> list[bytes]:
    """The canonical JSON of {actor, at, change, digest, node, subject, type, version} of each change."""
    return [preimage[1:] for preimage in _preimages(batch)]


def leaf_of(entry: Entry) -> bytes:
    """The leaf of one change."""
    alone = Batch(
        type=entry.type,
        at=entry.at,
        actor=entry.actor,
        node=entry.node,
        subjects=[entry.subject],
        versions=[entry.version],
        changes=[entry.change],
        digests=[entry.digest],
    )
    return leaves(alone)[0]


def leaf_hashes(batch: Batch) -> bytes:
    """The RFC 6962 leaf hash of each change, 32 bytes after 32 bytes."""
    return b"".join([sha256(preimage).digest() for preimage in _preimages(batch)])


def instant(at: datetime) -> str:
    """An instant as the leaf writes it: RFC 3339 in UTC with microseconds."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def bundle(entries: Iterable[bytes]) -> bytes:
    """Leaves one after the other, each behind its length in two bytes (C2SP tlog-tiles entry bundle)."""
    return b"".join([struct.pack(">H", len(entry)) + entry for entry in entries])


def unbundle(data: bytes) -> list[bytes]:
    """The leaves of an entry bundle. Raises ValueError where it is cut short."""
    entries: list[bytes] = []
    place = 0
    while place < len(data):
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise ValueError(f"the entry bundle ends within entry {len(entries)}")
        entries.append(data[start:place])
    return entries


def _preimages(batch: Batch) -> list[bytes]:
    # Everything but digest, subject and version is the same for thousands of changes, so it is written once; the zero
    # byte in front is what RFC 6962 hashes before a leaf.
    head = f'\0{{"actor":{_json(batch.actor)},"at":"{instant(batch.at)}","change":'
    opening = {change: f'{head}{_json(change)},"digest":"' for change in set(batch.changes)}
    middle = f'","node":{_json(batch.node)},"subject":"'
    closing = f'","type":{_json(batch.type)},"version":'
    digests = b"".join(batch.digests).hex()
    subjects = _escaped(batch.subjects)
    columns = zip(batch.changes, range(0, len(digests), 64), subjects, batch.versions, strict=True)
    return [f"{opening[c]}{digests[d : d + 64]}{middle}{s}{closing}{v}}}".encode() for c, d, s, v in columns]


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    if _ESCAPED_IN_JSON.search("".join(texts)) is None:
        return texts
    return [_json(text)[1:-1] for text in texts]


def _json(text: str) -> str:
    return orjson.dumps(text).decode()
