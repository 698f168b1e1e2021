"""Following a node: a stretch is checked as a whole, and then taken up with its position, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from jjm.federation.following import store
from jjm.federation.following.model import Forked, Peer
from jjm.federation.following.rules import continued, may_leave_out, may_make, unfit
from jjm.federation.following.stretch import Stretch, read
from jjm.federation.network.model import Member
from jjm.federation.sharing import store as lent
from jjm.kit import Problem, WriteConnection, beside, conflict
from jjm.registry import (
    ERASURE,
    Copies,
    Held,
    Registry,
    Table,
    Version,
    forget_erased,
    known_of,
    replicate,
    states_of,
    unproven,
)

_log = logging.getLogger(__name__)


async def examined(registry: Registry, content: bytes) -> Stretch:
    """A stretch as it came, of which the values are those entered; whether its entries were signed is not said yet.

    Raises Problem `stretch-unreadable`, or `not-proven` for values whose digest is another.
    """
    return await beside(len(content), _examined, registry, content)


def _examined(registry: Registry, content: bytes) -> Stretch:
    found = read(content)
    for copies in found.copies:
        if wrong := unproven(registry, copies):
            v = copies.versions[wrong[0]]
            raise unfit(f"The values of {copies.type} {v.id}, version {v.version}, are not those entered.")
    return found


async def take_up(registry: Registry, member: Member, content: bytes, own: Member | None = None) -> Peer:
    """Take up a stretch of a node's ledger as it came; how far the node is followed then. Raises as both its steps."""
    return await applied(registry, member, await examined(registry, content), own)


async def applied(registry: Registry, member: Member, found: Stretch, own: Member | None = None) -> Peer:
    """Take up a stretch of a node's ledger that was examined; how far the node is followed then.

    `own` is this node as it is listed. Raises Problem `not-proven` where something in it does not fit what the node
    signed, or is left out that is due here, `forked` where its ledger was rewritten, now or before; of the first
    nothing is taken, and of the second nothing more.
    """
    try:
        async with registry.database.write() as conn:
            return await _taken(registry, conn, member, found, own)
    except Forked as fork:
        await note_fork(registry, member, fork)
        raise _is_forked(member.name) from fork


async def note_fork(registry: Registry, member: Member, fork: Forked) -> None:
    """Keep the evidence that a ledger was rewritten, and take nothing more from its node."""
    async with registry.database.write() as conn:
        await store.stop(conn, member.name, fork, registry.clock.now())
    _log.error("the ledger of %s was rewritten: %s Nothing more is taken from it.", member.name, fork.why)


async def _taken(
    registry: Registry, conn: WriteConnection, member: Member, found: Stretch, own_node: Member | None
) -> Peer:
    peer = await store.hold_peer(conn, member.name)
    if peer.forked_at is not None:
        raise _is_forked(member.name)
    reached = continued(peer, member, found)
    if reached is None:
        return peer
    edge, head = reached
    _require_all(registry, member, own_node, found)
    await _note_bare(registry, conn, member, found)
    taken = await admit(registry, conn, member, found.copies)
    await _forget(registry, conn, member, found)
    now = registry.clock.now()
    await store.advance(conn, member.name, edge, (head.size, found.checkpoint), found.epoch, taken, now)
    after = await store.peer(conn, member.name)
    assert after is not None
    return after


async def admit(registry: Registry, conn: WriteConnection, member: Member, copies: Sequence[Copies]) -> int:
    """Take copies of what a node may have made, and hold back the rest; how many were taken."""
    held, own = await _own(registry, conn, member, copies)
    held += await replicate(registry, conn, own)
    await store.hold(conn, held, registry.clock.now())
    return sum(len(c.versions) for c in copies) - len(held)


async def _note_bare(registry: Registry, conn: WriteConnection, member: Member, found: Stretch) -> None:
    """What comes without its version, because nobody could check it without what is personal, may come yet."""
    bare = [e for e in found.left_out if e.is_undivided and e.node == member.name and e.type in registry.tables]
    if bare:
        await store.note_bare(conn, member.name, bare)


def _require_all(registry: Registry, member: Member, own: Member | None, found: Stretch) -> None:
    """Nothing hides behind an entry without its version: what is due here is asked for until it is there."""
    for entry in found.left_out:
        table = registry.tables.get(entry.type)
        if table is not None and not may_leave_out(member, own, table.standard, entry):
            raise unfit(
                f"{member.name} leaves out {entry.type} {entry.id}, version {entry.version}, which is due here."
            )


async def _forget(registry: Registry, conn: WriteConnection, member: Member, found: Stretch) -> None:
    """What a node has erased is erased in its copies here."""
    told = [b for b in found.batches if b.type == ERASURE and b.node == member.name]
    erased = [(id, b.at) for b in told for id in b.subjects]
    if erased:
        await forget_erased(registry, conn, member.name, erased)
        await store.erase_bare(conn, member.name, erased)


async def _own(
    registry: Registry, conn: WriteConnection, member: Member, copies: Sequence[Copies]
) -> tuple[list[Held], list[Copies]]:
    """What a node may not have made is held back; the rest is to be taken."""
    held: list[Held] = []
    kept: list[Copies] = []
    for piece in copies:
        table = registry.tables.get(piece.type)
        if table is None:
            kept.append(piece)
            continue
        good = await _are_own(registry, conn, member, table, piece.versions)
        if all(good):
            kept.append(piece)
            continue
        why = f"{member.name} has no authority over it"
        held += [Held(piece.type, v, why) for v, is_own in zip(piece.versions, good, strict=True) if not is_own]
        if own := [v for v, is_own in zip(piece.versions, good, strict=True) if is_own]:
            kept.append(Copies(piece.type, own))
    return held, kept


async def _are_own(
    registry: Registry, conn: WriteConnection, member: Member, table: Table, versions: Sequence[Version]
) -> list[bool]:
    standard = table.standard
    states = await states_of(registry, conn, table, versions)
    # Whose a record is that carries its State in its identifier, the identifier tells for all time.
    asks = standard.authority != "centre" and "{state}" not in standard.id
    known = await known_of(registry, conn, standard.name, [v.id for v in versions]) if asks else {}
    told = [(state, known.get(v.id)) for v, state in zip(versions, states, strict=True)]
    allowed = {pair: may_make(member, standard, *pair) for pair in set(told)}
    return [v.node == member.name and allowed[pair] for v, pair in zip(versions, told, strict=True)]


async def retry_held(registry: Registry, members: Mapping[str, Member]) -> int:
    """Try again to take what was held back, as after an upgrade of the standards here; how many were taken."""
    taken = 0
    async with registry.database.write() as conn:
        for row in await store.held_back(conn):
            member = members.get(row["node"])
            if member is None or not member.active:
                continue
            held, own = await _own(registry, conn, member, [Copies(row["type"], [store.version_in(row["content"])])])
            if not held and not await replicate(registry, conn, own):
                await store.release(conn, row)
                await lent.again(conn, member.name, [row["type"]])
                taken += 1
    return taken


async def note_fault(registry: Registry, name: str, fault: str) -> None:
    """Note that a node could not be followed, and why."""
    async with registry.database.write() as conn:
        await store.note_fault(conn, name, fault, registry.clock.now())


def _is_forked(name: str) -> Problem:
    detail = f"The ledger of {name} was rewritten; nothing is taken from it until a person clears it."
    return conflict("forked", detail)
