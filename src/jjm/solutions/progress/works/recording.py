"""A milestone recorded by the form of its page: the case of the report and its photo, in one transaction and once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from jjm.access import Actor
from jjm.kit import Problem, WriteConnection
from jjm.registry import Ask as ListAsk
from jjm.registry import page
from jjm.solutions.progress.works.typed import is_same
from jjm.workflow import Ask, Looked, Workflows, attach, begin, look

REPORT, _ACTION, _PHOTO = "progress-report", "REPORT", "photo"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The report that a form's key stands for; `is_another` where it says something else than what is typed now."""

    id: str
    is_another: bool = False


async def looked_at(content: bytes) -> Looked | None:
    """The photo that was sent, looked at as every document of a case; None where none was.

    Raises Problem 413, 415, 422, as for every document, and 415 for one that is no photo.
    """
    if not content:
        return None
    looked = await asyncio.to_thread(look, content)
    if not looked.type.startswith("image/"):
        raise Problem("document-type", 415, "This kind of file is not taken", "A milestone is shown by a photo.")
    return looked


async def record_once(
    workflows: Workflows,
    conn: WriteConnection,
    actor: Actor,
    data: Mapping[str, Any],
    content: bytes,
    looked: Looked | None,
) -> Recorded:
    """Begin the report of a milestone, with its photo; the one of before, where its key has one. A photo that comes
    later with the same form is added to it; the same photo is there once.

    Raises Problem as `begin` and `attach`.
    """
    known = await _known(workflows, conn, actor, str(data["client_key"]))
    if known is not None and not is_same(known, data):
        return Recorded(known["id"], is_another=True)
    made = known or {"id": (await begin(workflows, conn, actor, REPORT, Ask(_ACTION, dict(data)))).item.id}
    if looked is not None:
        await attach(workflows, conn, actor, made["id"], _PHOTO, content, looked)
    return Recorded(made["id"])


async def _known(workflows: Workflows, conn: WriteConnection, actor: Actor, key: str) -> dict[str, Any] | None:
    table = workflows.registry.table("progress_report")
    found = await page(workflows.registry, conn.asking, actor, table, ListAsk(1, equals={"client_key": [key]}))
    return orjson.loads(orjson.dumps(found.items[0])) if found.items else None
