"""What the calls about consents take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from jjm.access.consents.kept import Wish
from jjm.access.consents.model import Address, Frequency, Mode, Status, Word

_ID = r"^[A-Z0-9-]{1,60}$"
Sentence = Annotated[str, StringConstraints(min_length=10, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class RecordNamed(_Asked):
    """A record that carries the telephone number of the person."""

    type: Word
    id: str = Field(max_length=60, pattern=_ID)


class Texts(_Asked):
    """The same in each language of notices."""

    en: Sentence
    hi: Sentence


class Often(_Asked):
    """How often: so many readings a day, in 30 days or in 365, counted from the beginning."""

    unit: Literal["DAY", "MONTH", "YEAR"]
    times: int = Field(ge=1, le=1_000_000)


class ConsentAsked(_Asked):
    """What a person is to be asked for, who is named by a record that carries their number, or by the account."""

    record: RecordNamed | None = Field(default=None, description="A record that you may see")
    person: str | None = Field(default=None, max_length=60, pattern=_ID, description="An account: PER-…")
    purpose: Word = Field(description="A code of `purpose` that rests on consent")
    text: Texts = Field(description="What it is for, in words that the person understands")
    data: dict[Word, Annotated[list[Word], Field(min_length=1, max_length=100)]] = Field(
        min_length=1, max_length=50, description="For each type the personal fields that may be seen"
    )
    areas: list[Address] = Field(min_length=1, max_length=200, description="Where the records lie, such as state/21")
    starts: AwareDatetime | None = Field(default=None, alias="from", description="Left out: now")
    until: AwareDatetime = Field(description="When it expires; at most 1,098 days from now")
    data_from: AwareDatetime | None = Field(default=None, alias="dataFrom", description="Left out: as `from`")
    data_until: AwareDatetime | None = Field(default=None, alias="dataUntil", description="Left out: as `until`")
    keep_until: AwareDatetime | None = Field(
        default=None, alias="keepUntil", description="When you have deleted what you read; left out: as `until`"
    )
    frequency: Often
    mode: Mode = Mode.VIEW
    renews: str | None = Field(default=None, max_length=60, pattern=_ID, description="The consent that it renews")

    @model_validator(mode="after")
    def _names_one(self) -> ConsentAsked:
        if (self.record is None) == (self.person is None):
            raise ValueError("name either `record` or `person`")
        return self

    def wish(self) -> Wish:
        """As it is asked for."""
        record = None if self.record is None else (self.record.type, self.record.id)
        return Wish(
            self.purpose, self.text.model_dump(), {type: tuple(fields) for type, fields in self.data.items()},
            tuple(self.areas), self.until, Frequency(self.frequency.unit, self.frequency.times), self.mode, record,
            self.person, self.starts, self.keep_until, self.data_from, self.data_until, self.renews,
        )  # fmt: skip


class CodeTyped(_Asked):
    """The code that came to the telephone of the person."""

    id: str = Field(max_length=60, pattern=r"^[0-9a-f]{1,60}$", description="What it was sent under")
    code: str = Field(min_length=1, max_length=20)


class AnswerAsked(_Asked):
    """What a person says; in their own session, or shown by a code."""

    code: CodeTyped | None = None


class GrantAsked(AnswerAsked):
    """Agreement to what a notice says."""

    notice: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the notice that the person was shown")


class CodeWanted(_Asked):
    """A code for the person, who says it to whoever helps them."""

    act: Literal["grant", "revoke"]
    language: str = Field(default="en", max_length=8)


class ConsentTold(BaseModel):
    """A consent, and where it stands."""

    id: str
    status: Status
    person: str = Field(description="A pseudonym")
    consumer: str = Field(description="Who may see: a participant, or the account of a person")
    consumer_name: dict[str, str]
    purpose: str
    purpose_title: dict[str, str]
    data: dict[str, list[str]]
    areas: list[str]
    starts: datetime = Field(alias="from")
    until: datetime
    data_from: datetime = Field(alias="dataFrom")
    data_until: datetime = Field(alias="dataUntil")
    keep_until: datetime = Field(alias="keepUntil")
    frequency: dict[str, Any]
    mode: Mode
    notice: str = Field(
        description="SHA-256 of the canonical JSON (RFC 8785) of `notice_text`, for what was asked here"
    )
    notice_text: dict[str, str]
    records: list[str] = Field(description="Records about the person on the day it was granted; it opens no others")
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    means: str | None = Field(description="session, code, signed or closed: how the last decision came about")
    signed_by: str | None = Field(description="Who signed an artefact that came from elsewhere")
    renews: str | None


class ConsentsTold(BaseModel):
    """A page of consents."""

    items: list[ConsentTold]
    next: str | None


class ConsentUseTold(BaseModel):
    """A reading under a consent, or one that was refused; or an act about the consent that was refused."""

    id: int
    reader: str = Field(description="The application or account that read, or tried")
    at: datetime
    way: str = Field(description="By which call it was read, or which act was refused, such as `grant` or `import`")
    type: str | None = Field(description="Of the records; null for an act")
    records: list[str]
    outcome: Literal["used", "refused"]
    code: str | None = Field(description="Why it was refused, such as `wrong-code` or `consent-revoked`")


class ConsentUsesTold(BaseModel):
    """A page of readings."""

    items: list[ConsentUseTold]
    next: str | None
