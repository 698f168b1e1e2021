"""What a node gives another of its own: of what is personal the digest, and nothing that is a third node's."""

from __future__ import annotations

from collections.abc import Sequence

from jjm.federation.following.stretch import head_line, slice_line
from jjm.federation.network.model import Member
from jjm.kit import ReadConnection
from jjm.ledger import BatchSlice, consistency, entries, head, history
from jjm.registry import Registry, Version, originals, states_of

MOST = 10_000


async def stretch(
    registry: Registry, conn: ReadConnection, other: Member, *, after: int, limit: int, seen: int, epoch: str | None
) -> bytes:
    """The entries behind a position, with what the other may have, as lines; just the first line where there are none.

    `seen` is the size of the checkpoint that the other has seen last, 0 for none. `conn` is a snapshot. Raises Problem
    410 `history-rewritten` for a position of a history that was rewritten since.
    """
    newest, known = await head(conn), await history(conn)
    known.require(after, epoch, newest.size - 1)
    upto = min(after + 1 + limit, newest.size)
    pieces = await entries(conn, after, upto - after - 1) if upto > after + 1 else []
    proof = (await consistency(conn, upto, newest.size)).hashes if 0 < upto < newest.size else ()
    shown = (await consistency(conn, seen, newest.size)).hashes if 0 < seen < newest.size else ()
    lines = [
        head_line(
            node=registry.node,
            epoch=known.epoch,
            after=after,
            checkpoint=newest.note,
            proof=proof,
            seen_size=seen,
            seen=shown,
        )
    ]
    for piece in pieces:
        lines.append(slice_line(piece, await offered(registry, conn, other, piece)))
    return b"".join(lines)


async def offered(
    registry: Registry, conn: ReadConnection, other: Member, piece: BatchSlice
) -> Sequence[Version | None] | None:
    """Of a slice of the ledger the versions that another node may have, the others as None; None for none at all."""
    table = registry.tables.get(piece.type)
    if table is None or piece.node != registry.node:
        return None
    if other.role != "centre" and table.standard.authority != "centre":
        found = await originals(registry, conn, piece)
        states = await states_of(registry, conn, table, found)
        kept = [v if state in other.states else None for v, state in zip(found, states, strict=True)]
        return kept if any(kept) else None
    return await originals(registry, conn, piece)
