"""What another node lends this one: which agreements there are, what was taken under them, and its end.

Nothing personal is taken but under an agreement that both nodes have signed with the keys by which they are listed, or
for a State that is moving between the two by the Centre's list. What is over is erased here, whether or not the other
node can be reached.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jjm.access import (
    NODE,
    Actor,
    Scope,
    enter,
    life_of,
    own_signature,
    require,
    signed_by_both,
    terms_said,
)
from jjm.federation.context import Federation
from jjm.federation.following import store as following
from jjm.federation.following.rules import unfit
from jjm.federation.following.service import admit
from jjm.federation.network.model import Member
from jjm.federation.sharing import store
from jjm.federation.sharing.lives import Mark, lived, noted
from jjm.federation.sharing.model import HANDOVER, Lent, Parts
from jjm.kit import WriteConnection, conflict, not_found
from jjm.registry import Part, TakenParts, Whole, not_here, take_parts, take_wholes, withdraw

_log = logging.getLogger(__name__)
AGREEMENT = "access.agreement"
_GONE = "gone"


def handover_of(name: str) -> str:
    """The number under which a handover with a node is kept among what it lends."""
    return f"{HANDOVER}:{name}"


async def hear(federation: Federation, member: Member, told: Mapping[str, Any]) -> None:
    """Keep what a node says of the agreements under which it lends; those it no longer tells of are over."""
    now = federation.registry.clock.now()
    async with federation.registry.database.write() as conn:
        named: set[str] = set()
        for item in told["items"]:
            named.add(await _hear_one(conn, member, item, now))
        if told.get(HANDOVER) and federation.network.moves_to(member.name) is not None:
            id = handover_of(member.name)
            types = [name for name, table in federation.registry.tables.items() if table.personal]
            await store.keep(conn, id, member.name, "in_force", None, (), types, None, now)
            named.add(id)
        for lent in await store.lent(conn):
            if lent.node == member.name and lent.id not in named and lent.state == "in_force":
                await store.keep(
                    conn, lent.id, lent.node, _GONE, dict(lent.document) if lent.document else None,
                    [dict(s) for s in lent.signatures], lent.types, lent.ends_at, now,
                )  # fmt: skip


async def _hear_one(conn: WriteConnection, member: Member, item: Mapping[str, Any], now: datetime) -> str:
    try:
        id, document, signatures = str(item["id"]), dict(item["document"]), [dict(s) for s in item["signatures"]]
        types, ends = [str(t) for t in document["scope"]["types"]], datetime.fromisoformat(document["until"])
        terms_said(document)
        if document["id"] != id:
            raise ValueError(id)
    except (KeyError, TypeError, ValueError) as error:
        raise unfit(f"What {member.name} says of an agreement cannot be understood: {error!r}.") from error
    await store.keep(conn, id, member.name, str(item["state"]), document, signatures, types, ends, now)
    return id


def is_open(federation: Federation, lent: Lent, now: datetime) -> bool:
    """True if parts may be taken under it and kept: in force, and signed by both nodes with their listed keys."""
    member = federation.network.member(lent.node)
    if member is None or lent.state != "in_force":
        return False
    if lent.document is None:
        return federation.network.moves_to(lent.node) is not None
    if lent.ends_at is None or lent.ends_at <= now or datetime.fromisoformat(lent.document["from"]) > now:
        return False
    ours = {federation.network.key.id: federation.network.key.public()["keys"][0]}
    return signed_by_both(dict(lent.document), [dict(s) for s in lent.signatures], keys_of(member), ours)


def keys_of(member: Member) -> dict[str, Mapping[str, Any]]:
    """The public keys by which a node is listed, by their `kid`."""
    return {str(key["kid"]): key for key in member.keys.get("keys", ()) if "kid" in key}


async def sign(federation: Federation, conn: WriteConnection, actor: Actor, id: str) -> Lent:
    """Sign an agreement that another node offers, for this node and with its key. Raises Problem 403, 404, 409."""
    require(actor, Scope.ADMIN, "Signing for this node")
    lent = await store.one(conn, id)
    if lent is None or lent.document is None:
        raise not_found(f"No other node has told of an agreement {id}.", "agreement-unknown")
    if lent.state not in ("draft", "proposed") or lent.signature is not None:
        state = lent.state.replace("_", " ")
        what = "this node has signed it" if lent.signature else f"it is {state}"
        raise conflict("wrong-state", f"{id} cannot be signed: {what}.")
    now = federation.registry.clock.now()
    signature = own_signature(federation.network.key, dict(lent.document))
    await store.sign(conn, id, signature, actor.name, now)
    document = {"node": lent.node, "kid": federation.network.key.id, "signature": signature}
    await enter(federation.access, conn, actor, type=AGREEMENT, change="sign", subject=id, document=document)
    found = await store.one(conn, id)
    assert found is not None
    return found


async def take(federation: Federation, member: Member, id: str, parts: Parts) -> int:
    """Take personal parts as they came; the position up to which they were taken.

    Raises Problem 403 where no agreement allows it, `not-proven` where something does not fit; then nothing is taken.
    """
    registry, now = federation.registry, federation.registry.clock.now()
    async with registry.database.write() as conn:
        lent = await store.one(conn, id)
        if lent is None or lent.node != member.name or not is_open(federation, lent, now):
            raise conflict("agreement-not-in-force", f"Nothing may be taken from {member.name} under {id}.")
        peer = await following.peer(conn, member.name)
        if parts.after != lent.position:
            return lent.position
        if peer is None or parts.upto >= peer.edge.size or parts.upto < parts.after:
            raise unfit(f"The parts up to position {parts.upto} are of versions that are not here.")
        if lent.document is not None and lived(lent.marks, now, life_of(lent.document)):
            raise conflict("agreement-not-in-force", f"What has lived its life under {id} is erased here first.")
        if parts.wholes and lent.document is not None:
            raise unfit("Versions are told whole only to a node to which their State moves.")
        made = [await _take(federation, conn, member, lent, type, found) for type, found in parts.pieces]
        made += [await _take_wholes(federation, conn, member, lent, type, found) for type, found in parts.wholes]
        taken, entry = sum(t.versions for t in made), max((t.entry for t in made), default=-1)
        marks = lent.marks
        if taken and lent.document is not None:
            marks = noted(marks, parts.upto, entry, now, life_of(lent.document))
        await store.advance(conn, id, parts.upto, taken, marks)
        return parts.upto


async def _take(
    federation: Federation, conn: WriteConnection, member: Member, lent: Lent, type: str, parts: Sequence[Part]
) -> TakenParts:
    fields: frozenset[str] | None = None
    if lent.document is not None:
        fields = terms_said(dict(lent.document)).fields.get(type, frozenset())
    return await take_parts(federation.registry, conn, type, _makers(federation, member, lent), fields, parts)


async def _take_wholes(
    federation: Federation, conn: WriteConnection, member: Member, lent: Lent, type: str, wholes: Sequence[Whole]
) -> TakenParts:
    """Take versions that travel whole: those that are not here as copies first, and then what is personal in all."""
    registry, pairs = federation.registry, [whole[:2] for whole in wholes]
    entered = await following.bare(conn, member.name, type, pairs)
    await admit(registry, conn, member, await not_here(registry, conn, type, wholes, entered))
    await following.release_bare(conn, member.name, type, pairs)
    return await take_wholes(registry, conn, type, _makers(federation, member, lent), wholes)


def _makers(federation: Federation, member: Member, lent: Lent) -> list[str]:
    """The nodes whose versions a node lends: its own, and this one's of a State that has moved, or moves once more."""
    is_centre = federation.network.own.is_centre
    both = member.handover == "confirmed" and is_centre if lent.document is not None else not is_centre
    return [member.name, federation.registry.node] if both else [member.name]


async def end_over(federation: Federation) -> int:
    """Erase what was lent under agreements that are over, or has lived its data life; of how many versions."""
    registry, now = federation.registry, federation.registry.clock.now()
    async with registry.database.read() as conn:
        known = [lent for lent in await store.lent(conn) if lent.document is not None and lent.ended_at is None]
    over = [lent for lent in known if lent.position >= 0 and not is_open(federation, lent, now)]
    old = {lent.id: mark for lent in known if lent not in over and (mark := _lived(lent, now))}
    count = 0
    for lent in known:
        if lent in over or lent.id in old:
            async with registry.database.write() as conn:
                count += await _end(federation, conn, lent, now, old.get(lent.id))
    if over or old:
        federation.wake()
    return count


def _lived(lent: Lent, now: datetime) -> Mark | None:
    return None if lent.document is None else lived(lent.marks, now, life_of(lent.document))


async def _end(federation: Federation, conn: WriteConnection, lent: Lent, now: datetime, upto: Mark | None) -> int:
    """Erase what was lent up to a mark, which has lived its life; without one all of it, since it is over."""
    if await store.one(conn, lent.id) != lent:
        return 0  # somebody was here first
    member = federation.network.member(lent.node)
    makers = _makers(federation, member, lent) if member else [lent.node]
    states = sorted(member.states) if member and len(makers) > 1 else None
    entry = None if upto is None else upto.entry
    count = await withdraw(federation.registry, conn, lent.types, makers, states, entry)
    # Others may have lent the same fields, which are gone with these: they are asked for anew.
    await store.again(conn, lent.node, lent.types, lent.id)
    if upto is None:
        await store.end(conn, lent.id, "expired" if lent.state == "in_force" else lent.state, now)
    else:
        await store.age(conn, lent.id, upto.position, [mark for mark in lent.marks if mark.at > upto.at])
    document = {"node": lent.node, "types": list(lent.types), "versions": count, "over": upto is None}
    await enter(federation.access, conn, NODE, type=AGREEMENT, change="erase", subject=lent.id, document=document)
    _log.info("what %s lent under %s is erased here: %s versions", lent.node, lent.id, count)
    return count
