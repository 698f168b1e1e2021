"""Agreements with another node: which there are, its signature by its own key, and reading under one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from jjm.access.agreements.admit import check_frequency
from jjm.access.agreements.force import terms_in_force
from jjm.access.agreements.model import HERE, UNITS
from jjm.access.agreements.rules import detached, signing_key, terms_of
from jjm.access.agreements.service import Keys, shown, sign
from jjm.access.agreements.uses import Use, write_down
from jjm.access.context import Access
from jjm.access.keys import NodeKey
from jjm.access.model import Actor, Terms
from jjm.access.purposes import check_ground
from jjm.kit import Problem, ReadConnection, WriteConnection, canonical, load_queries, not_found

_queries = load_queries("jjm.access", "agreements")
_TOLD: Final = ("id", "state", "document", "signatures", "revoked_at")


async def agreed_with(access: Access, conn: ReadConnection, node: str) -> list[dict[str, Any]]:
    """The agreements by which this node shares with another one, whatever became of them, with their signatures."""
    rows = [dict(row) async for row in _queries.with_node(conn, node=node)]
    return [{name: told[name] for name in _TOLD} for told in await shown(access, conn, rows)]


async def sign_for_node(access: Access, conn: WriteConnection, node: str, id: str, signature: str, keys: Keys) -> None:
    """Enter the signature of another node under an agreement with it; `keys` are those by which it is listed.

    Raises Problem 404, 409 `wrong-state`, 400 `bad-signature`.
    """
    actor = Actor(node, kind="node", participant=await _participant(conn, node, id))
    await sign(access, conn, actor, id, signature, keys)


async def _participant(conn: ReadConnection, node: str, id: str) -> str:
    async for row in _queries.with_node(conn, node=node):
        if row["id"] == id:
            return str(row["participant"])
    raise not_found(f"There is no agreement {id} with {node} here.", "agreement-unknown")


def own_signature(key: NodeKey, document: dict[str, Any]) -> str:
    """The detached JWS of this node under an agreement."""
    return detached(key.sign(document))


def signed_by_both(document: dict[str, Any], signatures: Sequence[dict[str, Any]], theirs: Keys, ours: Keys) -> bool:
    """True if the node that shares signed an agreement with one of its keys, and this node with one of its own."""
    text = canonical(document)
    sides = {s["party"]: str(s["signature"]) for s in signatures}
    consumer = str(document.get("consumer"))
    return (
        document.get("provider") == HERE
        and signing_key(sides.get(HERE, ""), text, theirs) is not None
        and signing_key(sides.get(consumer, ""), text, ours) is not None
    )


def terms_said(document: dict[str, Any]) -> Terms:
    """What an agreement as it was signed opens. Raises KeyError for what is none."""
    return terms_of(str(document["id"]), document)


def life_of(document: Mapping[str, Any]) -> timedelta:
    """How long the consumer keeps what it has read."""
    span = document["dataLife"]
    return UNITS[span["unit"]] * int(span["value"])


@asynccontextmanager
async def read_by_node(access: Access, node: str, id: str, path: str, trace: str) -> AsyncGenerator[Actor, None]:
    """The node as it reads under an agreement, whose use is counted, and written down in the end.

    Raises Problem 403 `agreement-not-in-force`, 429 `over-frequency`.
    """
    use = Use(node, "GET", path, None, None, trace)
    async with access.database.read() as conn:
        participant = await _participant(conn, node, id)
        terms, _ = await terms_in_force(conn, participant, access.clock.now())
    found = next((t for t in terms if t.agreement == id), None)
    try:
        if found is None:
            raise Problem("agreement-not-in-force", 403, "No agreement allows this now", f"{id} is not in force.")
        check_ground(found.purpose, access.gate.purposes)
        if found.frequency is not None and found.frequency.of == "calls":
            await check_frequency(access, found)
        yield Actor(node, kind="node", participant=participant, purpose=found.purpose, terms=(found,))
    except Problem as problem:
        await write_down(access, id, use, "refused", problem.code)
        raise
    await write_down(access, id, use, "used")
