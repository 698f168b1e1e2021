"""What a standard says once it has been read: types, fields, codelists and State extensions as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from jjm.standards.calendars import Calendar
    from jjm.standards.indicators.model import Indicator
    from jjm.standards.limits import LimitEdition
    from jjm.standards.notices.model import Event, Texts
    from jjm.standards.notices.phrases import Phrases
    from jjm.standards.testing_plans import TestingPlan
    from jjm.standards.workflows.model import Workflow

Titles: TypeAlias = Mapping[str, str]


class Personal(StrEnum):
    """How personal a field is (DPDP Act 2023). Anything but `none` needs a token that says so."""

    NONE = "none"
    PERSONAL = "personal"  # names, phones, addresses of a person
    SENSITIVE = "sensitive"  # bank accounts, identity references, social category of a household


FieldKind = Literal[
    "text", "integer", "number", "boolean", "date", "instant", "code", "ref", "point", "geometry", "object", "list"
]


Authority = Literal["centre", "state", "maker"]


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a type: its kind, limits, and what it means.

    `item` is set for a list, `fields` for an object. `code` names a codelist, `ref` the type a reference points to.
    `blind` says that a record is found by the exact value, which is kept sealed like all that is personal.
    `authority` is `state` for a field of the Centre's record that the State decides. `moved` marks the field that holds
    the state of a case: only a workflow changes it. `decimals` are those of a number that is kept exactly, as money.
    """

    name: str
    kind: FieldKind
    title: Titles
    description: Titles = field(default_factory=dict[str, str])
    required: bool = False
    unit: str | None = None
    code: str | None = None
    ref: str | None = None
    personal: Personal = Personal.NONE
    authority: Literal["state"] | None = None
    format: str | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_items: int | None = None
    item: Field | None = None
    fields: tuple[Field, ...] = ()
    open: bool = False
    blind: bool = False
    moved: bool = False
    decimals: int | None = None
    source: str | None = None
    verify: str | None = None
    example: object = None

    @property
    def is_list_of_refs(self) -> bool:
        """True for a list whose items point to records of one type."""
        return self.kind == "list" and self.item is not None and self.item.kind == "ref"

    @property
    def is_personal(self) -> bool:
        """True if the field, or anything inside it, is about a person."""
        inside = (*self.fields, self.item) if self.item else self.fields
        return self.personal is not Personal.NONE or any(part.is_personal for part in inside)


@dataclass(frozen=True, slots=True)
class Level:
    """The place of an area type in the trees: its name in addresses, its rank from the top, and what it lies in."""

    name: str
    rank: int
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """A registry type: everything the node needs to give it a table, an API, a page and an export.

    `id` is the template of its identifiers: `{state}`, `{serial}`, `{check}` or the name of a field.
    `area` names the field that places a record in the tree of areas; where one of `nearer` names areas, those place it
    instead, all of them. `authority` is `centre`, `state` or `maker`, for
    the node that made a record.
    `ext_personal` is true if a State adds a field about persons to it.
    """

    name: str
    version: str
    group: str
    plural: str
    title: Titles
    plural_title: Titles
    description: Titles
    id: str
    authority: Authority
    fields: tuple[Field, ...]
    area: str | None = None
    nearer: tuple[str, ...] = ()
    level: Level | None = None
    index: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    label: str | None = None
    public: bool = True
    by_state: bool = False
    by_workflow: bool = False
    search: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    file: str = ""
    ext_personal: bool = False

    @property
    def personal_fields(self) -> frozenset[str]:
        """What is hidden from whoever may not see what is about persons; `ext` where a State added such a field."""
        own = (f.name for f in self.fields if f.is_personal)
        return frozenset([*own, *(["ext"] if self.ext_personal else [])])

    @property
    def blind_fields(self) -> tuple[Field, ...]:
        """The personal fields by whose exact value a record is found."""
        return tuple(f for f in self.fields if f.blind)

    @property
    def fields_of_state(self) -> tuple[str, ...]:
        """Names of the fields of the Centre's records that the State decides."""
        return tuple(f.name for f in self.fields if f.authority == "state")

    @property
    def major(self) -> str:
        """The first number of its version: under the same one, records of then are records of now."""
        return self.version.partition(".")[0]

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the fields that every record carries."""
        return tuple(f.name for f in self.fields if f.required)

    @property
    def is_personal(self) -> bool:
        """True if any field of the type is about a person."""
        return any(f.is_personal for f in self.fields)

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError if the standard does not declare it."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a codelist, with where it comes from and the day that source was read."""

    code: str
    title: Titles
    source: str
    source_date: str
    description: str = ""
    extra: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Codelist:
    """A closed list of codes; a State may add to it, never take away."""

    name: str
    codes: Mapping[str, Code]
    file: str = ""


@dataclass(frozen=True, slots=True)
class StateExtension:
    """What one State adds and tightens: fields under `ext.in_xx`, codes, languages, narrower limits, own roles.

    `notices`, `phrases` and `labels` are words in its languages: of notices by channel, of sentences, of codes.
    """

    iso: str
    state: str
    title: Titles
    languages: tuple[str, ...]
    fields: Mapping[str, tuple[Field, ...]]
    codes: Mapping[str, tuple[Code, ...]]
    tighten: Mapping[str, tuple[Field, ...]]
    require: Mapping[str, tuple[str, ...]]
    file: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict[str, "Role"])
    notices: Mapping[str, Texts] = field(default_factory=dict[str, "Texts"])
    phrases: Mapping[str, Mapping[str, Titles]] = field(default_factory=dict[str, "Mapping[str, Titles]"])
    labels: Mapping[str, Mapping[str, Titles]] = field(default_factory=dict[str, "Mapping[str, Titles]"])

    @property
    def namespace(self) -> str:
        """The key of this State inside a record's `ext`, such as `in_od`."""
        return self.iso.lower().replace("-", "_")


NODE_PLACE, UNIT_PLACE, PARTICIPANT_PLACE = "node", "department_unit", "participant"
"""Places that are no level of areas: the whole node, and a unit of the department."""


@dataclass(frozen=True, slots=True)
class Role:
    """What its holder may do inside the place it was granted for, and what it takes to be its holder.

    `places` are the kinds of place it is granted for: levels of areas, `department_unit`, `node`. `permits` are written
    without a place, such as `scheme:write`; those for `personal` hold for `purposes` alone where these are named.
    `gives` are the roles that a holder may grant, inside the own place only. A State's own role is granted inside the
    State whose LGD code is `state` alone, and allows no more than the national roles that it `narrows` do together.
    """

    name: str
    title: Titles
    description: Titles
    places: tuple[str, ...]
    permits: tuple[str, ...]
    gives: tuple[str, ...] = ()
    recovers: bool = False
    oversees: bool = False
    second_person: bool = False
    second_factor: bool = False
    delegable: bool = False
    given: Literal["by_grant", "by_phone", "by_onboarding"] = "by_grant"
    narrows: tuple[str, ...] = ()
    state: str | None = None
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Catalogue:
    """All standards of a node, by name. `roles` are the national ones and those of States."""

    types: Mapping[str, Standard]
    codelists: Mapping[str, Codelist]
    states: Mapping[str, StateExtension]
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    roles_version: str = ""
    workflows: Mapping[str, Workflow] = field(default_factory=dict[str, "Workflow"])
    calendars: Mapping[str, Calendar] = field(default_factory=dict[str, "Calendar"])
    limits: Mapping[str, LimitEdition] = field(default_factory=dict[str, "LimitEdition"])
    testing_plans: Mapping[str, TestingPlan] = field(default_factory=dict[str, "TestingPlan"])
    notices: Mapping[str, Event] = field(default_factory=dict[str, "Event"])
    indicators: Mapping[str, Indicator] = field(default_factory=dict[str, "Indicator"])
    phrases: Mapping[str, Phrases] = field(default_factory=dict[str, "Phrases"])

    def __repr__(self) -> str:
        # Whatever holds the standards would be a megabyte to show, and tracebacks, logs and signals show it.
        return f"<Catalogue of {len(self.types)} types>"

    def plural(self, plural: str) -> Standard | None:
        """The type whose address in the API is `plural`."""
        return next((t for t in self.types.values() if t.plural == plural), None)

    def levels(self) -> tuple[Standard, ...]:
        """The area types, from the top of the tree down."""
        placed = [t for t in self.types.values() if t.level is not None]
        return tuple(sorted(placed, key=lambda t: t.level.rank if t.level else 0))

    def level(self, name: str) -> Standard | None:
        """The area type at that level, such as `district`."""
        return next((t for t in self.types.values() if t.level is not None and t.level.name == name), None)
