"""What the calls about sessions and the own account take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from jjm.access.people.answers import GrantTold, PersonTold, Taken

Password = Annotated[str, Field(min_length=1, max_length=1000)]
TotpCode = Annotated[str | None, Field(max_length=20, description="Code that the authenticator shows now")]


class SignInAsked(Taken):
    """A password and, where the account has one, a second factor."""

    name: str = Field(min_length=1, max_length=300, description="Telephone number, e-mail address or PER-…")
    password: Password
    totp_code: TotpCode = None


class PhoneAsked(Taken):
    """A telephone to which a code is to be sent."""

    phone: str = Field(min_length=5, max_length=30)
    language: str = Field(default="en", pattern="^[a-z]{2,3}$")


class PhoneCodeAsked(Taken):
    """The code that was sent."""

    id: str = Field(max_length=60, description="Under which it was sent")
    code: str = Field(min_length=1, max_length=20)


class CodeAsked(Taken):
    """A one-time code of an invitation or recovery."""

    code: str = Field(min_length=1, max_length=60)


class OpeningAsked(CodeAsked):
    """A one-time code, the password that the person chose, and the code of an authenticator that took the secret in."""

    password: Password
    totp_code: TotpCode = None


class PasswordAsked(Taken):
    """Another password."""

    old: Password
    new: Password
    totp_code: TotpCode = None


class SecondFactorAsked(Taken):
    """The secret that an authenticator took in, and the code that it shows."""

    password: Password
    secret: str = Field(min_length=32, max_length=32)
    totp_code: str = Field(max_length=20)


class SecondFactorGoneAsked(Taken):
    """No second factor any more."""

    password: Password
    totp_code: str = Field(max_length=20)


class SessionBegun(BaseModel):
    """A session just begun."""

    id: str
    person: str
    token: str = Field(description="Send it as `Authorization: Bearer …`; it is told this once")
    means: str
    is_strong: bool = Field(description="Whether two factors were shown; some roles count in no other session")
    expires_at: datetime


class CodeSent(BaseModel):
    """A code is on its way to a telephone."""

    id: str
    expires_at: datetime


class OpeningTold(BaseModel):
    """What a one-time code is for."""

    kind: str
    name: str
    person: str
    needs_second_factor: bool = Field(description="Whether a role of the person asks for one")
    totp_secret: str = Field(description="For an authenticator, if the person wants or needs one")
    totp_uri: str
    expires_at: datetime


class SecretOffered(BaseModel):
    """A fresh secret for an authenticator; nothing is kept of it until its code was shown."""

    totp_secret: str
    totp_uri: str


class SessionTold(BaseModel):
    """A session that may still be used."""

    id: str
    is_this: bool
    means: str
    is_strong: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    program: str | None


class SessionsTold(BaseModel):
    """Sessions that may still be used, newest first."""

    items: list[SessionTold]


class HeldTold(BaseModel):
    """A role that the caller holds now, and what it permits."""

    role: str
    title: dict[str, str]
    place: str
    grant: str | None = Field(description="By which grant; null for what comes by itself")
    granted_by: str | None
    approved_by: str | None
    ends_on: date | None
    permits: list[str]


class WithheldTold(BaseModel):
    """A role that does not count in this session, since it asks for a second factor."""

    role: str
    place: str
    grant: str


class MeTold(BaseModel):
    """Who the caller is, and what they may do why."""

    kind: str = Field(description="nobody, token, person, application or node")
    name: str = Field(description="What stands as actor in versions that the caller makes")
    permits: list[str]
    person: PersonTold | None = None
    is_strong: bool | None = None
    roles: list[HeldTold] = []
    withheld: list[WithheldTold] = []
    grants: list[GrantTold] = []
