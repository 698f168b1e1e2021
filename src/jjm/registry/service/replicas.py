"""What other nodes take copies of: versions as they are kept, of what is personal only the digest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from jjm.kit import ReadConnection
from jjm.ledger import BatchSlice
from jjm.registry import store
from jjm.registry.model import Change, Draft, Version
from jjm.registry.rows import closed_version_of
from jjm.registry.rules import states_in
from jjm.registry.sealing import is_told_by_values
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import states_of_drafts
from jjm.registry.table import Table

_AT_ONCE = 1_000
_EXACT = 1 << 53


async def originals(registry: Registry, conn: ReadConnection, piece: BatchSlice) -> list[Version | None]:
    """The versions of a slice of the ledger, in its order; what is personal in them is left sealed.

    None where this node has another in its place, or where only who sees what is personal could check the digest.
    """
    table = registry.table(piece.type)
    wanted = list(zip(piece.subjects, piece.versions, strict=True))
    found: list[Version | None] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        state = registry.one_partition(table, [id for id, _ in part])
        rows = await store.at_versions(conn, table, part, state=state, numbered=False)
        known = {v[:2]: v for v in [closed_version_of(table, row) for row in rows]}
        found += [known.get(pair) for pair in part]
    _make_whole(table, found)
    return [
        v if v and v.digest == digest and not is_told_by_values(v.sealed) else None
        for v, digest in zip(found, piece.digests, strict=True)
    ]


async def undivided(registry: Registry, conn: ReadConnection, piece: BatchSlice) -> list[bool]:
    """Which versions of a slice travel as bare leaves: only who sees what is personal could check their digest."""
    table = registry.table(piece.type)
    wanted = list(zip(piece.subjects, piece.versions, strict=True))
    rows = await store.at_versions(conn, table, wanted, numbered=False) if table.personal else []
    bare = {(row["id"], row["version"]) for row in rows if row is not None and is_told_by_values(row["sealed"])}
    return [pair in bare for pair in wanted]


def _make_whole(table: Table, versions: Sequence[Version | None]) -> None:
    """Whole numbers leave as such: 15 for the 15.0 of a column of fractions, of which the digest is made slower."""
    for name in table.fractions:
        for data in [v.data for v in versions if v is not None and name in v.data]:
            if (value := data[name]).is_integer() and -_EXACT < value < _EXACT:
                cast("dict[str, Any]", data)[name] = int(value)


async def states_of(
    registry: Registry, conn: ReadConnection, table: Table, versions: Sequence[Version | None]
) -> list[str | None]:
    """The State of each of these versions, by identifier or else by where it lies; None for none."""
    if "{state}" in table.standard.id:
        return states_in([v.id if v else "" for v in versions])
    return await states_of_drafts(registry, conn, table, [Draft(Change.CHANGE, v.data if v else {}) for v in versions])
