"""What can be asked about the areas of India's trees: the order behind a re-organisation, and the six kinds of it.

Each kind is the body of one call. What is malformed is refused with a JSON Pointer before anything is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from jjm.kit import Fault, bad_request

_PLAIN = r"^[^\x00-\x1f]*$"
Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=_PLAIN)]
Id = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Note = Annotated[str, Meta(max_length=1000, pattern=_PLAIN)]
Values: TypeAlias = dict[str, Any]


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """The Government Order that makes a re-organisation law."""

    number: Text
    date: date
    gazette: Text | None = None

    @property
    def reference(self) -> str:
        """The order as it stands in the reason of each version it made."""
        gazette = f", Gazette {self.gazette}" if self.gazette else ""
        return f"Order {self.number} of {self.date.isoformat()}{gazette}"


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every re-organisation says: from which day, by which order."""

    effective: date
    order: Order
    note: Note | None = None


class Rename(Asked, frozen=True, kw_only=True):
    """The area bears another name; other languages keep theirs unless they are given (null takes one away)."""

    name: Text
    name_local: Text | UnsetType | None = UNSET
    names: list[Values] | UnsetType | None = UNSET

    def names_given(self) -> Values:
        """The names that change, by field; None for one that is taken away."""
        given = {"name_local": self.name_local, "names": self.names}
        return {"name": self.name} | {field: value for field, value in given.items() if value is not UNSET}


class Reparent(Asked, frozen=True, kw_only=True):
    """The area comes to lie elsewhere: by field, the id or ids of what it lies in from then on."""

    parents: Annotated[dict[str, Id | list[Id] | None], Meta(min_length=1)]


class Split(Asked, frozen=True, kw_only=True):
    """New areas are cut out of the area. Each names its code, its name and the children that go over to it.

    `keep` says whether the old area goes on with the rest; else it is abolished and every child must be given away.
    """

    into: Annotated[list[Values], Meta(min_length=1, max_length=200)]
    keep: bool


class Merge(Asked, frozen=True, kw_only=True):
    """The area and those in `with` become one: an area that exists, a new one, or the area itself under new values.

    Nothing in `with` and a new code in `into` means that the area's code is replaced.
    """

    with_: list[Id] = msgspec.field(name="with", default_factory=list[Id])
    into: Id | Values


class Successor(Struct, frozen=True, forbid_unknown_fields=True):
    """An area that takes over from one abolished, and the children that go over to it."""

    id: Id
    children: list[Id] = []


class Abolish(Asked, frozen=True, kw_only=True):
    """The area ends. Its children go over to its one successor, or to the successors that name them."""

    successors: list[Id | Successor] = []

    def heirs(self) -> Sequence[Successor]:
        """The successors, each with the children it names."""
        return [Successor(s) if isinstance(s, str) else s for s in self.successors]


class Urbanise(Asked, frozen=True, kw_only=True):
    """A rural area becomes part of the urban local body `into` and leaves the rural trees with all that is in it."""

    into: Id


class _NewArea(Struct):
    children: list[Id] = []


class _NewAreas(Struct):
    into: list[_NewArea]


Operation: TypeAlias = Rename | Reparent | Split | Merge | Abolish | Urbanise
KINDS: Mapping[str, type[Operation]] = {
    "rename": Rename,
    "reparent": Reparent,
    "split": Split,
    "merge": Merge,
    "abolish": Abolish,
    "urbanise": Urbanise,
}
_PLACE = re.compile(r" - at `(?:key in )?\$(.*)`$")


def parse(kind: str, body: Mapping[str, Any]) -> Operation:
    """The re-organisation a body asks for. Raises Problem 400 with the place of what is malformed."""
    try:
        asked = msgspec.convert(body, KINDS[kind])
        if isinstance(asked, Split):
            msgspec.convert({"into": asked.into}, _NewAreas)
        return asked
    except msgspec.ValidationError as error:
        message = str(error)
        found = _PLACE.search(message)
        pointer = re.sub(r"\.|\[|\]\.?", "/", found[1]).rstrip("/") if found else ""
        remedy = f"`:{kind}` takes {', '.join(_fields(KINDS[kind]))}."
        fault = Fault(_PLACE.sub("", message), remedy, pointer)
        raise bad_request("bad-operation", "The re-organisation cannot be understood.", fault) from error


def kind_of(asked: Operation) -> str:
    """The word for a kind of re-organisation, as it stands in its address."""
    return type(asked).__name__.lower()


def _fields(kind: type[Operation]) -> list[str]:
    return [f.encode_name if f.required else f"{f.encode_name}?" for f in msgspec.structs.fields(kind)]
