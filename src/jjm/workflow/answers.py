"""What calls about cases are answered, as the OpenAPI document tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field


class Receipt(BaseModel):
    """What came of it in one case."""

    id: str
    done: bool
    state: str | None
    etag: str | None
    problem: dict[str, Any] | None = Field(description="Why it was not done, as a problem document")


class ReceiptsTold(BaseModel):
    """A receipt for each case, in the order in which they were named."""

    items: list[Receipt]


class Responsible(BaseModel):
    """Who answers: the holders of a role for a place, or one of them."""

    role: str
    place: str
    person: str | None


class ActionTold(BaseModel):
    """Something that the caller can do."""

    action: str
    to: str = Field(description="State it leads to")
    title: dict[str, str]
    fields: list[str] = Field(description="Fields that must be given")
    optional: list[str] = Field(description="Fields that may be given")
    documents: list[str]
    comment: bool = Field(description="A comment must be given")
    assigns: bool = Field(description="A person may be named")


class StretchTold(BaseModel):
    """A part of the time that passed."""

    from_: datetime = Field(alias="from")
    to: datetime
    state: str
    counted_hours: float
    why: str


class ClockTold(BaseModel):
    """Why the case is due when it is."""

    promised_hours: float
    used_hours: float
    left_hours: float
    due_at: datetime | None
    standing: Literal["within", "near", "late"]
    stretches: list[StretchTold]


class LinkTold(BaseModel):
    """A case that belongs to this one."""

    kind: str
    id: str
    type: str
    state: str
    back: bool = Field(description="The link is the other case's")


class CaseTold(BaseModel):
    """A case as the caller sees it."""

    id: str
    type: str
    workflow: str
    version: str
    state: str
    begun_at: datetime
    begun_by: str
    since: datetime
    level: int
    responsible: Responsible
    due_at: datetime | None
    state_due_at: datetime | None
    paused: str | None
    ended_at: datetime | None
    record: dict[str, Any]
    clock: ClockTold | None
    links: list[LinkTold]
    actions: list[ActionTold]


class ErasedTold(BaseModel):
    """That something was said, which was erased since."""

    at: datetime
    by: str
    why: str | None = Field(description="On which ground")
    digest: str = Field(description="Salted digest of what was said, as the ledger holds it; the salt is gone too")


class StepTold(BaseModel):
    """Something that was done."""

    number: int
    at: datetime
    actor: str
    action: str
    from_: str | None = Field(alias="from")
    to: str
    version: int | None = Field(description="Version of the record that it made")
    comment: str | None
    entry: int
    responsible: Responsible
    paused: str | None
    erased: ErasedTold | None = Field(description="What was said here and was erased")


class StepsTold(BaseModel):
    """All that was done in a case."""

    items: list[StepTold]


class DocumentTold(BaseModel):
    """A document or photo of a case."""

    number: int = Field(description="The step by which it was added")
    kind: str
    type: str = Field(description="Media type, told by the bytes")
    size: int
    digest: str = Field(description="SHA-256 of the bytes as they were sent, which the ledger holds")
    state: str = Field(description="State in which the case was")
    at: datetime
    actor: str
    position: list[float] | None = Field(description="Longitude and latitude of a photo, for those around the record")
    taken_at: datetime | None
    url: str | None = Field(description="Where it is shown; null where it is not shown to the caller, or was erased")
    erased_at: datetime | None
    erased_by: str | None
    erased_why: str | None = Field(description="On which ground it was erased")


class DocumentsTold(BaseModel):
    """The documents of a case, in the order in which they were added."""

    items: list[DocumentTold]


class HappenedTold(BaseModel):
    """Something that happened around a case."""

    case: str
    at: datetime
    what: Literal["step", "comment", "document", "link"]
    actor: str
    step: StepTold | None
    document: DocumentTold | None
    link: LinkTold | None


class TimelineTold(BaseModel):
    """What happened, the oldest first."""

    items: list[HappenedTold]


class WaitingTold(BaseModel):
    """An open case in an inbox."""

    id: str
    type: str
    workflow: str
    version: str
    state: str
    role: str
    place: str
    person: str | None
    level: int
    since: datetime
    begun_at: datetime
    due_at: datetime | None
    state_due_at: datetime | None
    paused: str | None
    late: bool
    clock: Literal["within", "near", "late"] = Field(description="`near`: over four fifths of the promise are used")


class CountTold(BaseModel):
    """How many cases of a kind wait."""

    workflow: str
    state: str
    clock: Literal["within", "near", "late"]
    cases: int


class CountsTold(BaseModel):
    """How many cases wait for the caller, by workflow, state and clock."""

    items: list[CountTold]


class InboxTold(BaseModel):
    """What waits for the caller, the most urgent first."""

    items: list[WaitingTold]
    next: str | None


class WorkflowTold(BaseModel):
    """A workflow that this node runs."""

    name: str
    version: str
    title: dict[str, str]
    type: str
    states: list[str]
    drawing: str


class RefusedTold(BaseModel):
    """Something by which a case should have begun, and why it did not."""

    start: str = Field(description="Action by which it was to begin; ADOPTED for a record that came in")
    source: str = Field(description="The record or case")
    step: int = Field(description="Step of that case; 0 for a record")
    at: datetime
    refused: str


class RefusalsTold(BaseModel):
    """What could not begin a case, latest first."""

    items: list[RefusedTold]


class WorkflowsTold(BaseModel):
    """The workflows of this node."""

    items: list[WorkflowTold]
