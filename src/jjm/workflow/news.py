"""Cases that begin by news from the ledger: a record came in or meets a condition, or another case took a step.

Each workflow reads at its own position, after the changes were committed, in bounded steps. What was dealt with is
written down in the same transaction, so that doing it twice is impossible; what cannot begin a case is written down
with the reason and passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection, WriteConnection, load_queries, savepoint
from jjm.ledger import BatchSlice, entries, size
from jjm.registry import Change
from jjm.standards import Beginning, Workflow
from jjm.workflow.adopting import ADOPTED, adopt, strange
from jjm.workflow.beginning import wanted_by
from jjm.workflow.context import Workflows
from jjm.workflow.model import STEP, Ask
from jjm.workflow.service import begin

queries = load_queries("jjm.workflow", "news")
_LOCK = 7_219_201
_ENTRIES, _AT_ONCE = 20_000, 200
_log = logging.getLogger(__name__)


class News(NamedTuple):
    """One entry of the ledger, as far as cases are concerned: `number` is the version, or the step of a case."""

    position: int
    type: str
    id: str
    number: int
    change: str
    own: bool
    at: datetime
    actor: str


async def behind(workflows: Workflows, conn: ReadConnection) -> list[str]:
    """The workflows that have not read the ledger to its end."""
    names, length = list(workflows.declared), await size(conn)
    return [row["name"] async for row in queries.behind(conn, names=names, size=length)]


async def refused_of(conn: ReadConnection, name: str, most: int) -> list[dict[str, object]]:
    """What could not begin a case of a workflow, latest first."""
    return [dict(row) async for row in queries.refused(conn, workflow=name, most=most)]


async def begin_by_news(workflows: Workflows, conn: WriteConnection, name: str) -> int:
    """Read on for one workflow and begin what is to begin; how many entries were passed, 0 at the end."""
    workflow = workflows.newest(name)
    if not await queries.take_turn(conn, key=_LOCK):
        return 0
    position = await queries.position(conn, name=name)
    position = -1 if position is None else position
    stop = min(position + _ENTRIES, await size(conn) - 1)
    if stop <= position:
        return 0
    since = await queries.known_since(conn, name=name)
    found = await entries(conn, position, stop - position, _watched(workflows, workflow))
    wanted = list(islice(_news(workflows, found), _AT_ONCE))
    for one in wanted:
        await _hear(workflows, conn, workflow, one, since)
    reached = wanted[-1].position if len(wanted) == _AT_ONCE else stop
    await queries.move_reader(conn, name=name, position=reached)
    return reached - position


def _watched(workflows: Workflows, workflow: Workflow) -> list[str]:
    """The types of entries that may begin a case: those that it names, and its own, whose records may come in."""
    own = [workflow.type] if workflows.of_type(workflow.type) else []
    named = [one.type or STEP for one in workflow.begins]
    return list(dict.fromkeys([*own, *named]))


def _news(workflows: Workflows, found: Sequence[BatchSlice]) -> Iterator[News]:
    for piece in found:
        own = piece.node == workflows.registry.node
        for place, (id, number, change) in enumerate(zip(piece.subjects, piece.versions, piece.changes, strict=True)):
            yield News(piece.first + place, piece.type, id, number, change, own, piece.at, piece.actor)


async def _hear(
    workflows: Workflows, conn: WriteConnection, workflow: Workflow, news: News, since: datetime | None
) -> None:
    if news.type == workflow.type:
        # A copy of another node's record is a case there; what ended needs nobody.
        if news.own and news.change in (Change.CREATE, Change.RESTORE):
            await _once(workflows, conn, workflow, None, news)
    elif since is None or news.at >= since:  # a workflow begins cases by what happens from its own first day on
        for rule in workflow.begins:
            if await _is_meant(conn, rule, news):
                await _once(workflows, conn, workflow, rule, news)


async def _is_meant(conn: ReadConnection, rule: Beginning, news: News) -> bool:
    if news.type != STEP:
        return rule.type == news.type and news.change != Change.RETIRE
    if rule.workflow is None:
        return False
    row = await queries.step(conn, item=news.id, number=news.number)
    entered = row["to_state"] if row["from_state"] != row["to_state"] else None
    return row["workflow"] == rule.workflow and rule.moment in (row["action"], entered)


async def _once(
    workflows: Workflows, conn: WriteConnection, workflow: Workflow, rule: Beginning | None, news: News
) -> None:
    """Begin a case by this unless that was done before; what cannot begin one is written down with the reason."""
    start, step = rule.start if rule else ADOPTED, news.number if news.type == STEP else 0
    key = {"workflow": workflow.name, "start": start, "source": news.id, "step": step, "at": workflows.now()}
    try:
        async with savepoint(conn):
            wanted = await (wanted_by(workflows, conn, workflow, rule, news.id) if rule else strange(conn, news.id))
            if not wanted or not await queries.note_begun(conn, **key, refused=None):
                return
            if isinstance(wanted, Ask):
                id = (await begin(workflows, conn, NODE, workflow.name, wanted)).item.id
            else:
                id = await adopt(workflows, conn, workflow, news.id, news.actor)
            await queries.tell_begun(conn, **key, item=id)
    except Problem as problem:
        said = "; ".join([problem.detail, *map(str, problem.faults)])
        _log.warning("%s could not begin a case of %s: %s", news.id, workflow.name, said)
        await queries.note_begun(conn, **key, refused=said[:2_000])
