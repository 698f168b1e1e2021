"""What can be asked about the areas of India's trees: the order behind a re-organisation, and the six kinds of it.

Each kind is the body of one call. What is malformed is refused with a JSON Pointer before anything is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from jjm.kit import Fault, Problem, bad_request

_PLAIN = r"^[^\x00-\x1f]*$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Note = Annotated[str, StringConstraints(max_length=1000, pattern=_PLAIN)]
Values: TypeAlias = dict[str, Any]


class Body(BaseModel):
    """The body of a call: nothing in it but what is named."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Order(Body):
    """The Government Order that makes a re-organisation law."""

    number: Text
    date: date
    gazette: Text | None = None

    @property
    def reference(self) -> str:
        """The order as it stands in the reason of each version it made."""
        gazette = f", Gazette {self.gazette}" if self.gazette else ""
        return f"Order {self.number} of {self.date.isoformat()}{gazette}"


class Asked(Body):
    """What every re-organisation says: from which day, by which order."""

    effective: date
    order: Order
    note: Note | None = None


class Rename(Asked):
    """The area bears another name; other languages keep theirs unless they are given (null takes one away)."""

    name: Text
    name_local: Text | None = None
    names: list[Values] | None = None

    def names_given(self) -> Values:
        """The names that change, by field; None for one that is taken away."""
        given = {"name_local": self.name_local, "names": self.names}
        return {"name": self.name} | {field: given[field] for field in given if field in self.model_fields_set}


class Reparent(Asked):
    """The area comes to lie elsewhere: by field, the id or ids of what it lies in from then on."""

    parents: Annotated[dict[str, Id | list[Id] | None], Field(min_length=1)]


class Split(Asked):
    """New areas are cut out of the area. Each names its code, its name and the children that go over to it.

    `keep` says whether the old area goes on with the rest; else it is abolished and every child must be given away.
    """

    into: Annotated[list[Values], Field(min_length=1, max_length=200)]
    keep: bool


class Merge(Asked):
    """The area and those in `with` become one: an area that exists, a new one, or the area itself under new values.

    Nothing in `with` and a new code in `into` means that the area's code is replaced.
    """

    with_: list[Id] = Field(alias="with", default_factory=list[Id])
    into: Id | Values


class Successor(Body):
    """An area that takes over from one abolished, and the children that go over to it."""

    id: Id
    children: list[Id] = []


class Abolish(Asked):
    """The area ends. Its children go over to its one successor, or to the successors that name them."""

    successors: list[Id | Successor] = []

    def heirs(self) -> Sequence[Successor]:
        """The successors, each with the children it names."""
        return [Successor(id=s) if isinstance(s, str) else s for s in self.successors]


class Urbanise(Asked):
    """A rural area becomes part of the urban local body `into` and leaves the rural trees with all that is in it."""

    into: Id


class _NewArea(BaseModel):
    children: list[Id] = []


class _NewAreas(Body):
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
_Asked = TypeVar("_Asked", bound=Body)


def parse(kind: str, body: Mapping[str, Any]) -> Operation:
    """The re-organisation a body asks for. Raises Problem 400 with the place of everything that is malformed."""
    remedy = f"`:{kind}` takes {', '.join(_fields(KINDS[kind]))}."
    refusal = ("bad-operation", "The re-organisation cannot be understood.", remedy)
    asked = understood(KINDS[kind], body, *refusal)
    if isinstance(asked, Split):
        understood(_NewAreas, {"into": asked.into}, *refusal)
    return asked


def understood(kind: type[_Asked], body: Mapping[str, Any], code: str, detail: str, remedy: str) -> _Asked:
    """A body as what it should be. Raises Problem 400 of that code with a fault for everything malformed."""
    try:
        return kind.model_validate_json(orjson.dumps(body), strict=True)
    except ValidationError as error:
        raise _malformed(error, body, code, detail, remedy) from error


def _malformed(error: ValidationError, body: Mapping[str, Any], code: str, detail: str, remedy: str) -> Problem:
    said = {_pointer(body, e["loc"], e["type"] == "missing"): e["msg"] for e in reversed(error.errors())}
    return bad_request(code, detail, *(Fault(said[pointer], remedy, pointer) for pointer in reversed(said)))


def _pointer(body: Any, place: Sequence[int | str], missing: bool) -> str:
    """The JSON Pointer of a place in a body; what names a choice of the standard and no part of it is left out."""
    pointer, inside = "", body
    for n, part in enumerate(place):
        if isinstance(inside, dict) and (part in inside or (missing and n == len(place) - 1)):
            inside = cast("dict[Any, Any]", inside).get(part)
        elif isinstance(inside, list) and isinstance(part, int):
            inside = cast("list[Any]", inside)[part]
        else:
            continue
        pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
    return pointer


def kind_of(asked: Operation) -> str:
    """The word for a kind of re-organisation, as it stands in its address."""
    return type(asked).__name__.lower()


def _fields(kind: type[Body]) -> list[str]:
    return [(f.alias or name) + ("" if f.is_required() else "?") for name, f in kind.model_fields.items()]
