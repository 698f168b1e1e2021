"""How far others are followed, what was held back, and the evidence of rewritten ledgers, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson

from jjm.federation.following.model import Forked, Peer
from jjm.federation.following.stretch import LeftOut
from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.kit.http import dumps
from jjm.ledger import Edge
from jjm.registry import Entered, Held, Version

_sql = load_queries("jjm.federation", "following")
_MOST = 500
_BARE = {
    "type": "types",
    "id": "ids",
    "version": "versions",
    "change": "changes",
    "at": "instants",
    "actor": "actors",
    "digest": "digests",
}


async def peer(conn: ReadConnection, name: str) -> Peer | None:
    """How far a node is followed; None for one that is not."""
    row = await _sql.peer(conn, name=name)
    return Peer.of(row) if row else None


async def peers(conn: ReadConnection) -> list[Peer]:
    """How far each node is followed."""
    return [Peer.of(row) async for row in _sql.peers(conn)]


async def hold_peer(conn: WriteConnection, name: str) -> Peer:
    """The same of one node, begun if it was not followed yet, and held until the transaction ends."""
    await _sql.begin_peer(conn, name=name, edge=_text(Edge()))
    return Peer.of(await _sql.peer_held(conn, name=name))


async def advance(
    conn: WriteConnection, name: str, edge: Edge, head: tuple[int, str], epoch: str, taken: int, now: datetime
) -> None:
    """Note how far a node is followed now; `head` is size and text of its newest checkpoint."""
    await _sql.advance_peer(
        conn, name=name, size=edge.size, edge=_text(edge), head_size=head[0], checkpoint=head[1], epoch=epoch,
        taken=taken, now=now,
    )  # fmt: skip


async def note_fault(conn: WriteConnection, name: str, fault: str, now: datetime) -> None:
    """Note that a node could not be followed, and why."""
    await _sql.begin_peer(conn, name=name, edge=_text(Edge()))
    await _sql.note_fault(conn, name=name, fault=fault, now=now)


async def stop(conn: WriteConnection, name: str, found: Forked, now: datetime) -> None:
    """Keep the evidence that a ledger was rewritten, and take nothing more from its node."""
    await _sql.note_fork(conn, node=name, why=found.why, before=found.before, after=found.after, now=now)
    await _sql.stop_peer(conn, name=name, why=found.why, now=now)


async def clear(conn: WriteConnection, name: str, actor: str, reason: str, now: datetime) -> None:
    """Follow a node from the beginning again."""
    await _sql.clear_forks(conn, node=name, actor=actor, reason=reason, now=now)
    await _sql.restart_peer(conn, name=name, edge=_text(Edge()))


async def forks(conn: ReadConnection) -> list[dict[str, Any]]:
    """Findings of rewritten ledgers, newest first."""
    return [dict(row) async for row in _sql.forks(conn)]


async def hold(conn: WriteConnection, held: Sequence[Held], now: datetime) -> None:
    """Hold back what could not be taken."""
    for type, v, why in held:
        content = {**v._asdict(), "digest": v.digest.hex(), "sealed": v.sealed.hex() if v.sealed else None}
        await _sql.hold(
            conn, node=v.node, type=type, id=v.id, version=v.version, why=why, content=dumps(content).decode(), now=now
        )


async def held_back(conn: ReadConnection, most: int = _MOST) -> list[Mapping[str, Any]]:
    """Copies held back, oldest first."""
    return [{**row, "content": orjson.loads(row["content"])} async for row in _sql.held_back(conn, most=most)]


def version_in(content: Mapping[str, Any]) -> Version:
    """A version as it was held back."""
    last = content["valid_to"]
    kept: dict[str, Any] = {
        **content,
        "valid_from": date.fromisoformat(content["valid_from"]),
        "valid_to": date.fromisoformat(last) if last else None,
        "recorded_at": datetime.fromisoformat(content["recorded_at"]),
        "digest": bytes.fromhex(content["digest"]),
        "sealed": bytes.fromhex(content["sealed"]) if content["sealed"] else None,
    }
    return Version(**kept)


async def release(conn: WriteConnection, row: Mapping[str, Any]) -> None:
    """A copy held back has been taken."""
    await _sql.release(conn, node=row["node"], type=row["type"], id=row["id"], version=row["version"])


async def held_counts(conn: ReadConnection) -> dict[str, int]:
    """How many copies are held back of each node."""
    return {row["node"]: row["count"] async for row in _sql.held_counts(conn)}


async def note_bare(conn: WriteConnection, node: str, found: Sequence[LeftOut]) -> None:
    """Note versions that are known by their entry alone."""
    columns = [[getattr(one, name) for one in found] for name in _BARE]
    await _sql.note_bare(conn, node=node, **dict(zip(_BARE.values(), columns, strict=True)))


async def bare(
    conn: WriteConnection, node: str, type: str, wanted: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], Entered]:
    """How those of these versions were entered that are known by that alone, held until the transaction ends."""
    ids, versions = _apart(wanted)
    return {
        (row["id"], row["version"]): Entered(
            row["change"], row["recorded_at"], row["actor"], row["node"], row["digest"], row["is_erased"]
        )
        async for row in _sql.bare(conn, node=node, type=type, ids=ids, versions=versions)
    }


async def erase_bare(conn: WriteConnection, node: str, erased: Sequence[tuple[str, datetime]]) -> None:
    """Note that their node has erased what is personal in records, up to an instant."""
    await _sql.erase_bare(conn, node=node, ids=[id for id, _ in erased], instants=[at for _, at in erased])


async def release_bare(conn: WriteConnection, node: str, type: str, come: Sequence[tuple[str, int]]) -> None:
    """Versions known by their entry alone have come."""
    ids, versions = _apart(come)
    await _sql.release_bare(conn, node=node, type=type, ids=ids, versions=versions)


def _apart(pairs: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [id for id, _ in pairs], [version for _, version in pairs]


def _text(edge: Edge) -> str:
    return orjson.dumps(edge.as_json()).decode()
