"""What calls about testing plans are answered, as the OpenAPI document tells it."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from jjm.solutions.quality.plan.model import Coverage, Missing, Turn
from jjm.standards import TestingPlan

Titles = dict[str, str]


class DutyTold(BaseModel):
    """One thing that must be tested."""

    name: str
    title: Titles
    of: str = Field(description="water_source, laboratory or village")
    kinds: list[str]
    parameters: list[str] = Field(description="Empty: any")
    at_least: int = Field(description="How many of the parameters one sample must tell to count")
    source: str
    verify: str = Field(description="What of it is still to be compared with an official copy")


class TurnTold(BaseModel):
    """A stretch of days in which a duty is to be done, and how it stands."""

    duty: str
    title: Titles | None = Field(description="Of a season")
    first: date
    last: date
    standing: str = Field(description="coming, due, overdue or met")


class CoverageTold(TurnTold):
    """How far one turn is met."""

    subjects: int
    met: int = Field(description="Subjects with enough samples")
    unknown: int = Field(description="Subjects of which it cannot be said, such as villages without a population")
    samples: int
    wanted: int


class MissingTold(TurnTold):
    """A subject that has not enough samples in a turn."""

    id: str
    name: str | None
    area: str | None
    wanted: int | None = Field(description="Null where it is not known")
    found: int


class PlanTold(BaseModel):
    """The testing plan of an area and a period, as seen on a day."""

    plan: str
    title: Titles
    area: str
    first: date
    last: date
    on: date
    duties: list[DutyTold]
    coverage: list[CoverageTold]
    missing: list[MissingTold]
    next: str | None = Field(description="Where `missing` goes on")


def told_duties(plan: TestingPlan) -> list[DutyTold]:
    """The duties of a plan as they are answered."""
    return [
        DutyTold(
            name=duty.name,
            title=dict(duty.title),
            of=duty.of,
            kinds=list(duty.kinds),
            parameters=list(duty.parameters),
            at_least=duty.at_least,
            source=duty.source,
            verify=duty.verify,
        )
        for duty in plan.duties.values()
    ]


def told_coverage(one: Coverage) -> CoverageTold:
    """One turn with its sums."""
    sums = {name: getattr(one, name) for name in ("subjects", "met", "unknown", "samples", "wanted")}
    return CoverageTold(**_turn(one.turn, one.standing), **sums)


def told_missing(one: Missing) -> MissingTold:
    """One subject that lacks samples."""
    subject = {name: getattr(one, name) for name in ("id", "name", "area", "wanted", "found")}
    return MissingTold(**_turn(one.turn, one.standing), **subject)


def _turn(turn: Turn, stands: str) -> dict[str, Any]:
    title = dict(turn.title) if turn.title else None
    return {"duty": turn.duty.name, "title": title, "first": turn.first, "last": turn.last, "standing": str(stands)}
