"""Deciding about a handover, on the Centre's node: begun, confirmed once both nodes hold the same, or taken back."""

from __future__ import annotations

from typing import Any

from jjm.access import NODE, Actor, Scope, enter, require
from jjm.federation.context import Federation
from jjm.federation.following import store as following
from jjm.federation.handover import lease, store
from jjm.federation.handover.report import compared
from jjm.federation.handover.store import Moving
from jjm.federation.network.model import Member
from jjm.federation.sharing import store as lending
from jjm.federation.sharing.borrow import handover_of
from jjm.kit import Problem, WriteConnection, conflict, not_found
from jjm.registry import Change, Draft, examine, give_away, newest_version, record

HANDOVER = "access.handover"
_TYPE = "node"
_NOW = ("planned", "suspended")


async def begin(federation: Federation, actor: Actor, name: str, reason: str) -> Moving:
    """Begin to hand the States of a node over to it. From now on nobody writes their records until that node has all.

    Raises Problem 403, 404 for a node that is not entered, 409 for one without States or whose handover runs already.
    """
    _require_centre(federation, actor)
    registry, now = federation.registry, federation.registry.clock.now()
    async with registry.database.write() as conn:
        before = await store.one(conn, name)
        if before is not None and before.state not in ("taken_back", "called_off"):
            raise conflict("wrong-state", f"The handover to {name} is {before.state} already.")
        states = await _take_in(federation, conn, actor, name, reason)
        await store.begin(conn, name, states, actor.name, now)
        await _enter(federation, conn, actor, name, "begin", {"states": states, "reason": reason})
        found = await store.one(conn, name)
    federation.wake()
    assert found is not None
    return found


async def _take_in(federation: Federation, conn: WriteConnection, actor: Actor, name: str, reason: str) -> list[str]:
    """The States of the node as it is entered, which is active from now on."""
    registry, table = federation.registry, federation.registry.table(_TYPE)
    id = f"NOD-{name}"
    data = dict((await newest_version(registry, conn, actor, table, id)).data)
    states = sorted(str(state).removeprefix("STA-") for state in data.get("states", ()))
    if not states:
        raise conflict("wrong-state", f"{name} is entered without States; there is nothing to hand over.")
    if data["status"] in _NOW:
        draft = Draft(Change.CHANGE, data | {"status": "active"}, id, reason=reason)
        if faults := (await examine(registry, conn, table, [draft]))[0]:
            raise Problem("invalid-record", 422, "The content breaks a rule of the standard", "", faults)
        await record(registry, conn, actor, table, [draft])
    elif data["status"] != "active":
        raise conflict("wrong-state", f"{name} is {data['status']}.")
    return states


async def report(federation: Federation, actor: Actor, name: str) -> dict[str, Any]:
    """What both nodes hold of the States that move, type by type. Raises Problem 403, 404, 409 `not-caught-up`."""
    _require_centre(federation, actor)
    async with federation.registry.database.write() as conn:
        moving = await _running(conn, name, "begun")
    return await compared(federation, _member(federation, name), moving.states)


async def confirm(federation: Federation, actor: Actor, name: str, reason: str) -> Moving:
    """Make a handover final: what is personal in the records of those States is erased on this node.

    Raises Problem 409 `handover-differs` with the report unless both nodes hold the same.
    """
    made = await report(federation, actor, name)
    if not made["equal"]:
        detail = f"The two nodes do not hold the same of State {', '.join(made['states'])}; see `report`."
        raise Problem("handover-differs", 409, "The nodes do not hold the same", detail, extra={"report": made})
    registry, now = federation.registry, federation.registry.clock.now()
    async with registry.database.write() as conn:
        moving = await _running(conn, name, "begun")
        if moving.position is None:
            raise conflict("not-caught-up", "What was being written when it began has not ended yet.")
        erased = await give_away(registry, conn, moving.states)
        await lending.end(conn, handover_of(name), "confirmed", now)
        await lending.again(conn, name, list(registry.tables))
        await store.decide(conn, name, "confirmed", actor.name, now, made)
        told = {t["type"]: t["here"] for t in made["types"]}
        await _enter(federation, conn, actor, name, "confirm", {"reason": reason, "types": told, "erased": erased})
        found = await store.one(conn, name)
    federation.wake()
    assert found is not None
    return found


async def take_back(federation: Federation, actor: Actor, name: str, reason: str) -> Moving:
    """Take a State back before it is confirmed: its node writes no more, and it is hosted again once all of it is here.

    Raises Problem 403, 404, 409.
    """
    _require_centre(federation, actor)
    async with federation.registry.database.write() as conn:
        await _running(conn, name, "begun")
        await store.decide(conn, name, "returning", actor.name, federation.registry.clock.now())
        await _enter(federation, conn, actor, name, "return", {"reason": reason})
        found = await store.one(conn, name)
    federation.wake()
    assert found is not None
    return found


async def call_off(federation: Federation, actor: Actor, name: str, reason: str) -> Moving:
    """Call a handover off although the State's node is not to be had; it is hosted again once no lease can be left.

    Should that node come back before, with all that it wrote, it is taken back as if nothing had been. Raises Problem
    403, 404, 409.
    """
    _require_centre(federation, actor)
    async with federation.registry.database.write() as conn:
        moving = await store.one(conn, name)
        if moving is None or moving.state != "returning":
            moving = await _running(conn, name, "begun")
        if moving.called_off_at is not None:
            raise conflict("wrong-state", f"The handover to {name} is called off already.")
        await store.call_off(conn, name, actor.name, federation.registry.clock.now())
        await _enter(federation, conn, actor, name, "call-off", {"states": moving.states, "reason": reason})
        found = await store.one(conn, name)
    federation.wake()
    assert found is not None
    return found


async def resume(federation: Federation, name: str) -> None:
    """Host a State again whose handover was called off, and of whose node it is certain that it writes no more."""
    async with federation.registry.database.write() as conn:
        moving = await store.one(conn, name)
        if moving is None or moving.state != "returning" or moving.called_off_at is None:
            return
        now = federation.registry.clock.now()
        peer, lent = await following.peer(conn, name), await lending.one(conn, handover_of(name))
        await store.decide(conn, name, "called_off", NODE.name, now)
        await lending.end(conn, handover_of(name), "called_off", now)
        document = {"states": moving.states, "size": peer.edge.size if peer else 0}
        document["personal"] = lent.position + 1 if lent else 0
        await _enter(federation, conn, NODE, name, "resume", document)
    federation.wake()


async def leased(federation: Federation, member: Member, begins: int) -> float:
    """For how many seconds a node to which a State moves may write, in the handover that begins at that position.

    Raises Problem 404, 409 once it may not.
    """
    async with federation.registry.database.write() as conn:
        moving = await _running(conn, member.name, "begun")
    if moving.position != begins:
        raise conflict("wrong-state", f"The handover to {member.name} was begun anew.")
    return lease.LEASE


async def returned(federation: Federation, member: Member, size: int) -> bool:
    """Take a State back once all that its node wrote is here; it writes no more, and says how long its ledger is.

    True if it is back.
    """
    actor = Actor(member.name, kind="node")
    async with federation.registry.database.write() as conn:
        moving = await store.one(conn, member.name)
        if moving is None or moving.state != "returning":
            return moving is not None and moving.state == "taken_back"
        peer = await following.peer(conn, member.name)
        lent = await lending.one(conn, handover_of(member.name))
        if peer is None or lent is None or peer.edge.size < size or lent.position < size - 1:
            return False
        now = federation.registry.clock.now()
        await store.decide(conn, member.name, "taken_back", actor.name, now)
        await lending.end(conn, lent.id, "taken_back", now)
        await _enter(federation, conn, actor, member.name, "take-back", {"states": moving.states, "size": size})
    federation.wake()
    return True


async def _enter(
    federation: Federation, conn: WriteConnection, actor: Actor, name: str, change: str, document: dict[str, Any]
) -> None:
    await enter(federation.access, conn, actor, type=HANDOVER, change=change, subject=name, document=document)


async def _running(conn: WriteConnection, name: str, state: str) -> Moving:
    moving = await store.one(conn, name)
    if moving is None:
        raise not_found(f"No State moves to {name}.", "handover-unknown")
    if moving.state != state:
        raise conflict("wrong-state", f"The handover to {name} is {moving.state.replace('_', ' ')}.")
    return moving


def _member(federation: Federation, name: str) -> Member:
    member = federation.network.member(name)
    if member is None:
        raise conflict("not-caught-up", f"{name} is not listed yet. Ask again in a moment.")
    return member


def _require_centre(federation: Federation, actor: Actor) -> None:
    require(actor, Scope.ADMIN, "Deciding about a handover")
    if not federation.network.own.is_centre:
        raise not_found("Handovers are decided on the Centre's node.", "not-the-centre")
