"""Makes records from a standard alone: always valid, never real, and the same again for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from jjm.standards.language import shortest, with_length
from jjm.standards.model import Catalogue, Field, FieldKind, Standard
from jjm.standards.pattern import parse, sample
from jjm.standards.schema import REF_LENGTH, TEXT_LENGTH, codes_of, extension_of

Record: TypeAlias = dict[str, Any]
Position: TypeAlias = list[float]
Refs: TypeAlias = Callable[[str], str]
Names: TypeAlias = Callable[[Field, Standard], str]
Places: TypeAlias = Callable[[], Position]

_FIRST_DAY = date(2019, 8, 15)  # the day on which the Jal Jeevan Mission was announced
_DAYS = 2600
_LONGITUDES, _LATITUDES = (77.0, 86.0), (19.0, 26.0)  # well inside India


def make_record(
    standard: Standard,
    catalogue: Catalogue,
    rng: random.Random,
    refs: Refs,
    names: Names | None = None,
    *,
    places: Places | None = None,
    state: str | None = None,
    share: float = 0.8,
) -> Record:
    """A valid record of the type with about that share of the fields that may be absent.

    `refs` gives an id for the name of a type, `names` a text for a field without a form of its own, `places` longitude
    and latitude. With `state` (LGD or ISO code) the record also carries that State's own fields and keeps within its
    narrower limits.
    """
    return _Maker(standard, catalogue, rng, refs, names or plain_name, state, share, places).record()


def example(standard: Standard, catalogue: Catalogue, seed: int = 0, state: str | None = None) -> Record:
    """The smallest valid record: required fields alone, references to ids that do not exist."""
    rng = random.Random(seed)  # noqa: S311, invented content is no secret
    return make_record(standard, catalogue, rng, lambda name: sample_id(catalogue, name), state=state, share=0)


def value_of(field: Field, standard: Standard, catalogue: Catalogue, rng: random.Random, share: float = 0) -> object:
    """A valid value of one field."""
    return _Maker(standard, catalogue, rng, lambda name: sample_id(catalogue, name), plain_name, None, share).value(
        field
    )


def plain_name(field: Field, standard: Standard) -> str:
    """A text for a field where no invented names are at hand."""
    return f"{field.title.get('en', field.name)} of the {standard.title.get('en', standard.name)}"


def sample_id(catalogue: Catalogue, name: str) -> str:
    """An id as records of that type have it; where the standard gives an example of a code, with that code."""
    standard = catalogue.types.get(name)
    template = standard.id if standard else "ID-{serial}"
    fields = {f.name: str(f.example) for f in standard.fields if f.example is not None} if standard else {}
    known = {"state": "21", "serial": "0123456789ABCDEF", "check": "7"}
    for part in [piece.partition("}")[0] for piece in template.split("{")[1:]]:
        template = template.replace(f"{{{part}}}", known.get(part) or fields.get(part, "1"))
    return template[:REF_LENGTH]


@dataclass(frozen=True, slots=True)
class _Maker:
    standard: Standard
    catalogue: Catalogue
    rng: random.Random
    refs: Refs
    names: Names
    state: str | None
    share: float
    places: Places | None = None

    def record(self) -> Record:
        own = extension_of(self.catalogue, self.state) if self.state else None
        tight = {f.name: f for f in own.tighten.get(self.standard.name, ())} if own else {}
        wanted = own.require.get(self.standard.name, ()) if own else ()
        fields = tuple(tight.get(f.name, f) for f in self.standard.fields)
        record = self.content(fields, wanted)
        added = own.fields.get(self.standard.name, ()) if own else ()
        if own and added and (ext := self.content(added)):
            record["ext"] = {own.namespace: ext}
        return record

    def content(self, fields: tuple[Field, ...], wanted: tuple[str, ...] = ()) -> Record:
        return {
            f.name: self.value(f)
            for f in fields
            if f.required or f.name in wanted or (self.share and self.rng.random() < self.share)
        }

    def value(self, field: Field) -> object:
        return _VALUES[field.kind](self, field)

    def code(self, field: Field) -> object:
        return self.rng.choice(codes_of(field.code or "", self.catalogue, self.state or ""))

    def object(self, field: Field) -> object:
        return {} if field.open else self.content(field.fields)

    def list(self, field: Field) -> object:
        most = min(3, 3 if field.max_items is None else field.max_items)
        entries = [self.value(field.item) for _ in range(self.rng.randint(1, most))] if field.item else []
        return [entry for index, entry in enumerate(entries) if entry not in entries[:index]]

    def text(self, field: Field) -> str:
        if field.pattern:
            return self._formed(field)
        if field.format:
            return _FORMATS[field.format](self.rng)
        least, most = field.min_length or 0, TEXT_LENGTH if field.max_length is None else field.max_length
        return self.names(field, self.standard)[:most].ljust(least, "x")

    def _formed(self, field: Field) -> str:
        tree = parse(field.pattern or "")
        least, most = field.min_length or 0, TEXT_LENGTH if field.max_length is None else field.max_length
        drawn = (sample(tree, self.rng) for _ in range(1000))
        fitting = (text for text in drawn if least <= len(text) <= most and self._fits_nation(field, text))
        return next(fitting, None) or shortest(with_length(tree, least, most)) or ""

    def _fits_nation(self, field: Field, text: str) -> bool:
        """A State's pattern holds beside the national one."""
        same = (f.pattern for f in self.standard.fields if f.name == field.name and f.title is field.title)
        national = next(same, None)
        return national in (None, field.pattern) or re.search(national, text, re.ASCII) is not None

    def day(self) -> date:
        return _FIRST_DAY + timedelta(days=self.rng.randrange(_DAYS))

    def position(self) -> Position:
        if self.places is not None:
            return self.places()
        return [round(self.rng.uniform(*span), 5) for span in (_LONGITUDES, _LATITUDES)]


def _square(corner: Position) -> Record:
    x, y = corner
    side = 0.01
    ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [[[round(a, 5), round(b, 5)] for a, b in ring]]}


def _or(limit: float | None, otherwise: float) -> float:
    return otherwise if limit is None else limit


def _number(field: Field, rng: random.Random) -> float:
    most = _or(field.maximum, 1000)
    low = _or(field.minimum, 0 if most > 0 else most - 1000)
    high = _or(field.maximum, low + 1000)
    # Small numbers are the more likely ones where the limit is only there to stop nonsense.
    share = rng.random() if high - low <= 1000 else rng.random() ** 4
    drawn = low + (high - low) * share
    if field.kind == "number":
        return min(max(round(drawn, field.decimals or 2), low), high)
    return min(max(round(drawn), -int(-low // 1)), int(high // 1))


def _instant(maker: _Maker, field: Field) -> str:
    return f"{maker.day().isoformat()}T{maker.rng.randrange(24):02}:{maker.rng.randrange(60):02}:00Z"


_VALUES: dict[FieldKind, Callable[[_Maker, Field], object]] = {
    "text": _Maker.text,
    "integer": lambda maker, field: _number(field, maker.rng),
    "number": lambda maker, field: _number(field, maker.rng),
    "boolean": lambda maker, field: maker.rng.random() < 0.5,
    "date": lambda maker, field: maker.day().isoformat(),
    "instant": _instant,
    "code": _Maker.code,
    "ref": lambda maker, field: maker.refs(field.ref or ""),
    "point": lambda maker, field: {"type": "Point", "coordinates": maker.position()},
    "geometry": lambda maker, field: _square(maker.position()),
    "object": _Maker.object,
    "list": _Maker.list,
}
# Nobody can be reached by these: an Indian subscriber's number never begins with 0, the digit that trunk calls are
# dialled with, and names that end in .example are never given out (RFC 2606).
_FORMATS: dict[str, Callable[[random.Random], str]] = {
    "phone": lambda rng: f"+91 00000 {rng.randrange(10**5):05}",
    "email": lambda rng: f"person{rng.randrange(10**6)}@mail.example",
    "uri": lambda rng: f"https://www.example/{rng.randrange(10**6)}",
}
