"""Records as a node keeps them that was upgraded from release 0.1, for tests: one digest of all values of a version."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from jjm.access import NODE
from jjm.app.node import Node
from jjm.kit import WriteConnection
from jjm.ledger import Batch, leaf_hashes
from jjm.registry import Change, Draft, Table, Version, examine, record
from jjm.registry.rules import digests
from jjm.registry.sealing import context, needed, seal, sealed_later
from jjm.registry.service.erase import Erasure, apply_again

TYPE = "household"


async def upgraded(node: Node, datas: Sequence[Mapping[str, Any]], *later: str) -> list[str]:
    """Households that release 0.1 recorded; they enter the ledger with the digests that it made.

    With fields that became personal only `later` they are of two parts, and these fields were in the open one.
    """
    registry, table = node.registry, node.registry.table(TYPE)
    drafts = [Draft(Change.CREATE, dict(data), valid_from=date(2025, 4, 1)) for data in datas]
    async with node.database.write() as conn:
        assert not any(await examine(registry, conn, table, drafts))
        versions = [outcome.version for outcome in await record(registry, conn, NODE, table, drafts)]
        made = [_kept(table, v, data, later) for v, data in zip(versions, datas, strict=True)]
        for v, (digest, sealed) in zip(versions, made, strict=True):
            kept = f"update registry.{TYPE} set sealed = $1, digest = $2 where id = $3"
            await conn.execute(kept, sealed, digest, v.id)
        await _enter(conn, [digest for digest, _ in made])
    node.federation.wake()
    return [v.id for v in versions]


def _kept(table: Table, v: Version, data: Mapping[str, Any], later: Collection[str]) -> tuple[bytes, bytes]:
    """The digest of a version by the rule under which it was made, and what is sealed of it since."""
    vault, at, salt = needed(table.vault), context(TYPE, v.id, v.version), os.urandom(16)
    personal = {name: value for name, value in data.items() if name in table.personal}
    moved = {name: value for name, value in personal.items() if name in later}
    if not later:
        return digests(TYPE, [v], [data], [None], [salt])[0], sealed_later(vault, at, personal, salt, None)
    parts = seal(vault, TYPE, table.personal - moved.keys(), [(v.id, v.version, data)])
    return digests(TYPE, [v], parts.opens, parts.digests)[0], sealed_later(vault, at, moved, None, parts.sealed[0])


async def _enter(conn: WriteConnection, made: Sequence[bytes]) -> None:
    """The last batch of the ledger, which has no position yet, is entered with these digests."""
    row = await conn.fetchrow("select * from ledger.batch order by id desc limit 1")
    told = {name: row[name] for name in ("type", "at", "actor", "node", "subjects", "versions", "changes")}
    told |= {name: row[name] * len(made) for name in ("versions", "changes") if len(row[name]) == 1}
    leaves = leaf_hashes(Batch(**told, digests=list(made)))
    entered = "update ledger.batch set digests = $1, leaves = $2 where id = $3"
    await conn.execute(entered, b"".join(made), leaves, row["id"])


async def erased(node: Node, id: str) -> None:
    """What is personal in a household is erased; its term is over."""
    async with node.database.write() as conn:
        done = Erasure(TYPE, id, datetime.now(UTC), "an-officer", "asked for by the person")
        assert await apply_again(node.registry, node.access, conn, NODE, [done]) == 1
    node.federation.wake()
