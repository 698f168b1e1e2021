"""Cases, steps and timers in their tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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


async def locked_items(conn: WriteConnection, ids: Collection[str]) -> dict[str, Item]:
    """Those of these cases that there are, held until the end of the transaction."""
    return {row["id"]: _item(row) async for row in queries.locked_items(conn, ids=list(ids))}


async def locked_item(conn: WriteConnection, id: str) -> Item | None:
    """One case, held until the end of the transaction."""
    return (await locked_items(conn, [id])).get(id)


async def add_item(conn: WriteConnection, new: Item) -> None:
    """Keep a new case."""
    await queries.add_item(
        conn, id=new.id, type=new.type, workflow=new.workflow, version=new.version, state=new.state,
        areas=list(new.areas), begun_at=new.begun_at, begun_by=new.begun_by, role=new.desk.role, place=new.desk.place,
        person=new.person, since=new.since, paused=new.paused, due_at=new.due_at, state_due_at=new.state_due_at,
        near_at=new.near_at, ended_at=new.ended_at,
    )  # fmt: skip


async def move_items(conn: WriteConnection, moved: Sequence[Item]) -> None:
    """Keep where cases are now."""
    await queries.move_items(conn, [
        {
            "id": one.id, "version": one.version, "state": one.state, "steps": one.steps, "areas": list(one.areas),
            "role": one.desk.role, "place": one.desk.place, "person": one.person, "level": one.level,
            "since": one.since, "paused": one.paused, "due_at": one.due_at, "state_due_at": one.state_due_at,
            "near_at": one.near_at, "ended_at": one.ended_at,
        }
        for one in moved
    ])  # fmt: skip


async def add_steps(conn: WriteConnection, made: Sequence[tuple[str, Step]]) -> None:
    """Keep what was done, each in its case."""
    await queries.add_steps(conn, [
        {
            "item": id, "number": step.number, "at": step.at, "actor": step.actor, "action": step.action,
            "from_state": step.from_state, "to_state": step.to_state, "version": step.version,
            "comment": step.comment, "role": step.desk.role, "place": step.desk.place, "person": step.person,
            "paused": step.paused, "salt": step.salt, "document": step.document, "entry": step.entry,
        }
        for id, step in made
    ])  # fmt: skip


async def steps(conn: ReadConnection, id: str) -> list[Step]:
    """What was done in a case, in order."""
    return [_step(row) async for row in queries.steps(conn, item=id)]


async def steps_of(conn: ReadConnection, ids: Collection[str]) -> dict[str, list[Step]]:
    """What was done in each of these cases, in order."""
    found: dict[str, list[Step]] = {id: [] for id in ids}
    async for row in queries.steps_of(conn, items=list(ids)):
        found[row["item"]].append(_step(row))
    return found


async def linked(conn: ReadConnection, ids: Collection[str]) -> set[str]:
    """Those of these cases that have links with others."""
    return {row["id"] async for row in queries.linked(conn, ids=list(ids))}


async def set_timers(conn: WriteConnection, timers: Mapping[str, Mapping[tuple[str, str], datetime]]) -> None:
    """What the node is to do by itself in each of these cases, by kind and name, in place of what it was to do."""
    await queries.drop_timers(conn, items=list(timers))
    rows = [(id, kind, name, due) for id, own in timers.items() for (kind, name), due in own.items()]
    if rows:
        items, kinds, names, dues = (list(part) for part in zip(*rows, strict=True))
        await queries.add_timers(conn, items=items, kinds=kinds, names=names, dues=dues)


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
        row["document"], row["entry"], row["erased_in"],
    )  # fmt: skip
