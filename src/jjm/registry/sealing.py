"""What is personal in a version: kept sealed beside what is not, and committed to by a digest of its own (0009).

    rule (1) · digest of the personal part (32) · what `jjm.kit.Vault` makes of it

Sealed is a salt of 16 bytes and the canonical JSON of the personal fields; the digest is SHA-256 of both, so it tells
nothing to who does not have the salt. Rule 1: the digest of the version is made of what is not personal and of this
one. Rule 2: one digest was made of the salt and all values together, as in release 0.1; then random bytes stand in
place of the part's digest, and a salt of zeros is none. Fields that became personal only after a version was made stand
behind a NUL, which the bit LATER tells. Of an erased part nothing is left but rule and digest, and its bit ERASED is
set; of one that another node keeps at home there is nothing more either, and its bit AWAY is set. A copy of some of
its fields has the bit SOME and a salt of zeros: its digest does not prove them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple, TypeGuard

import orjson

from jjm.kit import Unopened, Vault, canonical, canonical_each

_SALT, _DIGEST = 16, 32
HEAD = 1 + _DIGEST
"""Bytes that are left of an erased part, and that are shown to who may not see the rest."""
_TWO_PARTS, _ONE_PART, AWAY, SOME, _LATER, ERASED = 1, 2, 0x10, 0x20, 0x40, 0x80
_RULE = ~(AWAY | SOME | _LATER | ERASED)
RULE_OF_COPIES = _TWO_PARTS


class Parts(NamedTuple):
    """Versions side by side in two parts: what is not personal, and the digest and sealed form of what is."""

    opens: Sequence[Mapping[str, Any]]
    digests: Sequence[bytes | None]
    sealed: Sequence[bytes | None]


class Opened(NamedTuple):
    """A sealed part that was opened: its fields from the beginning, those that came to it later, and its salt."""

    values: dict[str, Any]
    later: dict[str, Any]
    salt: bytes


def needed(vault: Vault | None) -> Vault:
    """The vault, where there has to be one."""
    if vault is None:
        raise RuntimeError("what is personal can be neither kept nor shown without the node's key")
    return vault


def split(
    datas: Sequence[Mapping[str, Any]], personal: frozenset[str]
) -> tuple[list[Mapping[str, Any]], list[dict[str, Any]]]:
    """Of the values of each record those that are not personal, and those that are."""
    names, opens, insides = sorted(personal), list[Mapping[str, Any]](), list[dict[str, Any]]()
    for data in datas:
        # Copied and picked from, which is done within the interpreter, rather than gone through name by name.
        rest = dict(data)
        insides.append({name: rest.pop(name) for name in names if name in data})
        opens.append(rest)
    return opens, insides


def context(type: str, id: str, version: int) -> bytes:
    """What a sealed part is bound to."""
    return f"jjm:personal\0{type}\0{id}\0{version}".encode()


def seal(
    vault: Vault | None, type: str, personal: frozenset[str], versions: Sequence[tuple[str, int, Mapping[str, Any]]]
) -> Parts:
    """Versions (record, number, values) in their two parts."""
    digests: list[bytes | None] = [None] * len(versions)
    if not personal:
        return Parts([data for _, _, data in versions], digests, digests)
    opens, insides = split([data for _, _, data in versions], personal)
    places = [n for n, inside in enumerate(insides) if inside]
    drawn = os.urandom(_SALT * len(places))
    bodies = canonical_each([insides[n] for n in places])
    plain = [drawn[at : at + _SALT] + body for at, body in zip(range(0, len(drawn), _SALT), bodies, strict=True)]
    made = [sha256(text).digest() for text in plain]
    contexts = [context(type, id, version) for id, version, _ in map(versions.__getitem__, places)]
    boxes = needed(vault).seal_each(plain, contexts, [digest[:16] for digest in made]) if places else []
    parts = [b"\1" + digest + box for digest, box in zip(made, boxes, strict=True)]
    if len(places) == len(versions):
        return Parts(opens, made, parts)
    sealed = list(digests)
    for n, digest, part in zip(places, made, parts, strict=True):
        digests[n], sealed[n] = digest, part
    return Parts(opens, digests, sealed)


def is_unmarked(sealed: bytes) -> bool:
    """True of nearly all: in two parts, all of it here as it was made, nothing to be said of it but its digest."""
    return sealed[0] == _TWO_PARTS


def digest_in(sealed: bytes | None) -> bytes | None:
    """The digest of the personal part, where the version's own digest is made of it."""
    return sealed[1:HEAD] if sealed is not None and sealed[0] & _RULE == _TWO_PARTS else None


def is_told_by_values(sealed: bytes | None) -> bool:
    """True if the version's digest can be made only by who sees some of what is sealed."""
    return sealed is not None and (sealed[0] & _RULE == _ONE_PART or bool(sealed[0] & _LATER))


def is_erased(sealed: bytes | None) -> bool:
    """True if what was personal was erased."""
    return sealed is not None and bool(sealed[0] & ERASED)


def is_withheld(sealed: bytes | None) -> bool:
    """True if what is personal is kept by another node, and was never here or is here no longer."""
    return sealed is not None and bool(sealed[0] & AWAY)


def is_some(sealed: bytes | None) -> bool:
    """True if only some of the personal fields are here, which the digest does not prove."""
    return sealed is not None and bool(sealed[0] & SOME)


def withheld(digest: bytes) -> bytes:
    """A sealed part of which only the digest is here."""
    return bytes((_TWO_PARTS | AWAY,)) + digest


def copied(vault: Vault | None, at: bytes, digest: bytes, salt: bytes, values: Mapping[str, Any]) -> bytes:
    """The sealed part of a copy, bound to the context `at`: all fields with their salt, or without one some of them.

    Raises Unopened for fields and salt that are not what the digest says.
    """
    body = canonical(dict(values))
    if salt and sha256(salt + body).digest() != digest:
        raise Unopened("it is not what its digest says")
    head = bytes((_TWO_PARTS if salt else _TWO_PARTS | SOME,)) + digest
    return head + _box(needed(vault), head, (salt or bytes(_SALT)) + body, at)


def gone(digest: bytes | None, *, erased: bool) -> bytes:
    """What stands for the sealed part of a version that is told by its values and not here: erased, or elsewhere.

    `digest` is that of its personal part, where it has one.
    """
    rule = _ONE_PART if digest is None else _TWO_PARTS | _LATER
    return bytes((rule | (ERASED if erased else AWAY),)) + (digest or bytes(_DIGEST))


def sealed_whole(
    vault: Vault | None, at: bytes, values: Mapping[str, Any], later: Mapping[str, Any], salt: bytes,
    digest: bytes | None,
) -> bytes:  # fmt: skip
    """The sealed part of a version that is told by its values, bound to the context `at`, as its maker has it.

    Raises Unopened where `digest`, that of its personal part if it has one, is not of these values and salt.
    """
    body, plain = canonical(dict(values)), salt or bytes(_SALT)
    if digest is None:
        head = bytes((_ONE_PART,)) + os.urandom(_DIGEST)
        return head + _box(needed(vault), head, plain + body, at)
    if sha256(salt + body).digest() != digest:
        raise Unopened("it is not what its digest says")
    head = bytes((_TWO_PARTS | _LATER,)) + digest
    return head + _box(needed(vault), head, b"".join((plain, body, b"\0", canonical(dict(later)))), at)


def is_here(sealed: bytes | None) -> TypeGuard[bytes]:
    """True if there is something to open."""
    return sealed is not None and len(sealed) > HEAD


def erased(sealed: bytes) -> bytes:
    """What is left of a sealed part once it is erased."""
    return bytes((sealed[0] | ERASED,)) + sealed[1:HEAD]


def values_in(vault: Vault | None, type: str, id: str, version: int, sealed: bytes) -> dict[str, Any]:
    """The personal fields of a version; none where they are erased or were never here. Raises Unopened."""
    if len(sealed) <= HEAD:
        return {}
    plain = needed(vault).open_with(sealed[1:17], sealed[HEAD:], context(type, id, version))[_SALT:]
    if not sealed[0] & _LATER:
        return orjson.loads(plain)
    body, _, later = plain.partition(b"\0")
    return orjson.loads(body) | orjson.loads(later)


def opened(vault: Vault, type: str, id: str, version: int, sealed: bytes) -> Opened:
    """A sealed part with all that checking a digest needs.

    Raises Unopened, also for one that is not what its own digest says.
    """
    plain = vault.open_with(sealed[1:17], sealed[HEAD:], context(type, id, version))
    salt, (body, _, later) = plain[:_SALT], plain[_SALT:].partition(b"\0")
    if sealed[0] & _RULE == _TWO_PARTS and not is_some(sealed) and sha256(salt + body).digest() != sealed[1:HEAD]:
        raise Unopened("it is not what its digest says")
    return Opened(orjson.loads(body), orjson.loads(later) if later else {}, salt if any(salt) else b"")


def sealed_later(vault: Vault, at: bytes, moved: Mapping[str, Any], salt: bytes | None, known: bytes | None) -> bytes:
    """The sealed part of a version made before these fields were kept sealed, bound to the context `at`.

    `known` is the part it had already; without one its digest was made of all values, behind `salt` in release 0.1.
    """
    if known is None:
        # In place of a digest stand random bytes: by them the key is wrapped.
        head = bytes((_ONE_PART,)) + os.urandom(_DIGEST)
        return head + _box(vault, head, (salt or bytes(_SALT)) + canonical(moved), at)
    if not is_here(known):  # it was erased, and so is what turns out to be personal only now
        return bytes((_ONE_PART | ERASED,)) + bytes(_DIGEST)
    plain = vault.open_with(known[1:17], known[HEAD:], at)
    body, _, later = plain[_SALT:].partition(b"\0")
    known_later: dict[str, Any] = orjson.loads(later) if later else {}
    more = canonical(known_later | dict(moved))
    head = bytes((known[0] | _LATER,)) + known[1:HEAD]
    return head + _box(vault, head, b"".join((plain[:_SALT], body, b"\0", more)), at)


def _box(vault: Vault, head: bytes, plain: bytes, at: bytes) -> bytes:
    return vault.seal_each([plain], [at], [head[1:17]])[0]


def rewrapped(vault: Vault, sealed: bytes) -> bytes:
    """A sealed part under the newest master key; nothing in it changes. Raises Unopened."""
    return sealed[:HEAD] + vault.rewrapped(sealed[1:17], sealed[HEAD:])
