"""What calls about messages take and answer, as the OpenAPI document tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outside = Literal["email", "sms", "whatsapp"]


class MessageTold(BaseModel):
    """A message of the own inbox."""

    id: str = Field(description="MSG-…")
    event: str = Field(description="Event of standards/notices")
    kind: str = Field(description="Kind of event, by which one chooses")
    language: str = Field(description="Language of its words")
    subject: str
    text: str
    made_at: datetime
    read_at: datetime | None = Field(description="When it was read; null while it is unread")


class MessagesTold(BaseModel):
    """Messages of the own inbox, the newest first."""

    items: list[MessageTold]
    unread: int = Field(description="How many are unread in all")
    next: str | None = Field(description="Address of the next page; null on the last")


class Quiet(BaseModel):
    """From when to when nothing is sent that is not urgent, in Indian time; the same twice for no quiet hours."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    begins: str = Field(alias="from", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Such as 21:00")
    ends: str = Field(alias="to", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Such as 07:00")


class PreferenceAsked(BaseModel):
    """What one wants to be told; what is left out is as the node begins with."""

    model_config = ConfigDict(extra="forbid")
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$", description="Language of messages")
    quiet: Quiet | None = None
    choices: dict[str, list[Outside]] = Field(
        default_factory=dict[str, list[Outside]],
        max_length=100,
        description="By kind of event, the channels outside of the node",
    )


class KindTold(BaseModel):
    """A kind of event, and by which channels one is told of it outside of the node."""

    kind: str
    title: dict[str, str]
    needed: bool = Field(description="True for what the law has people told: e-mail and SMS cannot be switched off")
    channels: list[Outside]


class PreferenceTold(BaseModel):
    """What one is told, and how."""

    language: str | None
    quiet: Quiet
    kinds: list[KindTold]
    carried: list[Outside] = Field(description="The channels that somebody carries on this node")


class CountTold(BaseModel):
    """How many messages stand how."""

    channel: str
    event: str
    status: str
    messages: int
    parts: int = Field(description="How many SMS they take")


class CountsTold(BaseModel):
    """Messages written since an instant."""

    since: datetime
    items: list[CountTold]


class TroubleTold(BaseModel):
    """A message that did not arrive, or of which nobody knows; neither address nor words."""

    id: str
    event: str
    channel: str
    person: str | None = Field(description="Pseudonym; null for an address without an account")
    status: str = Field(description="failed, expired or unknown")
    attempts: int
    carrier: str | None
    reason: str | None
    made_at: datetime
    settled_at: datetime | None
    can_be_sent: bool = Field(description="True while its words are there and it is still of use")


class TroublesTold(BaseModel):
    """Messages that did not arrive, the newest first."""

    items: list[TroubleTold]
    next: str | None


class ReportsTaken(BaseModel):
    """What was made of reports."""

    taken: int = Field(description="Of how many messages they were news")
