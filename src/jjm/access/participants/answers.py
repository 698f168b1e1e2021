"""Participants as they are asked for and told of over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from jjm.access.model import Environment
from jjm.access.participants.model import KeyState, State

NAME = r"^[^\x00-\x1f\x7f]+$"
_TEXT = r"^[^\x00]*$"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KeysAsked(_Asked):
    """Public keys to be registered, all with the same life."""

    jwks: dict[str, Any] = Field(
        description="A JWK Set (RFC 7517) of public keys: Ed25519, P-256, or RSA of 2048 bits or more",
        examples=[{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}],
    )
    not_before: AwareDatetime | None = Field(default=None, description="Good from then on; now if left out")
    expires_at: AwareDatetime | None = Field(
        default=None, description="Refused from then on, at most 366 days after it begins; that if left out"
    )


class ContactAsked(_Asked):
    """Whom to write to. Seen by administrators and the participant itself, and by nobody else."""

    name: str = Field(min_length=1, max_length=120, pattern=NAME)
    email: str = Field(max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$")
    phone: str | None = Field(default=None, max_length=20, pattern=r"^\+?[0-9 -]{6,19}$")


class ApplicationAsked(_Asked):
    """A program that is to speak to the node."""

    name: str = Field(min_length=1, max_length=120, pattern=NAME)
    environment: Environment | None = Field(default=None, description="That of this node if left out")
    scopes: list[str] = Field(
        default_factory=list,
        max_length=50,
        description="Permits such as `scheme:write@state/21`",
        examples=[["scheme:write@state/21"]],
    )
    keys: KeysAsked


class ParticipantAsked(_Asked):
    """A request to become a participant, with its first application."""

    kind: str = Field(max_length=60, description="A code of `participant-kind`, such as state_department or vendor")
    name: str = Field(min_length=2, max_length=200, pattern=NAME, description="Name of the organisation")
    node: str | None = Field(
        default=None,
        max_length=60,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="Name of the node, if it is one",
    )
    about: str = Field(min_length=10, max_length=2_000, pattern=_TEXT, description="What it wants to do here")
    contact: ContactAsked
    application: ApplicationAsked


class ApprovalAsked(_Asked):
    """What a participant or an application is given."""

    scopes: list[str] | None = Field(default=None, max_length=50, description="What was asked for, if left out")
    areas: list[str] | None = Field(
        default=None, max_length=50, description="Areas, such as state/21, whose records here are its own to share"
    )
    calls_per_minute: int | None = Field(
        default=None, ge=1, le=10_000_000, description="For all its applications together"
    )
    reason: str | None = Field(default=None, max_length=1_000, pattern=_TEXT)


class ApplicationApprovalAsked(_Asked):
    """What an application is given."""

    scopes: list[str] | None = Field(default=None, max_length=50, description="What was asked for, if left out")
    reason: str | None = Field(default=None, max_length=1_000, pattern=_TEXT)


class ReasonAsked(_Asked):
    """Why something is decided. It is told to the participant."""

    reason: str = Field(min_length=3, max_length=1_000, pattern=_TEXT)


class KeyTold(BaseModel):
    """A key of an application."""

    kid: str
    jwk: dict[str, Any]
    not_before: datetime
    expires_at: datetime
    state: KeyState
    is_in_force: bool
    reason: str | None = None


class ApplicationTold(BaseModel):
    """An application and its keys."""

    id: str = Field(description="The `client_id` of OAuth, and the actor in versions it makes")
    participant: str
    name: str
    environment: Environment
    state: State
    asked: list[str]
    scopes: list[str]
    reason: str | None = None
    keys: list[KeyTold]


class ParticipantTold(BaseModel):
    """A participant as everybody may see it."""

    id: str
    kind: str
    name: str
    node: str | None = None
    state: State
    areas: list[str]
    requested_at: datetime
    decided_at: datetime | None = None
    reason: str | None = None


class ParticipantKnown(ParticipantTold):
    """A participant as itself and administrators see it: with its applications, and whom to write to."""

    about: str | None = None
    calls_per_minute: int | None = None
    contact: ContactAsked | None = None
    applications: list[ApplicationTold] | None = None


class ParticipantsTold(BaseModel):
    """A page of participants."""

    items: list[ParticipantTold]
    next: str | None


class Requested(BaseModel):
    """The request was kept: under these numbers one can ask how it stands."""

    id: str
    application: str
    state: Literal["requested"] = "requested"
    url: str


class DecisionTold(BaseModel):
    """A decision as it was entered in the ledger: the SHA-256 of its canonical JSON is the digest there."""

    type: str
    subject: str
    version: int
    change: str
    at: datetime
    actor: str
    document: dict[str, Any]
    entry: int


class DecisionsTold(BaseModel):
    """Decisions, newest first."""

    items: list[DecisionTold]
