"""What other nodes take copies of: versions as they are kept, of what is personal only the digest."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.kit import ReadConnection
from jjm.ledger import BatchSlice
from jjm.registry import store
from jjm.registry.model import Change, Draft, Version
from jjm.registry.rows import closed_version_of
from jjm.registry.rules import state_in_id
from jjm.registry.sealing import is_told_by_values
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import states_of_drafts
from jjm.registry.table import Table

_AT_ONCE = 1_000


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
        known = {(row["id"], row["version"]): row for row in rows}
        found += [closed_version_of(table, known[pair]) if pair in known else None for pair in part]
    return [
        v if v and v.digest == digest and not is_told_by_values(v.sealed) else None
        for v, digest in zip(found, piece.digests, strict=True)
    ]


async def states_of(
    registry: Registry, conn: ReadConnection, table: Table, versions: Sequence[Version | None]
) -> list[str | None]:
    """The State of each of these versions, by identifier or else by where it lies; None for none."""
    if "{state}" in table.standard.id:
        return [None if v is None else state_in_id(v.id) for v in versions]
    return await states_of_drafts(registry, conn, table, [Draft(Change.CHANGE, v.data if v else {}) for v in versions])
