"""Cases, steps and timers in their tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.workflow.model import Desk, Item, Step

queries = load_queries("jjm.workflow")


async def keep_definition(
    conn: WriteConnection, name: str, version: str, digest: bytes, said: Mapping[str, object], now: datetime
) -> bytes:
    """Keep what a workflow says under its version; the digest of what stands there."""
    body = orjson.dumps(dict(said)).decode()
    return await queries.keep_definition(conn, name=name, version=version, digest=digest, body=body, now=now)


async def item(conn: ReadConnection, id: str) -> Item | None:
    """One case."""
    row = await queries.item(conn, id=id)
    return None if row is None else _item(row)


async def locked_item(conn: WriteConnection, id: str) -> Item | None:
    """The same, held until the end of the transaction."""
    row = await queries.locked_item(conn, id=id)
    return None if row is None else _item(row)


async def add_item(conn: WriteConnection, new: Item) -> None:
    """Keep a new case."""
    await queries.add_item(
        conn, id=new.id, type=new.type, workflow=new.workflow, version=new.version, state=new.state,
        areas=list(new.areas), begun_at=new.begun_at, begun_by=new.begun_by, role=new.desk.role, place=new.desk.place,
        person=new.person, since=new.since, paused=new.paused, due_at=new.due_at, state_due_at=new.state_due_at,
        near_at=new.near_at, ended_at=new.ended_at,
    )  # fmt: skip


async def move_item(conn: WriteConnection, moved: Item) -> None:
    """Keep where a case is now."""
    await queries.move_item(
        conn, id=moved.id, version=moved.version, state=moved.state, steps=moved.steps, areas=list(moved.areas),
        role=moved.desk.role, place=moved.desk.place, person=moved.person, level=moved.level, since=moved.since,
        paused=moved.paused, due_at=moved.due_at, state_due_at=moved.state_due_at,
        near_at=moved.near_at, ended_at=moved.ended_at,
    )  # fmt: skip


async def add_step(conn: WriteConnection, id: str, step: Step) -> None:
    """Keep what was done in a case."""
    await queries.add_step(
        conn, item=id, number=step.number, at=step.at, actor=step.actor, action=step.action,
        from_state=step.from_state, to_state=step.to_state, version=step.version, comment=step.comment,
        role=step.desk.role, place=step.desk.place, person=step.person, paused=step.paused, salt=step.salt,
        document=step.document, entry=step.entry,
    )  # fmt: skip


async def steps(conn: ReadConnection, id: str) -> list[Step]:
    """What was done in a case, in order."""
    return [_step(row) async for row in queries.steps(conn, item=id)]


async def set_timers(conn: WriteConnection, id: str, timers: Mapping[tuple[str, str], datetime]) -> None:
    """What the node is to do by itself in a case, by kind and name, in place of what it was to do."""
    await queries.drop_timers(conn, item=id)
    if timers:
        kinds, names = zip(*timers, strict=True)
        await queries.add_timers(conn, item=id, kinds=list(kinds), names=list(names), dues=list(timers.values()))


def _item(row: Any) -> Item:
    return Item(
        row["id"], row["type"], row["workflow"], row["version"], row["state"], row["steps"], tuple(row["areas"]),
        row["begun_at"], row["begun_by"], Desk(row["role"], row["place"]), row["person"], row["level"], row["since"],
        row["paused"], row["due_at"], row["state_due_at"], row["near_at"], row["ended_at"],
    )  # fmt: skip


def _step(row: Any) -> Step:
    return Step(
        row["number"], row["at"], row["actor"], row["action"], row["from_state"], row["to_state"], row["version"],
        row["comment"], Desk(row["role"], row["place"]), row["person"], row["paused"], row["salt"],
        row["document"], row["entry"],
    )  # fmt: skip
