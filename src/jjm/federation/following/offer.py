"""What a node gives another of its own: of what is personal the digest, and nothing that is a third node's."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.federation.following.stretch import UNDIVIDED, head_line, slice_line
from jjm.federation.network.model import Member
from jjm.kit import ReadConnection
from jjm.ledger import BatchSlice, consistency, entries, head, history
from jjm.registry import Registry, Version, originals, state_in_id, states_of, undivided

MOST = 10_000
_FIRST = 1_000
_LONG, _ENOUGH = 3_500_000, 4_000_000


async def stretch(
    registry: Registry, conn: ReadConnection, other: Member, *, after: int, limit: int, seen: int, epoch: str | None
) -> bytes:
    """The entries behind a position, with what the other may have, as lines; just the first line where there are none.

    There are at most `limit`, and fewer where they would be more than some megabytes: both nodes hold a stretch whole.
    `seen` is the size of the checkpoint that the other has seen last, 0 for none. `conn` is a snapshot. Raises Problem
    410 `history-rewritten` for a position of a history that was rewritten since.
    """
    newest, known = await head(conn), await history(conn)
    known.require(after, epoch, newest.size - 1)
    told, upto = await _told(registry, conn, other, after + 1, min(after + 1 + limit, newest.size))
    proof = (await consistency(conn, upto, newest.size)).hashes if 0 < upto < newest.size else ()
    shown = (await consistency(conn, seen, newest.size)).hashes if 0 < seen < newest.size else ()
    first = head_line(
        node=registry.node,
        epoch=known.epoch,
        after=after,
        checkpoint=newest.note,
        proof=proof,
        seen_size=seen,
        seen=shown,
    )
    return first + told


async def _told(registry: Registry, conn: ReadConnection, other: Member, start: int, stop: int) -> tuple[bytes, int]:
    """The lines of entries from one position on, and how far they reach: to `stop`, or until they are long enough."""
    lines, size, reached = list[bytes](), 0, start
    while reached < stop and size < _LONG:
        # How many more there is room for is told by those before.
        room = (_ENOUGH - size) * (reached - start) // size if size else _FIRST
        before = reached
        for piece in await entries(conn, reached - 1, min(room, stop - reached)):
            lines.append(slice_line(piece, await offered(registry, conn, other, piece)))
            size, reached = size + len(lines[-1]), reached + len(piece)
        if reached == before:
            break
    return b"".join(lines), max(reached, start)


async def offered(
    registry: Registry, conn: ReadConnection, other: Member, piece: BatchSlice
) -> Sequence[Version | str | None] | None:
    """Of a slice of the ledger the versions that another node may have, the others as None; None for none at all.

    One that nobody could check without what is personal is said to be so.
    """
    found = await _offered(registry, conn, other, piece)
    if found is None:
        return None
    told: Sequence[Version | str | None] = found
    if any(v is None and _is_due(other, id) for v, id in zip(found, piece.subjects, strict=True)):
        bare = await undivided(registry, conn, piece)
        told = [UNDIVIDED if v is None and is_bare else v for v, is_bare in zip(found, bare, strict=True)]
    return told if any(told) else None


def _is_due(other: Member, id: str) -> bool:
    return other.role == "centre" or state_in_id(id) in other.states


async def _offered(
    registry: Registry, conn: ReadConnection, other: Member, piece: BatchSlice
) -> Sequence[Version | None] | None:
    table = registry.tables.get(piece.type)
    if table is None or piece.node != registry.node:
        return None
    if other.role != "centre" and table.standard.authority != "centre":
        found = await originals(registry, conn, piece)
        states = await states_of(registry, conn, table, found)
        return [v if state in other.states else None for v, state in zip(found, states, strict=True)]
    return await originals(registry, conn, piece)
