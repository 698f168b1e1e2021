"""What calls about cases are asked, as the OpenAPI document tells it; what is not declared here is refused."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class LinkAsked(BaseModel):
    """A link to another case."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(max_length=64)
    id: str = Field(max_length=100)


class StepAsked(BaseModel):
    """What is to be done in a case."""

    model_config = ConfigDict(extra="forbid")
    action: str = Field(max_length=64, description="An action of the state, such as `RECEIVE`")
    data: dict[str, Any] = Field(
        default_factory=dict[str, Any], description="Fields of the record; null takes one away"
    )
    comment: str | None = Field(default=None, max_length=4_000)
    person: str | None = Field(default=None, max_length=100, description="Whom it is given to: PER-…")
    links: list[LinkAsked] = Field(default_factory=list[LinkAsked], max_length=20)


class CaseNamed(BaseModel):
    """A case among many."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(max_length=100)
    etag: str | None = Field(default=None, max_length=100, description="The record's ETag that was read, if it counts")


class ManyAsked(StepAsked):
    """What is to be done in many cases."""

    cases: list[CaseNamed] = Field(min_length=1, max_length=200)


class CaseAsked(StepAsked):
    """A case to begin."""

    workflow: str = Field(max_length=64, description="Name of the workflow, such as `sample`")


class CommentAsked(BaseModel):
    """What is said about a case."""

    model_config = ConfigDict(extra="forbid")
    comment: str = Field(min_length=1, max_length=4_000)


class AssignAsked(BaseModel):
    """Whom a case is given to."""

    model_config = ConfigDict(extra="forbid")
    person: str | None = Field(max_length=100, description="PER-…; null for whoever holds the role")
    comment: str | None = Field(default=None, max_length=4_000)
