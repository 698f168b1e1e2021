"""Feeds that bring too little, as findings of an area, over HTTP. Open, like the findings of records."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from jjm.registry import Registry, area_id, day
from jjm.solutions.quality.feeds.findings import CODE, LIST, Placed, falls_in, open_name
from jjm.workflow import workflows_of

router = APIRouter(prefix="/api/v1", tags=["quality"])
Within = Annotated[str | None, Query(description="The area, as `state/21`; all of this node if left out")]
ValidAt = Annotated[date | None, Query(description="The Indian day looked at; today if left out")]


class FiguresTold(BaseModel):
    """The numbers that do not go together."""

    found: int = Field(description="New records in the seven days by which the fall was seen")
    usual: int = Field(description="What came in a usual week before")
    since: date = Field(description="The last of those seven days")


class ActsTold(BaseModel):
    """Who must act: whoever holds that role for the area, or for the smallest one around it where somebody does."""

    role: str
    place: str = Field(description="The area; empty where none is known")


class FeedFindingTold(BaseModel):
    """A feed that brings too little, with who must act and what mends it."""

    code: str
    title: dict[str, str]
    sender: dict[str, str] = Field(description="An application by its name; people and tokens by what they are")
    kind: str | None = Field(description="`application`, `token` or `person`")
    type: str
    place: str
    figures: FiguresTold
    acts: ActsTold
    remedy: dict[str, str]


class FeedFindingsTold(BaseModel):
    """All feeds of an area that bring too little."""

    items: list[FeedFindingTold]


@router.get("/quality/findings", response_model=FeedFindingsTold)
async def found(request: Request, within: Within = None, valid_at: ValidAt = None) -> FeedFindingsTold:
    """Feeds of results from an area that bring too little, with who must act. Nothing is read as mended by it."""
    registry = workflows_of(request).registry
    when = day(request, "valid_at") or registry.clock.today()
    async with registry.database.read() as conn:
        area = await area_id(registry, conn, within) if within else None
        falls = await falls_in(registry, conn, area, when)
    return FeedFindingsTold(items=[_told(registry, one) for one in falls])


def _told(registry: Registry, one: Placed) -> FeedFindingTold:
    code, fall = registry.catalogue.codelists[LIST].codes[CODE], one.fall
    return FeedFindingTold(
        code=CODE,
        title=dict(code.title),
        sender={language: open_name(one, language) for language in ("en", "hi")},
        kind=one.sender and one.sender.kind,
        type=fall.type,
        place=one.place,
        figures=FiguresTold(found=fall.found, usual=fall.usual, since=fall.began),
        acts=ActsTold(role=code.extra["acts"], place=one.place),
        remedy={"en": code.extra["remedy"], "hi": code.extra["remedy_hi"]},
    )
