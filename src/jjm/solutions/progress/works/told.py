"""What pages of schemes, villages, works and reports tell of works: how far each has come, where its milestones are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from jjm.access import Actor
from jjm.kit import Problem, ReadConnection, Section
from jjm.registry import Ask, page
from jjm.solutions.progress.works.telling import progress_said
from jjm.solutions.progress.works.words import code, say
from jjm.workflow import workflows_of

_MOST = 50


async def works_of_scheme(
    request: Request, conn: ReadConnection, actor: Actor, record: Mapping[str, Any], language: str
) -> Section | None:
    """The works on a scheme, each with its stage and progress, and the way to its milestones."""
    ask = Ask(_MOST, equals={"scheme": [str(record["id"])]})
    return await _works(request, conn, actor, ask, say("works", language), language)


async def works_in_village(
    request: Request, conn: ReadConnection, actor: Actor, record: Mapping[str, Any], language: str
) -> Section | None:
    """The same of a village."""
    ask = Ask(_MOST, within=str(record["id"]))
    return await _works(request, conn, actor, ask, say("works_here", language), language)


async def _works(
    request: Request, conn: ReadConnection, actor: Actor, ask: Ask, title: str, language: str
) -> Section | None:
    registry = workflows_of(request).registry
    try:
        found = await page(registry, conn, actor, registry.table("work"), ask)
    except Problem:
        return None
    links = [
        (say(
            "work_line", language, title=one["title"], progress=progress_said(one, language),
            stage=code(registry.catalogue, "work-stage", one.get("stage"), language),
        ), address(one["id"]))
        for one in found.items
    ]  # fmt: skip
    return Section(title, links=links) if links else None


async def milestones_of_work(
    request: Request, conn: ReadConnection, actor: Actor, record: Mapping[str, Any], language: str
) -> Section | None:
    """The way from a work to its milestones."""
    return Section(say("milestones", language), links=[(say("see", language), address(str(record["id"])))])


async def work_of_report(
    request: Request, conn: ReadConnection, actor: Actor, record: Mapping[str, Any], language: str
) -> Section | None:
    """The way from a report to all milestones of its work."""
    work = record.get("work")
    links = [(say("see", language), address(str(work)))] if work else []
    return Section(say("milestones", language), links=links) if links else None


def address(work: str) -> str:
    """The page of the milestones of a work."""
    return f"/works/{work}/milestones"
