"""What is personal in a version: kept sealed beside what is not, and committed to by a digest of its own (0009).

    rule (1) · digest of the personal part (32) · what `jjm.kit.Vault` makes of it

Sealed is a salt of 16 bytes and the canonical JSON of the personal fields; the digest is SHA-256 of both, so it tells
nothing to who does not have the salt. Rule 1: the digest of the version is made of what is not personal and of this
one. Rule 2: the version comes from release 0.1, where one digest was made of the salt and all values together; then
the second part is zero. What became personal only after a version was made stands behind a NUL. Erased, the rule has
its highest bit set and nothing follows the digest; a copy that was not shown what is personal is as short.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from hashlib import sha256

from jjm.kit import Problem, Unopened, Vault, canonical, canonical_each

_SALT, _DIGEST = 16, 32
HEAD = 1 + _DIGEST
"""Bytes that stay of an erased part, and that are shown to who may not see the rest."""
TWO_PARTS, ONE_PART, ERASED = 1, 2, 0x80


class Parts(NamedTuple):
    """Versions side by side in two parts: what is not personal, and the digest and sealed form of what is."""

    opens: Sequence[Mapping[str, Any]]
    digests: Sequence[bytes | None]
    sealed: Sequence[bytes | None]


class Opened(NamedTuple):
    """A sealed part that was opened: its fields, those that were personal from the beginning, and its salt."""

    values: dict[str, Any]
    first: bytes
    salt: bytes
    rule: int


def split(data: Mapping[str, Any], personal: frozenset[str]) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """The values of a record that are not personal, and those that are."""
    inside = {name: data[name] for name in personal if name in data}
    return ({k: v for k, v in data.items() if k not in inside} if inside else data), inside


def context(type: str, id: str, version: int) -> bytes:
    """What a sealed part is bound to."""
    return f"jjm:personal\0{type}\0{id}\0{version}".encode()


def seal(
    vault: Vault | None,
    type: str,
    personal: frozenset[str],
    versions: Iterable[tuple[str, int, Mapping[str, Any]]],
) -> Parts:
    """Versions, each told by record, number and values, in their two parts."""
    asked = list(versions)
    if not personal:
        none: list[bytes | None] = [None] * len(asked)
        return Parts([data for _, _, data in asked], none, none)
    opens: list[Mapping[str, Any]] = []
    places: list[int] = []
    insides: list[dict[str, Any]] = []
    contexts: list[bytes] = []
    for n, (id, version, data) in enumerate(asked):
        rest, inside = split(data, personal)
        opens.append(rest)
        if inside:
            places.append(n)
            insides.append(inside)
            contexts.append(context(type, id, version))
    digests: list[bytes | None] = [None] * len(asked)
    sealed: list[bytes | None] = [None] * len(asked)
    drawn = os.urandom(_SALT * len(places))
    plain = [drawn[n * _SALT : (n + 1) * _SALT] + body for n, body in enumerate(canonical_each(insides))]
    made = [sha256(text).digest() for text in plain]
    for n, digest, box in zip(places, made, opened_vault(vault).seal_each(plain, contexts), strict=True):
        digests[n], sealed[n] = digest, b"\1" + digest + box
    return Parts(opens, digests, sealed)


def seal_later(vault: Vault, at: bytes, data: Mapping[str, Any], salt: bytes | None, known: bytes | None) -> bytes:
    """The sealed part of a version made before these fields were kept sealed; `known` is what it had of it so far.

    `at` is the context; `salt` the one of release 0.1.
    """
    if known is not None and known[0] & ~ERASED == TWO_PARTS and len(known) > HEAD:
        before = vault.open(known[HEAD:], at)
        body, _, moved = before.partition(b"\0") if b"\0" in before[_SALT:] else (before, b"", b"")
        raise NotImplementedError((body, moved))
    plain = (salt or bytes(_SALT)) + canonical(data)
    return b"\2" + bytes(_DIGEST) + vault.seal(plain, at)
