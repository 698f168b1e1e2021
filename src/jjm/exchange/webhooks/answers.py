"""Subscriptions as they are asked for and shown over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from jjm.exchange.webhooks.model import Standing, Subscription, Wanted

Kind = Literal["created", "changed", "corrected", "retired", "restored"]
Name = str
_STRICT = ConfigDict(extra="forbid")


class SubscriptionAsked(BaseModel):
    """Which changes are to be posted where."""

    model_config = _STRICT
    url: str = Field(max_length=2_000, description="An https address that answers 2xx once it has kept what it got")
    types: list[str] = Field(default=[], max_length=60, description="Only these types, such as `schemes`; all if empty")
    within: str | None = Field(default=None, max_length=200, description="Only in this area, such as `district/345`")
    kinds: list[Kind] = Field(default=[], max_length=5, description="Only these kinds of change; all if empty")
    fields: list[str] | None = Field(default=None, max_length=200, description="Only these fields of the data")
    batch: int = Field(default=1, ge=1, le=100, description="Events in one call; above 1 they come as a JSON array")
    description: str = Field(default="", max_length=500)

    def wanted(self) -> Wanted:
        """As it is kept."""
        fields = None if self.fields is None else tuple(self.fields)
        filters = tuple(dict.fromkeys(self.types)), self.within, tuple(dict.fromkeys(self.kinds)), fields
        return Wanted(self.url, *filters, self.batch, self.description)


class NewSubscriptionAsked(SubscriptionAsked):
    """The same, and from where on."""

    after: int | None = Field(default=None, ge=-1, le=2**62, description="Behind this position; from now on if absent")
    epoch: str | None = Field(default=None, max_length=40, description="The `X-Epoch` that the position was given with")
    application: str | None = Field(
        default=None, max_length=60, description="For a person: the application of the participant that it is for"
    )


class ReplayAsked(BaseModel):
    """From where on events are to be sent once more."""

    model_config = _STRICT
    after: int = Field(ge=-1, le=2**62, description="Behind this position; -1 for all")
    epoch: str | None = Field(default=None, max_length=40, description="The `X-Epoch` that the position was given with")


class LettersAsked(BaseModel):
    """Which dead letters are to be sent once more."""

    model_config = _STRICT
    positions: list[Annotated[int, Field(ge=0, le=2**62)]] | None = Field(
        default=None, max_length=1_000, description="Their positions; all if absent"
    )


def shown(found: Subscription, head: int | None = None) -> dict[str, Any]:
    """A subscription as it stands in an answer; with `head` also how far behind it is."""
    wanted, owner, s = found.wanted, found.owner, found.standing
    asked = {
        "id": found.id,
        "url": wanted.url,
        "types": wanted.types,
        "within": wanted.within,
        "kinds": wanted.kinds,
        "fields": wanted.fields,
        "batch": wanted.batch,
        "description": wanted.description,
    }
    place = {"state": s.state, "reason": s.reason, "position": s.position, "created_at": found.created_at}
    lag = {} if head is None else {"lag": max(0, head - s.position)}
    return (
        asked
        | {"owner": owner.name, "made_by": found.made_by, "purpose": owner.purpose}
        | place
        | lag
        | {"health": _health(s)}
    )


def _health(s: Standing) -> dict[str, Any]:
    last = None
    if s.last_at is not None:
        last = {"at": s.last_at, "status": s.last_status, "ms": s.last_ms, "error": s.last_error}
    return {
        "delivered": s.delivered,
        "refused": s.refused,
        "failed_attempts": s.attempts,
        "failing_since": s.failing_since,
        "next_attempt_at": s.next_at,
        "last": last,
        "last_success_at": s.succeeded_at,
        "last_failure": failure_of(s),
    }


def failure_of(s: Standing) -> dict[str, Any] | None:
    """The call that failed or was refused last, and why; None where none was."""
    if s.failed_at is None:
        return None
    return {"at": s.failed_at, "status": s.failed_status, "error": s.failed_error}


class SubscriptionShown(BaseModel):
    """A subscription, how far it is and how it fares."""

    id: str
    url: str
    types: list[str]
    within: str | None
    kinds: list[str]
    fields: list[str] | None
    batch: int
    description: str
    owner: str
    made_by: str = Field(description="Its owner, or the officer who made it for its owner")
    purpose: str | None
    state: Literal["active", "paused", "dead"]
    reason: str | None = Field(
        description="asked, owner-revoked, gone, unreachable, over-frequency while it waits, or a problem's code"
    )
    position: int
    created_at: datetime
    lag: int | None = Field(default=None, description="Entries of the ledger it has not been taken over yet")
    health: dict[str, Any]
    dead_letters: int | None = None
    deliveries: list[dict[str, Any]] | None = Field(default=None, description="The last calls, newest first")


class NewSubscriptionShown(SubscriptionShown):
    """A new subscription with its secret, which is told this once."""

    secret: str = Field(description="Checks `v1` signatures (Standard Webhooks)")
    public_key: str = Field(description="The node's own, checks `v1a` signatures")


class SubscriptionsShown(BaseModel):
    """A page of subscriptions."""

    items: list[SubscriptionShown]
    next: str | None


class SecretShown(BaseModel):
    """A new secret, told this once, beside which the one before is used for a day."""

    secret: str
    public_key: str


class TestShown(BaseModel):
    """What came of a test event."""

    id: str
    status: int | None
    ms: int
    error: str | None


class LetterShown(BaseModel):
    """An event that was refused as such."""

    position: int
    at: datetime
    status: int
    error: str | None
    again: bool = Field(description="True while it waits to be sent once more")


class LettersShown(BaseModel):
    """A page of dead letters."""

    items: list[LetterShown]
    next: str | None


class AgainShown(BaseModel):
    """How many are sent once more."""

    count: int
