"""The milestones of a work: what was reported of each component, on which day, by whom, with which photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.access import Actor
from jjm.kit import ReadConnection
from jjm.registry import Ask, Registry, get, page
from jjm.workflow import Workflows, shown_documents, shown_steps

_TOLD = (
    "id", "village", "component", "reached_on", "quantity", "inspected_quantity", "inspected_on", "location",
    "accuracy", "captured_at", "status", "remark",
)  # fmt: skip
_BY = {"REPORT": "reported_by", "INSPECT": "inspected_by", "ACCEPT": "accepted_by"}
_PHOTO = "photo"


async def milestones_of(
    registry: Registry,
    conn: ReadConnection,
    workflows: Workflows,
    actor: Actor,
    work: str,
    limit: int,
    after: Sequence[str],
) -> tuple[list[dict[str, Any]], Sequence[str]]:
    """A page of the milestones of a work, and where the next begins. Raises Problem 404 for a work not seen.

    Who reported, inspected and accepted, and the photos, are told to those who are known here.
    """
    await get(registry, conn, actor, registry.table("work"), work, fields=frozenset({"id", "_meta"}))
    ask = Ask(limit, equals={"work": [work]}, after=after)
    found = await page(registry, conn, actor, registry.table("progress_report"), ask)
    is_known = actor.kind != "nobody"
    return [await _told(conn, workflows, actor, one, is_known) for one in found.items], found.next


async def _told(
    conn: ReadConnection, workflows: Workflows, actor: Actor, report: Mapping[str, Any], is_known: bool
) -> dict[str, Any]:
    told = {name: report.get(name) for name in _TOLD}
    if not is_known:
        return told | dict.fromkeys(_BY.values()) | {"photos": []}
    steps = await shown_steps(workflows, conn, actor, report["id"])
    people = {said: next((s["actor"] for s in steps if s["action"] == name), None) for name, said in _BY.items()}
    documents = await shown_documents(workflows, conn, actor, report["id"])
    return told | people | {"photos": [one for one in documents if one["kind"] == _PHOTO]}
