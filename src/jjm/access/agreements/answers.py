"""Agreements as they are drafted and told of over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from jjm.access.agreements.model import HERE, Drafted, Outcome, State

_TEXT = r"^[^\x00]*$"
_PARTICIPANT = r"^PAR-[A-Z0-9-]{1,40}$"
_SIDE = r"^(node|PAR-[A-Z0-9-]{1,40})$"
_NAME = r"^[a-z][a-z0-9_]*$"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Purpose(_Asked):
    """What the records are for."""

    code: str = Field(max_length=60, pattern=_NAME, description="A code of `purpose`, with its lawful basis")
    text: str = Field(min_length=10, max_length=2_000, pattern=_TEXT, description="In words that a person understands")


class Reach(_Asked):
    """Which records, and what of them."""

    types: list[str] = Field(min_length=1, max_length=50)
    areas: list[str] | None = Field(
        default=None, min_length=1, max_length=100, description="Such as state/21; left out: everywhere"
    )
    fields: dict[str, list[str]] = Field(description="For each type the fields that may be seen; nothing else is")


class Span(_Asked):
    """A stretch of time."""

    unit: Literal["minute", "hour", "day", "week", "month"]
    value: int = Field(ge=1, le=1_000)


class Often(_Asked):
    """How often: so many calls, or exports, in each period from the beginning of the agreement on."""

    of: Literal["calls", "exports"]
    times: int = Field(ge=1, le=1_000_000_000)
    per: Span


class AgreementAsked(_Asked):
    """An agreement to be drafted: who shares which records with whom, what for, until when."""

    provider: str = Field(default=HERE, pattern=_SIDE, description="`node`, or the participant whose records they are")
    consumer: str = Field(pattern=_PARTICIPANT, description="The participant that may read")
    purpose: Purpose
    scope: Reach
    data_life: Span = Field(alias="dataLife", description="How long the consumer keeps what it has read")
    frequency: Often | None = Field(default=None, description="Left out: within the general limits")
    signed_pushes: bool = Field(
        default=False, alias="signedPushes", description="What the consumer pushes carries a signature (RFC 9421)"
    )
    starts: AwareDatetime = Field(alias="from")
    ends: AwareDatetime = Field(alias="until", description="At most 1,098 days after its beginning")
    supersedes: str | None = Field(default=None, max_length=60, description="The agreement whose place it takes")

    def drafted(self) -> Drafted:
        """As it is signed: times in UTC, nothing left out."""
        said = self.model_dump(mode="json", by_alias=True, exclude={"provider", "consumer", "supersedes"})
        times = {"from": _instant(self.starts), "until": _instant(self.ends)}
        return Drafted(self.provider, self.consumer, said | times)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class SignatureAsked(_Asked):
    """The signature of a participant: a detached JWS over the canonical JSON of the agreement. Empty for this node."""

    signature: str | None = Field(default=None, max_length=2_000)


class SignatureTold(BaseModel):
    """Who signed, with which key."""

    party: str
    kid: str
    jwk: dict[str, Any]
    signature: str
    signed_at: datetime


class AgreementTold(BaseModel):
    """An agreement as it is signed, and where it stands."""

    id: str
    provider: str
    consumer: str
    state: State
    document: dict[str, Any] = Field(description="What both sides sign, as canonical JSON (RFC 8785)")
    signatures: list[SignatureTold]
    supersedes: str | None = None
    widens: bool | None = Field(default=None, description="Whether it opens more than what it supersedes")
    agreed_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    reason: str | None = None


class AgreementsTold(BaseModel):
    """A page of agreements."""

    items: list[AgreementTold]
    next: str | None


class UseTold(BaseModel):
    """A use of an agreement, or a refusal."""

    id: int
    application: str
    at: datetime
    method: str
    path: str
    type: str | None = None
    fields: list[str] | None = None
    outcome: Outcome
    code: str | None = None
    trace: str


class UsesTold(BaseModel):
    """A page of uses."""

    items: list[UseTold]
    next: str | None
