"""Comparing what two nodes hold of a State, type by type: equal by count and digest, or with the differences named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson

from jjm.federation.context import Federation
from jjm.federation.following import store as following
from jjm.federation.following.follower import require_good
from jjm.federation.handover import asking
from jjm.federation.network.model import Member
from jjm.federation.sharing import store as lending
from jjm.federation.sharing.borrow import handover_of
from jjm.kit import Problem, conflict
from jjm.ledger import size
from jjm.registry import sums_of, versions_of

SUMS = "/api/v1/federation/handover/sums"
VERSIONS = "/api/v1/federation/handover/versions"
MOST = 200_000
_NAMED = 20


async def own_sums(federation: Federation, states: Sequence[str]) -> dict[str, Any]:
    """What this node holds of these States, and how long its ledger is."""
    async with federation.registry.database.snapshot() as conn:
        found = await sums_of(federation.registry, conn, states)
        return {"size": await size(conn), "types": {type: list(one) for type, one in found.items()}}


async def own_versions(federation: Federation, type: str, states: Sequence[str]) -> list[list[Any]]:
    """The versions of a type in these States that this node holds, at most 200,000."""
    async with federation.registry.database.snapshot() as conn:
        return [list(one) for one in await versions_of(federation.registry, conn, type, states, MOST)]


async def compared(federation: Federation, member: Member, states: Sequence[str]) -> dict[str, Any]:
    """What both nodes hold of these States. Raises Problem 409 `not-caught-up` while something is still under way."""
    theirs = await _told(federation, member, asking.SUMS, SUMS)
    ours = await own_sums(federation, states)
    await _require_caught_up(federation, member, theirs)
    types: list[dict[str, Any]] = []
    for type in sorted(ours["types"].keys() | theirs["types"].keys()):
        here, there = ours["types"].get(type), theirs["types"].get(type)
        if here is not None and here == there:
            named: list[str] = []
        else:
            named = await _differences(federation, member, type, states)
        types.append({"type": type, "here": _said(here), "there": _said(there), "equal": here == there, "named": named})
    return {"node": member.name, "states": list(states), "equal": all(t["equal"] for t in types), "types": types}


def _said(one: Sequence[Any] | None) -> dict[str, Any] | None:
    return None if one is None else {"versions": one[0], "personal": one[1], "digest": one[2]}


async def _told(federation: Federation, member: Member, what: str, path: str, **params: str) -> Mapping[str, Any]:
    """What the other node says it holds, made after it was asked. Raises Problem 409 `not-caught-up` without one."""
    if member.pushes or member.address is None:
        return await federation.questions.ask(member.name, what)
    try:
        async with federation.client() as client:
            answer = await client.get(f"{member.address}{path}", params=params, timeout=120)
        require_good(answer)
    except (httpx.HTTPError, Problem) as error:
        why = error.detail if isinstance(error, Problem) else repr(error)
        raise conflict("not-caught-up", f"{member.name} does not say what it holds: {why}") from error
    found: dict[str, Any] = orjson.loads(answer.content)
    return found


async def _require_caught_up(federation: Federation, member: Member, theirs: Mapping[str, Any]) -> None:
    async with federation.registry.database.read() as conn:
        peer = await following.peer(conn, member.name)
        lent = {one.id: one for one in await lending.lent(conn)}.get(handover_of(member.name))
    reached = peer.edge.size if peer else 0
    parts = lent.position + 1 if lent else 0
    if not reached == parts == theirs["size"]:
        detail = f"{member.name} has {theirs['size']} entries; {reached} are here, {parts} with what is personal."
        raise conflict("not-caught-up", detail + " Ask again in a moment.")


async def _differences(federation: Federation, member: Member, type: str, states: Sequence[str]) -> list[str]:
    """What differs, in words; the first twenty."""
    if type not in federation.registry.tables:
        return [f"{type}: no standard here declares it"]
    answer = await _told(federation, member, type, VERSIONS, type=type)
    there = {(v[0], v[1]): (v[2], v[3]) for v in answer["versions"]}
    here = {(v[0], v[1]): (v[2], v[3]) for v in await own_versions(federation, type, states)}
    found = [
        _word(key, here.get(key), there.get(key), member.name)
        for key in sorted(here.keys() | there.keys())
        if here.get(key) != there.get(key)
    ]
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return [*found[:_NAMED], *more]


def _word(key: tuple[str, int], here: tuple[str, bool] | None, there: tuple[str, bool] | None, name: str) -> str:
    what = f"{key[0]} version {key[1]}"
    if here is None or there is None:
        return f"{what}: only {'here' if there is None else f'on {name}'}"
    if here[0] != there[0]:
        return f"{what}: another digest"
    return f"{what}: what is personal is whole only {'here' if here[1] else f'on {name}'}"
