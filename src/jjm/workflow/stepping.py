"""A step is written: where the case is now, what was done, and its entry in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jjm.access import Actor
from jjm.kit import WriteConnection, canonical, digest
from jjm.ledger import Change as Entered
from jjm.ledger import append, entry_id
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.model import STEP, Item, Step


async def write_step(
    workflows: Workflows,
    conn: WriteConnection,
    actor: Actor,
    before: Item | None,
    after: Item,
    action: str,
    *,
    version: int | None = None,
    comment: str | None = None,
    links: Sequence[tuple[str, str]] = (),
    more: Mapping[str, Any] | None = None,
) -> Step:
    """The step from how a case stood to how it stands, entered by the digest of its document.

    The document holds no personal data: what was said stands in it by a salted digest. `after` is not kept yet.
    """
    now, number = workflows.now(), (before.steps if before else 0) + 1
    salt = secrets.token_bytes(16) if comment else None
    document: dict[str, Any] = {
        "case": after.id, "number": number, "workflow": f"{after.workflow}/{after.version}", "action": action,
        "from": before.state if before else None, "to": after.state, "version": version, "at": now.isoformat(),
        "actor": actor.name, "role": after.desk.role, "place": after.desk.place, "person": after.person,
        "level": after.level, "links": sorted(links),
    }  # fmt: skip
    document |= more or {}
    if comment and salt:
        document["comment"] = digest(comment, salt).hex()
    made = Entered(after.id, number, action, digest(document))
    batch = await append(conn, actor=actor.name, node=workflows.registry.node, type=STEP, at=now, changes=[made])
    return Step(
        number, now, actor.name, action, document["from"], after.state, version, comment, after.desk, after.person,
        after.paused, salt, canonical(document).decode(), entry_id(batch, 0),
    )  # fmt: skip


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
    step = await write_step(workflows, conn, actor, item, after, action, comment=comment, more=more)
    await store.move_item(conn, after)
    await store.add_step(conn, item.id, step)
    return after
