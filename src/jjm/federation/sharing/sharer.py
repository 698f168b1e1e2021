"""Keeping what is shared up to date: one turn with each node that this one follows, or pushes to."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import orjson

from jjm.access import sign_for_node
from jjm.federation.context import Federation
from jjm.federation.following import store as following
from jjm.federation.following.follower import require_good
from jjm.federation.network.model import Member
from jjm.federation.sharing import store
from jjm.federation.sharing.borrow import end_over, handover_of, hear, is_open, keys_of, take
from jjm.federation.sharing.lend import offers, parts
from jjm.federation.sharing.model import HANDOVER, Lent, read_parts
from jjm.kit import Problem
from jjm.kit.http import dumps

_log = logging.getLogger(__name__)
PATH = "/api/v1/federation/offers"
_PATIENCE = 120.0


async def share(federation: Federation, client: httpx.AsyncClient) -> None:
    """Hear of agreements, take what they lend, and erase what is over; who is not reached waits for the next turn."""
    for name, push in federation.network.to_follow():
        member = federation.network.member(name)
        if member is None or member.address is None:
            continue
        try:
            await (_push if push else _pull)(federation, client, member)
        except (httpx.HTTPError, Problem) as error:
            detail = error.detail if isinstance(error, Problem) else repr(error)
            _log.info("what %s shares is not heard of at this moment: %s", name, detail)
    await end_over(federation)
    await _see_whether_all_is_here(federation)


async def _pull(federation: Federation, client: httpx.AsyncClient, member: Member) -> None:
    answer = await client.get(f"{member.address}{PATH}")
    require_good(answer)
    await hear(federation, member, answer.json())
    async with federation.registry.database.read() as conn:
        known = [lent for lent in await store.lent(conn) if lent.node == member.name]
    for lent in known:
        if lent.signature is not None and lent.state in ("draft", "proposed"):
            url = f"{member.address}{PATH}/{lent.id}/signature"
            require_good(await client.post(url, json={"signature": lent.signature}))
        elif is_open(federation, lent, federation.registry.clock.now()):
            try:
                await _pull_parts(federation, client, member, lent)
            except Problem as problem:
                async with federation.registry.database.write() as conn:
                    await store.note_fault(conn, lent.id, problem.detail[:1_000])


async def _pull_parts(federation: Federation, client: httpx.AsyncClient, member: Member, lent: Lent) -> None:
    url, position = f"{member.address}{PATH}/{_named(lent.id)}/parts", lent.position
    while True:
        async with federation.registry.database.read() as conn:
            peer = await following.peer(conn, member.name)
        if peer is None or peer.forked_at is not None or position >= peer.edge.size - 1:
            return
        asked = {"after": position, "until": peer.edge.size} | ({"epoch": peer.epoch} if peer.epoch else {})
        answer = await client.get(url, params=asked, timeout=_PATIENCE)
        require_good(answer)
        position = await take(federation, member, lent.id, read_parts(answer.content))


async def _push(federation: Federation, client: httpx.AsyncClient, member: Member) -> None:
    """Tell the other node of the agreements with it, and bring it what they lend."""
    async with federation.registry.database.read() as conn:
        told = await offers(federation, conn, member)
    answer = await client.post(f"{member.address}{PATH}", content=dumps(told))
    require_good(answer)
    known: dict[str, Any] = orjson.loads(answer.content)
    await _signed(federation, member, known["signatures"])
    wanted = [str(item["id"]) for item in told["items"] if item["state"] == "in_force"]
    wanted += [HANDOVER] if told[HANDOVER] else []
    for id, position in known["positions"].items():
        if id in wanted:
            await _push_parts(federation, client, member, id, int(position), known)


async def _signed(federation: Federation, member: Member, signatures: dict[str, str]) -> None:
    for id, signature in signatures.items():
        async with federation.registry.database.write() as conn:
            await sign_for_node(federation.access, conn, member.name, id, signature, keys_of(member))
        federation.wake()


async def _push_parts(
    federation: Federation, client: httpx.AsyncClient, member: Member, id: str, position: int, known: dict[str, Any]
) -> None:
    path = f"{PATH}/{id}/parts"
    while position < int(known["size"]) - 1:
        made = await parts(
            federation, member, id, after=position, until=int(known["size"]), epoch=known["epoch"], path=path, trace=""
        )
        answer = await client.post(f"{member.address}{path}", content=made.written(), timeout=_PATIENCE)
        require_good(answer)
        before, position = position, int(answer.json()["position"])
        if position <= before:
            return


def _named(id: str) -> str:
    return HANDOVER if id.startswith(f"{HANDOVER}:") else id


async def _see_whether_all_is_here(federation: Federation) -> None:
    """A node to which a State moves writes its records once it has them all, and what is personal in them."""
    network = federation.network
    begins = network.me.begins
    if network.has_followed or network.me.handover != "begun" or begins is None or network.listed is None:
        return
    async with federation.registry.database.read() as conn:
        peer = await following.peer(conn, network.listed.centre)
        lent = {one.id: one for one in await store.lent(conn)}.get(handover_of(network.listed.centre))
    if peer and lent and peer.edge.size > begins and lent.position >= begins:
        network.followed = begins
