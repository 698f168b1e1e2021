"""Limits: what drinking water may hold by one edition of a standard, from the day on which that edition holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, cast

from jjm.standards.build import titles
from jjm.standards.model import Titles
from jjm.standards.reader import mapping, sequence, texts

NO_RELAXATION = "NR"
Beyond = Literal["permissible", "acceptable"]


class LimitKind(StrEnum):
    """How a value is compared."""

    RANGE = "RANGE"
    MAX = "MAX"
    MIN = "MIN"
    NOT_DETECTABLE = "NOT_DETECTABLE"
    CATEGORICAL = "CATEGORICAL"


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most, both included; None is open."""

    least: Decimal | None = None
    most: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies within."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Beside:
    """The permissible limit counts only where this other parameter is at most that much, in its own unit."""

    parameter: str
    at_most: Decimal


@dataclass(frozen=True, slots=True)
class Limit:
    """What one parameter may be, as a row of the standard says it.

    `unit` is the unit of the parameter in its codelist, `basis` what it is counted as (nitrate as `NO3`), `also_as` as
    what else it may be told. `permissible` is None for no relaxation. `words` are the good ones of a CATEGORICAL limit,
    `detection` is the coarsest limit of detection with which "not detected" says anything. `applies_to` names the water
    it is judged for, `viral` replaces the acceptable span where protection from viruses is needed. `verify` are the
    words of the row that nobody has compared with an official copy.
    """

    parameter: str
    table: int
    kind: LimitKind
    unit: str
    acceptable: Span | None = None
    permissible: Span | None = None
    words: tuple[str, ...] = ()
    basis: str | None = None
    also_as: tuple[str, ...] = ()
    detection: Decimal | None = None
    permissible_if: Beside | None = None
    applies_to: tuple[str, ...] = ()
    viral: Span | None = None
    verify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitEdition:
    """One edition of a standard: all its limits by parameter, those of the edition it amends included.

    `own` are the parameters that its own file tells.
    """

    name: str
    version: str
    title: Titles
    description: Titles
    standard: str
    amendment: int
    effective_from: date
    amends: str | None
    source: str
    verify: str
    contaminated_beyond: Beyond
    limits: Mapping[str, Limit]
    own: tuple[str, ...]


def edition_on(editions: Iterable[LimitEdition], day: date) -> LimitEdition | None:
    """The edition by which a sample of that day is judged: the newest that holds then; None before the first."""
    holding = (edition for edition in editions if edition.effective_from <= day)
    return max(holding, key=lambda edition: (edition.effective_from, edition.amendment), default=None)


def editions_from(files: Mapping[str, Mapping[str, object]]) -> Mapping[str, LimitEdition]:
    """The editions that checked files declare, by name, each with what it takes over from the one it amends."""
    made: dict[str, LimitEdition] = {}
    for name in files:
        _made(name, files, made, ())
    return {name: made[name] for name in sorted(made)}


def _made(
    name: str, files: Mapping[str, Mapping[str, object]], made: dict[str, LimitEdition], on_the_way: tuple[str, ...]
) -> LimitEdition:
    if name not in made:
        before, around = str(files[name].get("amends", "")), (*on_the_way, name)
        # An edition that is not there, or that amends this one in turn, is a fault told elsewhere.
        known = before in files and before not in around
        made[name] = _edition(name, files[name], _made(before, files, made, around) if known else None)
    return made[name]


def _edition(name: str, raw: Mapping[str, object], amended: LimitEdition | None) -> LimitEdition:
    own = {code: limit_from(code, mapping(row)) for code, row in mapping(raw.get("limits")).items()}
    said = mapping(raw.get("policy")).get("contaminated_beyond")
    inherited = amended.contaminated_beyond if amended else "permissible"
    return LimitEdition(
        name,
        str(raw.get("$id", "")).rpartition("/")[2],
        titles(raw.get("title")),
        titles(raw.get("description")),
        str(raw.get("standard", "")),
        cast("int", raw.get("amendment", 0)),
        date.fromisoformat(str(raw.get("effective_from", "9999-12-31"))),
        cast("str | None", raw.get("amends")),
        str(raw.get("source", "")),
        str(raw.get("verify", "")),
        cast("Beyond", said or inherited),
        {**(amended.limits if amended else {}), **own},
        tuple(own),
    )


def limit_from(parameter: str, raw: Mapping[str, object]) -> Limit:
    """The limit that a row declares."""
    kind = LimitKind(str(raw.get("kind", "MAX")))
    beside = mapping(raw.get("permissible_if"))
    acceptable, permissible = _spans(kind, raw)
    viral = _number(raw.get("viral_protection"))
    return Limit(
        parameter,
        cast("int", raw.get("table", 0)),
        kind,
        str(raw.get("unit", "")),
        acceptable,
        permissible,
        texts(raw.get("acceptable")) if kind is LimitKind.CATEGORICAL else (),
        cast("str | None", raw.get("basis")),
        texts(raw.get("also_as")),
        _number(raw.get("detection")),
        Beside(str(beside.get("parameter")), _number(beside.get("at_most")) or Decimal(0)) if beside else None,
        texts(raw.get("applies_to")),
        Span(viral, acceptable.most if acceptable else None) if viral is not None else None,
        texts(raw.get("verify")),
    )


def _spans(kind: LimitKind, raw: Mapping[str, object]) -> tuple[Span | None, Span | None]:
    acceptable, permissible = _number(raw.get("acceptable")), _number(raw.get("permissible"))
    match kind:
        case LimitKind.RANGE:
            bounds = [_number(bound) for bound in sequence(raw.get("acceptable"))]
            return (Span(bounds[0], bounds[1]) if len(bounds) > 1 else None), None
        case LimitKind.MAX:
            return Span(None, acceptable), None if permissible is None else Span(None, permissible)
        case LimitKind.MIN:
            # The second column of a least amount is the most that may be there: residual chlorine from 0.2 to 1.0 mg/L.
            return Span(acceptable, permissible), None
        case _:
            return None, None


def _number(value: object) -> Decimal | None:
    """The decimal that was written: the shortest text of a float is the one in the file."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
