"""What the calls about readings answer."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class AboutTold(BaseModel):
    """A record that carries the telephone number of the person."""

    type: str
    id: str


class ReaderTold(BaseModel):
    """Who was shown something. A person is told by the office, never by name."""

    kind: str = Field(description="token, person, application or node")
    name: str = Field(description="As it stands in versions; a person under a pseudonym")
    office: str | None = Field(description="Where the account of a person belongs, as in `district/345`")
    partner: str | None = Field(description="Identifier of the partner of an application")
    partner_name: str | None
    is_you: bool


class PurposeTold(BaseModel):
    """What it was read for, and on which ground."""

    code: str
    title: dict[str, str]
    basis: str | None = Field(description="Lawful basis: s7b_state_benefit, s7_other, s17_2b_statistics or consent")
    source: str | None = Field(description="Where the law says so")


class OwnReadingTold(BaseModel):
    """One reading of what is about the person."""

    reader: ReaderTold
    purpose: PurposeTold
    agreement: str | None
    consent: str | None = Field(description="The consent of the person that it was read under")
    at: datetime
    until: datetime = Field(description="Instant of the last of these answers")
    answers: int = Field(description="How many answers, within a minute, one entry stands for")
    type: str
    fields: list[str] | None = Field(description="The fields that were shown; null where it was noted before this was")
    records: list[str] = Field(description="Of the person, or of the place that is overseen; none of a larger reading")
    way: str = Field(description="record, list, history, search, lookup, feed, export, change or proof")
    is_exact: bool = Field(description="True if it names the records; false for a larger reading that covered them")
    is_part: bool = Field(description="Of a larger reading: a filter let only some through, and perhaps not these")


class OwnReadingsTold(BaseModel):
    """Who read what is about the person, newest first."""

    about: list[AboutTold] = Field(description="The records that carry the confirmed telephone number")
    about_is_cut: bool = Field(description="Whether more records carry it than are looked at")
    items: list[OwnReadingTold]
    next: str | None = Field(description="Address of the next page; a page before it may be short or empty")


class OverseenTold(BaseModel):
    """Who read what in a place, newest first."""

    place: str = Field(description="As in `district/345`, or `node`")
    items: list[OwnReadingTold]
    next: str | None = Field(description="Address of the next page; a page before it may be short or empty")
