"""Making the digests of versions anew from what is kept, to compare them with the ledger's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from jjm.registry.model import Version
from jjm.registry.rules import digests
from jjm.registry.sealing import digest_in, is_here, is_some, is_told_by_values, opened
from jjm.registry.table import Table


class Made(NamedTuple):
    """What the digest of a version is made of: values, the digest of what is personal, and its salt.

    `told` are the personal values that its own part is made of, where it has one and all of them could be opened.
    """

    opens: Mapping[str, Any]
    personal: bytes | None
    salt: bytes = b""
    told: Mapping[str, Any] | None = None


def made_of(table: Table, version: Version) -> Made | None:
    """What the digest of a version was made of; None where it can no longer be told, or not without the node's key.

    `version` has its values that are not personal, and what is sealed as it is kept. Raises Unopened for a sealed part
    that was altered.
    """
    sealed = version.sealed
    if sealed is None or not (is_here(sealed) and table.vault is not None):
        return None if is_told_by_values(sealed) else Made(version.data, digest_in(sealed))
    part = opened(table.vault, table.standard.name, version.id, version.version, sealed)
    personal = digest_in(sealed)
    if personal is None:
        return Made({**version.data, **part.values, **part.later}, None, part.salt)
    return Made({**version.data, **part.later}, personal, part.salt, None if is_some(sealed) else part.values)


def digests_of(table: Table, versions: Sequence[Version]) -> list[bytes | None]:
    """The digest of each version (told as in `made_of`); the one kept where it cannot be made anew, None for none."""
    try:
        return _digests(table, versions)
    except (ValueError, TypeError):
        return [_digest(table, version) for version in versions]


def _digests(table: Table, versions: Sequence[Version]) -> list[bytes | None]:
    found: list[bytes | None] = [v.digest for v in versions]
    made = [(n, m) for n, v in enumerate(versions) if (m := made_of(table, v))]
    parts = [m for _, m in made]
    opens, personal = [m.opens for m in parts], [m.personal for m in parts]
    # What has a part of its own is salted there.
    salts = [m.salt if m.personal is None else b"" for m in parts]
    told = digests(table.standard.name, [versions[n] for n, _ in made], opens, personal, salts)
    for (n, _), digest in zip(made, told, strict=True):
        found[n] = digest
    return found


def _digest(table: Table, version: Version) -> bytes | None:
    try:
        return _digests(table, [version])[0]
    except (ValueError, TypeError):
        return None  # values of which no canonical form can be made, or what was sealed otherwise, was never entered
