"""What is said and shown in cases about a record goes when the record is erased; that it was there stays.

A case is about the record that it moves, and about each record that its own names, today or in a version before. The
personal fields of the case are of its own record's type and are erased with that record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from jjm.access import Actor
from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.registry import Erasure, Hung, pointing_at
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.documents import ERASED
from jjm.workflow.model import Item
from jjm.workflow.stepping import Stepped, write_steps

_queries = load_queries("jjm.workflow", "erasing")
RECORD_ERASED = "RECORD_ERASED"
"""The step by which documents and comments of a case went with a record; its comment is the ground, and stays."""
GROUNDS = (RECORD_ERASED, ERASED)
_KINDS = ("documents", "comments")


class Thing(NamedTuple):
    """Something that stands in a case: a document, or what was said at a step."""

    item: str
    number: int
    kind: str
    at: datetime
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class OnCases:
    """Documents and comments of the cases about a record (`jjm.registry.Hangings`)."""

    workflows: Workflows

    async def held(self, conn: ReadConnection, type: str, id: str) -> Hung:
        """How many cases have documents or comments that are about a record, and of which the last is."""
        found = await self._things(conn, type, id, self.workflows.now())
        others = sorted({one.item for one in found} - {id})
        return Hung(_counted(found), max((one.at for one in found), default=None), others)

    async def erase(self, conn: WriteConnection, actor: Actor, done: Erasure) -> Mapping[str, int]:
        """Erase them up to the instant at which the record was erased, by one step in each case."""
        found = await self._things(conn.asking, done.type, done.id, done.at)
        items = await store.locked_items(conn, {one.item for one in found})
        # Looked at again now that nobody else writes in these cases.
        found = await _standing(conn.asking, list(items), done.at)
        if found:
            await self._erase(conn, actor, done, items, found)
        return _counted(found)

    async def _erase(
        self, conn: WriteConnection, actor: Actor, done: Erasure, items: Mapping[str, Item], found: Sequence[Thing]
    ) -> None:
        per_case = {id: list(own) for id, own in groupby(found, key=lambda one: one.item)}
        made = [_step(items[id], done, own) for id, own in per_case.items()]
        steps = await write_steps(self.workflows, conn, actor, made)
        await store.move_items(conn, [one.after for one in made])
        await store.add_steps(conn, [(one.after.id, step) for one, step in zip(made, steps, strict=True)])
        by = {one.after.id: one.number for one in made}
        about = {"at": done.at, "by": done.actor}
        await _queries.erase_documents(conn, **_places(found, "documents", by), **about)
        await _queries.erase_comments(conn, **_places(found, "comments", by))
        await _queries.erase_contents(conn, digests=list({one.digest for one in found if one.digest}))

    async def _things(self, conn: ReadConnection, type: str, id: str, up_to: datetime) -> list[Thing]:
        types = {workflow.type for workflow in self.workflows.declared.values()}
        naming = await pointing_at(self.workflows.registry, conn, sorted(types), type, id)
        return await _standing(conn, [id, *naming], up_to)


async def _standing(conn: ReadConnection, items: Sequence[str], up_to: datetime) -> list[Thing]:
    rows = _queries.still_there(conn, items=list(items), up_to=up_to, grounds=list(GROUNDS))
    return [Thing(row["item"], row["number"], row["kind"], row["at"], row["digest"]) async for row in rows]


def _counted(found: Sequence[Thing]) -> Mapping[str, int]:
    counts = {kind: sum(one.kind == kind for one in found) for kind in _KINDS}
    return {"cases": len({one.item for one in found})} | counts


def _step(item: Item, done: Erasure, own: Sequence[Thing]) -> Stepped:
    """The step of a case, whose document names the record and what went with it."""
    gone = {kind: list(_numbers(own, kind)) for kind in _KINDS}
    more = {"erased": {"type": done.type, "record": done.id} | gone}
    return Stepped(item, replace(item, steps=item.steps + 1), RECORD_ERASED, comment=done.reason, more=more)


def _numbers(own: Sequence[Thing], kind: str) -> Iterator[int]:
    return (one.number for one in own if one.kind == kind)


def _places(found: Sequence[Thing], kind: str, by: Mapping[str, int]) -> dict[str, list[str] | list[int]]:
    own = [one for one in found if one.kind == kind]
    items, numbers = [one.item for one in own], [one.number for one in own]
    return {"items": items, "numbers": numbers, "steps": [by[item] for item in items]}
