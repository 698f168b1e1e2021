"""Desks whose holders came or went: their cases go to whoever answers now. Follows the grants in the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from jjm.access import GRANT, NODE, PERSON, holders, places_granted
from jjm.kit import WriteConnection, load_queries
from jjm.ledger import entries, size
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import LAST_DESK, Desk
from jjm.workflow.news import queries as news
from jjm.workflow.places import desk_for, places_around
from jjm.workflow.stepping import note

queries = load_queries("jjm.workflow", "seats")
SEATED = "SEATED"
"""A step of the node itself: a case lies at another desk, since who sat at the first is gone, or somebody has come."""
_LOCK = 7_219_202
_ENTRIES, _AT_ONCE = 20_000, 200
_READER, _DAY = "desks", "desks/day"


async def reseat(workflows: Workflows, conn: WriteConnection) -> int:
    """Follow the grants, and look at the cases of one desk that they concern; 0 where nothing is left to look at.

    A case whose desk is empty, or that was given to somebody who holds the role no more, goes to whoever answers; one
    at the last desk is looked at as soon as a role that answers for it is granted anywhere. One call does a bounded
    piece of work.
    """
    if not await news.take_turn(conn, key=_LOCK):
        return 0
    heard = await _hear(workflows, conn)
    row = await queries.next_desk(conn)
    if row is None:
        return heard
    looked = await _look(workflows, conn, row)
    place = {"role": row["role"], "place": row["place"], "last": row["last"]}
    if looked is None:
        await queries.seen(conn, **place)
    else:
        await queries.looked_at(conn, **place, after=looked)
    return 1


async def _hear(workflows: Workflows, conn: WriteConnection) -> int:
    """Note the desks that grants of late concern: given, ended, of people who left, begun or over by their day."""
    position, today = await news.position(conn, name=_READER), workflows.registry.clock.today()
    end = await size(conn) - 1
    if position is None:
        desks = [Desk(row["role"], row["place"]) async for row in queries.desks(conn)]
        await _again(conn, desks, today)
        await news.move_reader(conn, name=_READER, position=end)
        return 0
    stop = min(position + _ENTRIES, end)
    named: dict[str, list[str]] = {GRANT: [], PERSON: []}
    for piece in await entries(conn, position, stop - position, list(named)) if stop > position else ():
        named[piece.type].extend(piece.subjects)
    day = date.fromordinal(await news.position(conn, name=_DAY))
    if any(named.values()) or day != today:
        touched = await places_granted(conn, named[GRANT], named[PERSON], day, today)
        await _again(conn, [Desk(*pair) for pair in touched], today)
    if stop > position:
        await news.move_reader(conn, name=_READER, position=stop)
    return max(stop - position, 0)


async def _again(conn: WriteConnection, desks: list[Desk], today: date) -> None:
    roles, places = [desk.role for desk in desks], [desk.place for desk in desks]
    await queries.look_again(conn, roles=roles, places=places, lasts=[False, True])
    await news.move_reader(conn, name=_DAY, position=today.toordinal())


async def _look(workflows: Workflows, conn: WriteConnection, row: Any) -> str | None:
    """Look at the next cases of a desk; the last of them, or None at the end."""
    desk = LAST_DESK if row["last"] else Desk(row["role"], row["place"])
    states = await _answered_by(workflows, conn, row["role"]) if row["last"] else None
    asked = {**desk._asdict(), "after": row["after"], "states": states, "most": _AT_ONCE}
    found = [one async for one in queries.at_desk(conn, **asked)]
    sitting: set[str] = set()
    if not row["last"]:
        today = workflows.registry.clock.today()
        sitting = {one.person for one in await holders(conn, [desk.role], [desk.place], today)}
    for one in found:
        if not sitting or (one["person"] is not None and one["person"] not in sitting):
            await _seat(workflows, conn, one["id"], sitting)
    return found[-1]["id"] if len(found) == _AT_ONCE else None


async def _answered_by(workflows: Workflows, conn: WriteConnection, role: str) -> list[str]:
    """The states of running workflows for which a role may answer, with the workflow and its version."""
    found: list[str] = []
    for row in [row async for row in store.queries.definitions(conn)]:
        workflow = await workflows.version(conn, row["name"], row["version"])
        climbs = any(role in rung.to for rung in workflow.ladder)
        states = [name for name, stage in workflow.stages.items() if climbs or role in stage.responsible]
        found += [f"{workflow.name}/{row['version']}/{state}" for state in states]
    return found


async def _seat(workflows: Workflows, conn: WriteConnection, id: str, sitting: set[str]) -> None:
    item = await store.locked_item(conn, id)
    if item is None or item.ended_at is not None:
        return
    if sitting and item.person not in sitting:  # the desk is there, the person it was given to is not
        await note(workflows, conn, NODE, item, SEATED, person=None)
        return
    workflow = await workflows.version(conn.asking, item.workflow, item.version)
    places = await places_around(workflows, conn.asking, item.areas)
    above = workflow.ladder[item.level - 1].to if item.level else ()
    responsible = above or workflow.stages[item.state].responsible
    desk = await desk_for(workflows, conn.asking, responsible, places)
    if (desk, None) != (item.desk, item.person):
        await note(workflows, conn, NODE, item, SEATED, desk=desk, person=None)
