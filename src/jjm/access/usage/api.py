"""What a participant used, over HTTP: for itself and for administrators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from jjm.access.context import access_of, actor_of, guarded
from jjm.access.participants.rules import require_own, require_partner
from jjm.access.participants.service import participant
from jjm.access.usage.service import usage_of

router = APIRouter(prefix="/api/v1/participants", tags=["participants"], route_class=guarded(require_partner))


class RefusalsTold(BaseModel):
    """How often calls were answered with a refusal or failure of one kind."""

    status: int
    code: str
    calls: int


class Counted(BaseModel):
    """Calls, and how they were answered."""

    calls: int
    refused: int = Field(description="Answered with a status from 400 to 499")
    failed: int = Field(description="Answered with a status from 500 on")
    error_rate: float = Field(description="Refused and failed, as a part of all calls")
    bytes: int = Field(description="Of the bodies of the answers")


class DayTold(Counted):
    """One day in India."""

    day: date
    refusals: list[RefusalsTold]


class ApplicationUsage(Counted):
    """What one application used."""

    id: str
    name: str
    last_use: datetime | None
    last_position: int | None = Field(description="The last X-Position that a feed answered it")
    days: list[DayTold]


class Quota(BaseModel):
    """What all applications of the participant may call together."""

    calls_per_minute: int
    at_once: int = Field(description="How many calls may come at once")
    left: int
    full_in_seconds: float


class UsageTold(Counted):
    """What a participant used since a day."""

    participant: str
    since: date
    quota: Quota
    applications: list[ApplicationUsage]


@router.get("/{id}/usage", response_model=UsageTold)
async def usage(
    request: Request, id: str, days: int = Query(default=30, ge=1, le=400, description="So many days up to today")
) -> dict[str, Any]:
    """What a participant used: calls, refusals by code, bytes, last use and position, by day; and what is left."""
    access, actor = access_of(request), await actor_of(request)
    require_own(actor, id)
    await access.meter.add_up(access.database)
    async with access.database.read() as conn:
        return await usage_of(access, conn, await participant(conn, id), days)
