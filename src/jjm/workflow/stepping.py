"""Steps are written: where cases are now, what was done, and the entry of each in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from jjm.access import Actor
from jjm.kit import WriteConnection, canonical, digest
from jjm.ledger import Change as Entered
from jjm.ledger import append, entry_id
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import STEP, Item, Step


@dataclass(frozen=True, slots=True)
class Stepped:
    """How a case stood and stands, None before its first step, and what led there; `after` is not kept yet.

    `more` stands in the document of the step, and so by its digest in the ledger.
    """

    before: Item | None
    after: Item
    action: str
    version: int | None = None
    comment: str | None = None
    links: Sequence[tuple[str, str]] = ()
    more: Mapping[str, Any] | None = None

    @property
    def number(self) -> int:
        """The place of the step in its case."""
        return (self.before.steps if self.before else 0) + 1


async def write_steps(workflows: Workflows, conn: WriteConnection, actor: Actor, made: Sequence[Stepped]) -> list[Step]:
    """The steps, each of another case, entered together by the digests of their documents.

    A document holds no personal data: what was said stands in it by a salted digest.
    """
    now = workflows.now()
    salts = [secrets.token_bytes(16) if one.comment else None for one in made]
    documents = [_document(one, actor, now, salt) for one, salt in zip(made, salts, strict=True)]
    changes = [
        Entered(one.after.id, one.number, one.action, digest(document))
        for one, document in zip(made, documents, strict=True)
    ]
    batch = await append(conn, actor=actor.name, node=workflows.registry.node, type=STEP, at=now, changes=changes)
    return [
        Step(
            one.number, now, actor.name, one.action, document["from"], one.after.state, one.version, one.comment,
            one.after.desk, one.after.person, one.after.paused, salt, canonical(document).decode(),
            entry_id(batch, slot),
        )
        for slot, (one, document, salt) in enumerate(zip(made, documents, salts, strict=True))
    ]  # fmt: skip


def _document(one: Stepped, actor: Actor, now: datetime, salt: bytes | None) -> dict[str, Any]:
    before, after = one.before, one.after
    document: dict[str, Any] = {
        "case": after.id, "number": one.number, "workflow": f"{after.workflow}/{after.version}", "action": one.action,
        "from": before.state if before else None, "to": after.state, "version": one.version, "at": now.isoformat(),
        "actor": actor.name, "role": after.desk.role, "place": after.desk.place, "person": after.person,
        "level": after.level, "links": sorted(one.links),
    }  # fmt: skip
    document |= one.more or {}
    if one.comment and salt:
        document["comment"] = digest(one.comment, salt).hex()
    return document


async def note(
    workflows: Workflows,
    conn: WriteConnection,
    actor: Actor,
    item: Item,
    action: str,
    comment: str | None = None,
    more: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Item:
    """Something was done in a case that changes neither state nor record: said, given on, escalated.

    `more` stands in the document of the step, and so by its digest in the ledger.
    """
    after = replace(item, steps=item.steps + 1, **changes)
    (step,) = await write_steps(workflows, conn, actor, [Stepped(item, after, action, comment=comment, more=more)])
    await store.move_items(conn, [after])
    await store.add_steps(conn, [(item.id, step)])
    return after
