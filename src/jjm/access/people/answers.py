"""What the calls about people, their roles and codes take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[
    str, Field(min_length=1, max_length=120, description="What the person is called; personal, kept sealed")
]
Phone = Annotated[str | None, Field(max_length=30, description="Mobile number; ten digits are an Indian one")]
Email = Annotated[str | None, Field(max_length=200, description="E-mail address")]
Place = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        description="`node`, an area as in `district/345`, `department_unit/ID` or `participant/ID`",
    ),
]
Why = Annotated[str | None, Field(max_length=400, description="Order, post or other reason")]


class Taken(BaseModel):
    """What a call takes; anything unknown in it is refused."""

    model_config = ConfigDict(extra="forbid")


class RoleAsked(Taken):
    """A role to be granted."""

    role: str = Field(min_length=1, max_length=60, description="Role of standards/roles.yaml")
    place: Place
    starts_on: date | None = Field(default=None, description="First Indian day; today if left out")
    ends_on: date | None = Field(default=None, description="Last day; no end if left out")
    reason: Why = None


class PersonAsked(Taken):
    """An account to be made."""

    name: Name
    place: Place
    phone: Phone = None
    email: Email = None
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$", description="Language of messages, such as `hi`")
    invited: bool = Field(default=True, description="False for who signs in by telephone alone and needs no code")
    roles: list[RoleAsked] = Field(default=[], max_length=20, description="First roles")


class ContactAsked(Taken):
    """Another way to reach a person; what is left out is forgotten."""

    name: Name
    phone: Phone = None
    email: Email = None
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$")


class ReasonAsked(Taken):
    """Why something is done."""

    reason: Why = None


class DelegationAsked(Taken):
    """A role to be passed on for a time."""

    person: str = Field(max_length=60, description="To whom")
    starts_on: date | None = Field(default=None, description="First Indian day; today if left out")
    ends_on: date = Field(description="Last day, within the own days")


class LinkAsked(Taken):
    """Who an account is at an outside provider."""

    provider: str = Field(max_length=60, description="Name of the provider in the node file")
    subject: str = Field(min_length=1, max_length=255, description="`sub` of the person there")


class PersonTold(BaseModel):
    """An account, as its officers and the person see it."""

    id: str = Field(description="Pseudonym; stands as actor in versions and in the ledger")
    name: str
    phone: str | None
    email: str | None
    language: str | None
    place: str
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    created_by: str
    closed_at: datetime | None


class CodeTold(BaseModel):
    """A one-time code, told this once."""

    id: str
    person: str
    code: str | None = Field(description="Hand it to the person yourself; null while a second officer has to agree")
    page: str | None = Field(description="Page on which the person uses it, with the code in it")
    expires_at: datetime | None


class GrantTold(BaseModel):
    """A role granted to a person."""

    id: str
    person: str
    role: str
    place: str
    state: str = Field(description="waiting, refused, coming, in_force, over or ended; as of today")
    starts_on: date
    ends_on: date | None
    original: str | None = Field(description="The grant that was passed on")
    reason: str | None
    asked_at: datetime
    asked_by: str
    approved_at: datetime | None
    approved_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None


class GrantsTold(BaseModel):
    """Grants."""

    items: list[GrantTold]


class InvitedTold(BaseModel):
    """An account just made, its first roles, and the code by which the person opens it."""

    person: PersonTold
    grants: list[GrantTold]
    invitation: CodeTold | None


class PeopleTold(BaseModel):
    """Accounts, and where the list goes on."""

    items: list[PersonTold]
    next: str | None


class RecoveryTold(BaseModel):
    """A recovery that waits for a second officer."""

    id: str
    person: str
    reason: str | None
    asked_at: datetime
    asked_by: str


class RecoveriesTold(BaseModel):
    """Recoveries that wait for the caller's word."""

    items: list[RecoveryTold]


class LinkTold(BaseModel):
    """Who somebody is at an outside provider."""

    provider: str
    subject: str
    linked_at: datetime
    linked_by: str


class LinksTold(BaseModel):
    """Who somebody is at outside providers."""

    items: list[LinkTold]


class EventTold(BaseModel):
    """Something that happened at the doors."""

    id: int
    at: datetime
    kind: str
    person: str | None
    address: str | None
    detail: str | None


class EventsTold(BaseModel):
    """What happened at the doors, newest first, and where the list goes on."""

    items: list[EventTold]
    next: str | None
