"""Roles as they are told of over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, Field


class RoleTold(BaseModel):
    """A role of standards/roles.yaml, or of a State's file."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    places: list[str] = Field(description="Kinds of place it is granted for")
    permits: list[str] = Field(description="What it permits inside such a place")
    gives: list[str] = Field(description="Roles that its holder grants")
    given: str = Field(description="by_grant, by_phone or by_onboarding")
    recovers: bool
    oversees: bool = Field(description="Whether its holder sees who read personal data of the own place")
    second_person: bool
    second_factor: bool
    delegable: bool
    narrows: list[str] = Field(description="National roles of which a State's own role is a part")
    state: str | None = Field(description="LGD code of the State whose own role it is; it is granted there alone")


class RolesTold(BaseModel):
    """The roles of a node."""

    items: list[RoleTold]
