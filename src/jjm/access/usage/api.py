"""What a participant used, over HTTP: for itself and for administrators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from jjm.access.context import access_of, actor_of, guarded
from jjm.access.participants.rules import require_partner
from jjm.access.usage.service import console

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


class FailureTold(BaseModel):
    """A call to the subscriber that failed or was refused."""

    at: datetime
    status: int | None = Field(description="Status of its answer; null where nobody answered")
    error: str | None = Field(description="What it said, or why it could not be reached")


class DeliveryTold(BaseModel):
    """How deliveries to one subscription fare."""

    subscription: str
    owner: str = Field(description="The application or token to which it belongs")
    description: str
    state: Literal["active", "paused", "dead"]
    is_disabled: bool = Field(description="True while nothing is sent: it is paused, or was given up as dead")
    reason: str | None = Field(
        description="Why: asked, owner-revoked, gone, unreachable, over-frequency while it waits, or a problem's code"
    )
    position: int = Field(description="All up to here was dealt with")
    pending: int = Field(
        description="Changes of the types asked for behind the position; at most so many events are still to come"
    )
    oldest_pending_at: datetime | None = Field(description="When the first of these was recorded")
    oldest_pending_seconds: float | None = Field(description="How long ago that was")
    dead_letters: int = Field(description="Events that it refused as such, which wait to be sent again")
    delivered: int = Field(description="Events it has taken")
    last_success_at: datetime | None
    last_failure: FailureTold | None = Field(description="The last one, also where calls have gone well since")
    failing_since: datetime | None = Field(description="Since when every attempt has failed; null while none does")
    next_attempt_at: datetime | None = Field(description="When it is called again; null if nothing is waited for")


class UsageTold(Counted):
    """What a participant used since a day."""

    participant: str
    since: date
    quota: Quota
    applications: list[ApplicationUsage]
    deliveries: list[DeliveryTold]


@router.get("/{id}/usage", response_model=UsageTold)
async def usage(
    request: Request, id: str, days: int = Query(default=30, ge=1, le=400, description="So many days up to today")
) -> dict[str, Any]:
    """What a participant used by day, what is left to it, how far it has read, and how deliveries to it fare."""
    access, actor = access_of(request), await actor_of(request)
    return (await console(access, actor, id, days))[1]
