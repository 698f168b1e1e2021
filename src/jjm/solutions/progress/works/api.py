"""Milestones over HTTP: of a work, what was reported of each component, with date, person, photos and position."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from jjm.access import actor_of
from jjm.kit.http import answer, decode_cursor, encode_cursor, only_known
from jjm.registry import Registry
from jjm.solutions.progress.works.milestones import milestones_of
from jjm.workflow import workflows_of

router = APIRouter(prefix="/api/v1/progress", tags=["progress"])


class PhotoTold(BaseModel):
    """A photo of a milestone. Where and when it was taken is told to those who act around the report."""

    number: int
    at: datetime
    digest: str = Field(description="SHA-256 of the bytes as they were sent")
    position: list[float] | None = None
    taken_at: datetime | None = None
    url: str | None = None


class MilestoneTold(BaseModel):
    """What was reported of a component on a day; `status` says how far the report has come."""

    id: str
    village: str
    component: str
    reached_on: date
    quantity: float
    inspected_quantity: float | None = None
    inspected_on: date | None = None
    location: dict[str, Any] | None = None
    accuracy: float | None = None
    captured_at: datetime | None = None
    status: str
    remark: str | None = None
    reported_by: str | None = Field(None, description="Told to those who are known here, as the other two")
    inspected_by: str | None = None
    accepted_by: str | None = None
    photos: list[PhotoTold] = Field(description="Told to those who are known here")


class MilestonesTold(BaseModel):
    """A page of the milestones of a work."""

    items: list[MilestoneTold]
    next: str | None = None


@router.get("/works/{id}/milestones", response_model=MilestonesTold)
async def milestones(
    request: Request,
    id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(description="Where the last page ended, from `next`")] = None,
) -> Response:
    """The milestones of a work: of each component what was reported, when, by whom, where, and with which photos."""
    only_known(request, ("limit", "cursor"))
    registry: Registry = request.app.state.registry
    actor, after = await actor_of(request), decode_cursor(cursor) if cursor else []
    async with registry.database.read() as conn:
        items, next = await milestones_of(registry, conn, workflows_of(request), actor, id, limit, after)
    following = request.url.include_query_params(cursor=encode_cursor(next)) if next else None
    return answer({"items": items, "next": f"{following.path}?{following.query}" if following else None})
