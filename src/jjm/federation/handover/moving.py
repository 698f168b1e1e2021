"""Keeping handovers going: the Centre says from where a State's node may write, and that node does as it says."""

from __future__ import annotations

import logging

import httpx

from jjm.access import NODE, enter
from jjm.federation.context import Federation
from jjm.federation.following.follower import require_good
from jjm.federation.handover import asking, lease, service, store
from jjm.federation.handover.report import SUMS, VERSIONS, own_sums, own_versions
from jjm.federation.handover.service import HANDOVER
from jjm.federation.handover.store import Moving
from jjm.federation.network.model import Member
from jjm.federation.sharing import store as lending
from jjm.federation.sharing.borrow import handover_of
from jjm.kit import Problem
from jjm.kit.http import dumps
from jjm.ledger import size
from jjm.registry import give_away

_log = logging.getLogger(__name__)
RETURNED = "/api/v1/federation/handover/returned"
ASKED = "/api/v1/federation/handover/asked"
LEASE = "/api/v1/federation/handover/lease"
_ENTERED = {
    "begun": "begin",
    "returning": "return",
    "confirmed": "confirm",
    "taken_back": "take-back",
    "called_off": "call-off",
}


async def keep_moving(federation: Federation, client: httpx.AsyncClient) -> None:
    """One turn, on whichever side this node stands."""
    if federation.network.own.is_centre:
        await _place(federation)
        await _end_called_off(federation)
        return
    # What is asked for is what was entered: a list that comes meanwhile is for the next turn.
    me = federation.network.me
    await _follow(federation, me)
    try:
        await _answer(federation, client, me)
    except (httpx.HTTPError, Problem) as error:
        detail = error.detail if isinstance(error, Problem) else repr(error)
        _log.info("the Centre is not told of the handover at this moment: %s", detail)


async def _place(federation: Federation) -> None:
    """Say up to which position a State's node must have followed, once nothing more can come before it."""
    async with federation.registry.database.write() as conn:
        for node, state, position in await store.quiet(conn):
            if state == "begun" and position is None:
                await store.place(conn, node, await size(conn) - 1)


async def _end_called_off(federation: Federation) -> None:
    """Let handovers end that were called off, once it is certain that their nodes write no more.

    After a restart it is waited for from the beginning: only the time that passed for this process is certain.
    """
    async with federation.registry.database.read() as conn:
        found = await store.called_off(conn)
    now = lease.running()
    federation.called_off = {key: federation.called_off.get(key, now) for key in found}
    for (node, _), since in federation.called_off.items():
        if now - since >= lease.SURE:
            await service.resume(federation, node)


async def _follow(federation: Federation, me: Member) -> None:
    """Enter in this node's ledger what the Centre's list says anew, and do what it means here."""
    network, registry = federation.network, federation.registry
    now = registry.clock.now()
    if me.handover is None or network.listed is None:
        return
    centre = network.listed.centre
    async with registry.database.write() as conn:
        known = await store.one(conn, me.name)
        if known is not None and known.state == me.handover and not _is_another(known, me):
            if me.begins is not None and known.position != me.begins:
                await store.place(conn, me.name, me.begins)
            return
        states = sorted(me.states) or (known.states if known else [])
        document: dict[str, object] = {"states": states, "centre": centre}
        if known is None or me.handover == "begun":
            await store.begin(conn, me.name, states, centre, now)
        if me.handover != "begun":
            await store.decide(conn, me.name, me.handover, centre, now)
        if not me.is_moving:
            await lending.end(conn, handover_of(centre), me.handover, now)
        if not me.has_authority:
            # What this node wrote itself is perhaps nowhere else, where it was called off without it.
            but = me.name if me.handover == "called_off" else None
            document["erased"] = await give_away(registry, conn, states, but)
        await enter(
            federation.access, conn, NODE, type=HANDOVER, change=_ENTERED[me.handover], subject=me.name,
            document=document,
        )  # fmt: skip
    federation.wake()


def _is_another(known: Moving, me: Member) -> bool:
    """True if the handover that runs was begun anew, while this node heard nothing."""
    return me.begins is not None and known.position is not None and known.position != me.begins


async def _answer(federation: Federation, client: httpx.AsyncClient, me: Member) -> None:
    """Tell the Centre that nothing more is written here, or where it cannot ask itself, what this node holds."""
    network, registry = federation.network, federation.registry
    if network.listed is None or network.listed.centre_member.address is None:
        return
    address = network.listed.centre_member.address
    if me.handover == "returning":
        async with registry.database.read() as conn:
            if (me.name, "returning") not in [(node, state) for node, state, _ in await store.quiet(conn)]:
                return
            there = await size(conn)
        require_good(await client.post(f"{address}{RETURNED}", content=dumps({"size": there})))
    elif me.handover == "begun":
        await _renew(federation, client, me, address)
        if me.pushes:
            await _tell(federation, client, me, address)


async def _renew(federation: Federation, client: httpx.AsyncClient, me: Member, address: str) -> None:
    """Ask the Centre for the next lease, in time before this one ends."""
    network, now = federation.network, federation.registry.clock.now()
    known = network.lease
    if me.begins is None or (known and known.begins == me.begins and not known.is_due(now)):
        return
    since = lease.running()
    answer = await client.post(f"{address}{LEASE}", content=dumps({"begins": me.begins}))
    require_good(answer)
    network.lease = lease.Lease(me.begins, since, now, float(answer.json()["seconds"]))


async def _tell(federation: Federation, client: httpx.AsyncClient, me: Member, address: str) -> None:
    """Answer what the Centre asks of this node, which it cannot reach."""
    asked = await client.get(f"{address}{ASKED}")
    require_good(asked)
    states = sorted(me.states)
    for what in asked.json()["asked"]:
        if what == asking.SUMS:
            url, found = f"{address}{SUMS}", await own_sums(federation, states)
        elif what in federation.registry.tables:
            url = f"{address}{VERSIONS}?type={what}"
            found = {"versions": await own_versions(federation, what, states)}
        else:
            continue
        require_good(await client.post(url, content=dumps(found), timeout=120))
