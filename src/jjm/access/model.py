"""Who acts, what they may do where, and what may be seen: the actor that every service call takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from jjm.standards import PARTICIPANT_PLACE

_PERMIT = re.compile(
    r"(?:(?P<type>[a-z][a-z0-9_]*):)?(?P<scope>[a-z]+)(?:@(?P<area>[a-z][a-z0-9_]*/[^\s@]+))?", re.ASCII
)


class Scope(StrEnum):
    """What a permit allows. Scopes do not include one another; `admin` alone implies the rest."""

    READ = "read"
    PERSONAL = "personal"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Permit:
    """One thing that somebody may do: a scope, on one type or on all, in one area or everywhere.

    Written `scope`, `type:scope`, `scope@level/code` or `type:scope@level/code`, such as `scheme:write@state/21`. A
    unit of the department stands for the places it works in: `scheme:write@department_unit/DEP-21-…`.
    """

    scope: Scope
    type: str | None = None
    area: str | None = None

    @classmethod
    def parse(cls, text: str) -> Permit:
        """The permit written so. Raises ValueError for anything else."""
        found = _PERMIT.fullmatch(text)
        if found is None:
            raise ValueError(f"`{text}` is not a permit")
        return cls(Scope(found["scope"]), found["type"], found["area"])

    def __str__(self) -> str:
        on = f"{self.type}:" if self.type else ""
        return on + self.scope + (f"@{self.area}" if self.area else "")

    def allows(self, scope: Scope, type: str | None) -> bool:
        """True if it allows this on that type somewhere; `type` None asks for all types."""
        return self.scope in (scope, Scope.ADMIN) and self.type in (None, type)


_OF_PARTICIPANT: Final = f"{PARTICIPANT_PLACE}/"
Kind = Literal["nobody", "node", "token", "person", "application"]
Environment = Literal["sandbox", "live"]


BESIDE: Final = ("external_ids", "ext")
"""What a record may carry beside its own fields; under an agreement it is shown where it is named."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often an agreement may be used: so many `calls` or `exports` in each period, counted from its beginning."""

    of: Literal["calls", "exports"]
    times: int
    period: timedelta
    since: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What one agreement in force lets its partner see beyond what is public.

    `areas` are addresses such as `state/21`; `fields` names for each type what may be seen of it, personal or not.
    `signed` says that what the partner pushes must carry an RFC 9421 signature.
    """

    agreement: str
    purpose: str
    areas: frozenset[str] | None
    fields: Mapping[str, frozenset[str]]
    signed: bool = False
    frequency: Frequency | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds at this moment, for which place, and by which grant (None: by itself)."""

    role: str
    place: str
    grant: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, by the name that stands in every version it makes.

    `id` names the person, application or token in the tables of access; `participant` the partner an application
    belongs to, whose non-public reading is bound by `terms`; `purpose` is what personal data is asked for;
    `calls_per_minute` what the partner was allowed where that is not what everybody has. A person `holds` roles, from
    which the permits follow, in a `session`; permits `only_for` some purposes count for no other. `decided` keeps what
    was decided on it (`view_of`), as long as it lives.
    """

    name: str
    permits: frozenset[Permit] = frozenset()
    kind: Kind = "token"
    id: str | None = None
    participant: str | None = None
    purpose: str | None = None
    terms: tuple[Terms, ...] = field(default=(), compare=False)
    holds: tuple[Held, ...] = field(default=(), compare=False)
    session: str | None = field(default=None, compare=False)
    calls_per_minute: int | None = field(default=None, compare=False)
    only_for: Mapping[Permit, frozenset[str]] = field(default_factory=dict[Permit, frozenset[str]], compare=False)
    decided: dict[int, tuple[object, View]] = field(
        default_factory=dict[int, "tuple[object, View]"], init=False, repr=False, compare=False
    )

    @classmethod
    def with_permits(cls, name: str, *permits: str, kind: Kind = "token") -> Actor:
        """An actor with permits as they are written. Raises ValueError for what is none."""
        purpose = ADMINISTRATION if kind == "token" else None
        return cls(name, frozenset(map(Permit.parse, permits)), kind, purpose=purpose)

    def has(self, scope: Scope) -> bool:
        """True if the actor was given this scope on all types and everywhere, or is an administrator."""
        return any(p.allows(scope, None) and p.area is None for p in self.permits)

    @property
    def partners(self) -> frozenset[str]:
        """The participants whose matters are its own: of an application its own, of a person those it looks after."""
        kept = {one.place.partition("/")[2] for one in self.holds if one.place.startswith(_OF_PARTICIPANT)}
        return frozenset(kept | {self.participant} if self.participant else kept)

    def _holds(self, permit: Permit) -> bool:
        """False for a permit that a role gives for other purposes than the one asked for."""
        purposes = self.only_for.get(permit) if self.only_for else None
        return purposes is None or self.purpose in purposes

    def shows_for(self, purpose: str) -> bool:
        """True if some permit shows what is personal for a purpose."""
        opens = [p for p in self.permits if p.scope in (Scope.PERSONAL, Scope.ADMIN)]
        return any(p not in self.only_for or purpose in self.only_for[p] for p in opens)

    def areas(self, scope: Scope, type: str) -> frozenset[str] | None:
        """Where the actor has this scope on that type: addresses of areas, none of them, or None for everywhere."""
        found = {p.area for p in self.permits if p.allows(scope, type) and self._holds(p)}
        return None if None in found else frozenset(area for area in found if area)


ADMINISTRATION = "administration"
"""The purpose of the node itself and of the tokens of its own house."""

ANONYMOUS = Actor("anonymous", kind="nobody")
NODE = Actor("node", frozenset({Permit(Scope.ADMIN)}), "node", purpose=ADMINISTRATION)


@dataclass(frozen=True, slots=True)
class View:
    """How much of a type an actor sees: the names of the fields that are hidden, and in which areas (None: in all).

    Areas are addresses such as `district/345`; what lies in none of `within` does not exist for the actor. What is
    hidden is shown after all of what lies in one of `open_in`. `agreement` names the one that the actor sees it under.
    """

    hidden: frozenset[str] = frozenset()
    within: frozenset[str] | None = None
    open_in: frozenset[str] = frozenset()
    agreement: str | None = None
