"""The testing plan over HTTP, for those who may read water quality tests of the area."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from jjm.access import Actor, actor_of, guarded, unauthenticated
from jjm.kit import Problem, not_found
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.registry import Reach, Registry
from jjm.solutions.quality.plan.answers import PlanTold, told_coverage, told_duties, told_missing
from jjm.solutions.quality.plan.model import Asked, Standing
from jjm.solutions.quality.plan.rules import period_of
from jjm.solutions.quality.plan.service import Place, Told, plan_of
from jjm.standards import TestingPlan
from jjm.workflow import workflows_of


def _known(actor: Actor) -> None:
    if actor.kind == "nobody":
        raise unauthenticated("A testing plan is for those who are known here.")


router = APIRouter(prefix="/api/v1", tags=["quality"], route_class=guarded(_known))
Shown = Literal["overdue", "due", "coming"]


@router.get("/quality/plan", response_model=PlanTold)
async def plan(
    request: Request,
    within: Annotated[str, Query(max_length=100, description="An area as `level/code`, such as `district/345`")],
    period: Annotated[str, Query(max_length=10, description="A year from April, `2026-27`, or a month, `2026-11`")],
    on: Annotated[date | None, Query(description="As it stood on that day; today where it is left out")] = None,
    known_at: Annotated[datetime | None, Query(description="As it was known at that instant")] = None,
    missing: Annotated[list[Shown] | None, Query(description="Which turns are listed subject by subject")] = None,
    name: Annotated[str, Query(max_length=64, description="The plan, where there are several")] = "jjm",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> PlanTold:
    """Who must test what by when in an area: how far each turn of each duty is met, and who still lacks samples."""
    registry, actor = workflows_of(request).registry, await actor_of(request)
    found = _named(registry, name)
    wanted = frozenset(Standing(one) for one in missing or ("overdue",))
    async with registry.database.read() as conn:
        (area, *_) = await Reach(registry).ids(conn, within)
        asked = _asked(registry, area, period, on, known_at)
        told = await plan_of(registry, conn, actor, found, asked, wanted=wanted, after=_after(cursor), most=limit)
    return _answer(request, found, within, asked, told)


def _named(registry: Registry, name: str) -> TestingPlan:
    plans = registry.catalogue.testing_plans
    if name not in plans:
        raise not_found(f"There is no testing plan `{name}` here; known: {', '.join(plans) or 'none'}.", "plan-unknown")
    return plans[name]


def _asked(registry: Registry, area: str, period: str, on: date | None, known_at: datetime | None) -> Asked:
    first, last = period_of(period)
    today = registry.clock.today()
    is_past = (on is not None and on != today) or known_at is not None
    return Asked(area, first, last, on or today, (known_at or registry.clock.now()) if is_past else None)


def _answer(request: Request, plan: TestingPlan, within: str, asked: Asked, told: Told) -> PlanTold:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    place = told.next and encode_cursor([told.next[0], told.next[1], str(told.next[2])])
    return PlanTold(
        plan=plan.name,
        title=dict(plan.title),
        area=within,
        first=asked.first,
        last=asked.last,
        on=asked.on,
        duties=told_duties(plan),
        coverage=[told_coverage(one) for one in told.coverage],
        missing=[told_missing(one) for one in told.missing],
        next=place and f"{request.url.path}?{urlencode([*kept, ('cursor', place)])}",
    )


def _after(cursor: str | None) -> Place:
    if cursor is None:
        return "", "", 0
    parts = decode_cursor(cursor)
    try:
        duty, subject, turn = parts
        return duty, subject, int(turn)
    except ValueError as error:
        detail = "Follow `next` as it was given."
        raise Problem("bad-cursor", 400, "The request cannot be understood", detail) from error
