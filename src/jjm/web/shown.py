"""Values of records as pages show them: codes and references by their names, versions by what they changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import orjson

from jjm.access import ANONYMOUS, Actor, view_of
from jjm.kit import Problem, ReadConnection
from jjm.registry import Registry, batch_get
from jjm.standards import Code, Field, Standard, StateExtension
from jjm.web.language import N_, Language
from jjm.web.places import Area, address, named

_MOST_REFS = 500
_UNITS = {
    "person": N_("persons"),
    "household": N_("households"),
    "L/(person.d)": N_("litres per person and day"),
    "h/d": N_("hours a day"),
    "a": N_("years"),
    "mo": N_("months"),
    "1/mo": N_("times a month"),
    "INR": N_("rupees"),
    "INR/mo": N_("rupees a month"),
}
"""Units (UCUM) that are said in words; the others are signs that are read everywhere."""


@dataclass(frozen=True, slots=True)
class Link:
    """A record by its name, with the address of its page; None where it has none for everybody."""

    name: str
    path: str | None


@dataclass
class Shown:
    """How values are shown to one reader: the names behind references, the titles behind codes."""

    registry: Registry
    language: Language
    actor: Actor = ANONYMOUS
    links: dict[str, Link] = field(default_factory=dict[str, Link])

    def link(self, id: str) -> Link:
        """The record behind a reference."""
        return self.links.get(id) or Link(id, None)

    def name(self, standard: Standard, id: str, code: str | None, name: str) -> str:
        """What a record is called; an area that was recorded without a name goes by its level and code."""
        return f"{self.language.of(standard.title)} {code}" if name == id and code else name

    def area(self, area: Area) -> str:
        """What an area is called."""
        return self.name(area.standard, area.id, area.code, area.name)

    def unit(self, of: Field) -> str:
        """The unit of a field as it is read."""
        return self.language.say(_UNITS[of.unit]) if of.unit in _UNITS else of.unit or ""

    def code(self, of: Field, code: str) -> str:
        """The title of a code, or the code where no list knows it."""
        return self.title(of.code or "", code)

    def title(self, codelist: str, code: str) -> str:
        """The title of a code of that list."""
        found = self._code(codelist, code)
        return self.language.of(found.title) if found else code

    def _code(self, name: str, code: str) -> Code | None:
        catalogue = self.registry.catalogue
        if name in catalogue.codelists and (known := catalogue.codelists[name].codes.get(code)):
            return known
        added = (c for state in catalogue.states.values() for c in state.codes.get(name, ()))
        return next((c for c in added if c.code == code), None)

    def codes(self, of: Field) -> list[tuple[str, str]]:
        """Every code of a field's list with its title, by title."""
        known = self.registry.catalogue.codelists.get(of.code or "")
        found = [(c.code, self.language.of(c.title)) for c in known.codes.values()] if known else []
        return sorted(found, key=lambda pair: pair[1])

    def fields(self, standard: Standard, record: Mapping[str, Any]) -> list[tuple[Field, Any]]:
        """The declared fields that a record has, in the order of the standard, then what its State added."""
        own = [(f, plain(record[f.name])) for f in standard.fields if f.name in record]
        return own + list(_added(self.registry.catalogue.states.values(), standard, plain(record.get("ext", {}))))

    async def learn(self, conn: ReadConnection, fields: Iterable[tuple[Field, Any]]) -> None:
        """Look up the names behind the references in these values."""
        wanted: dict[str, list[str]] = {}
        for of, value in fields:
            for type, id in _refs(of, value):
                if id not in self.links:
                    wanted.setdefault(type, []).append(id)
        for type, ids in wanted.items():
            self.links |= await self._links(conn, self.registry.table(type).standard, ids[:_MOST_REFS])

    async def _links(self, conn: ReadConnection, standard: Standard, ids: Sequence[str]) -> dict[str, Link]:
        if standard.level is None:
            return await _links_of_records(self.registry, conn, self.actor, standard, ids)
        return {id: Link(self.area(area), area.path) for id, area in (await named(self.registry, conn, ids)).items()}


async def _links_of_records(
    registry: Registry, conn: ReadConnection, actor: Actor, standard: Standard, ids: Sequence[str]
) -> dict[str, Link]:
    """The names and pages of records of one type, as far as the reader may see them."""
    try:
        records, _ = await batch_get(registry, conn, actor, registry.table(standard.name), list(dict.fromkeys(ids)))
    except Problem:
        return {}
    return {r["id"]: Link(label_of(standard, r), address(standard, r["id"], None)) for r in records}


def label_of(standard: Standard, record: Mapping[str, Any]) -> str:
    """What a record is called: its label, or its identifier."""
    return str(record.get(standard.label or "name") or record["id"])


def plain(value: Any) -> Any:
    """A value as plain JSON values, where it is still as it goes into an answer."""
    return orjson.loads(orjson.dumps(value)) if isinstance(value, (orjson.Fragment, dict, list)) else value


def is_open(standard: Standard, actor: Actor = ANONYMOUS) -> bool:
    """True if the actor may see records of the type; nobody in particular, if left out."""
    try:
        view_of(actor, standard)
    except Problem:
        return False
    return True


def _added(states: Iterable[StateExtension], standard: Standard, ext: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
    for state in states:
        values = cast("Mapping[str, Any]", ext.get(state.namespace, {}))
        yield from ((f, values[f.name]) for f in state.fields.get(standard.name, ()) if f.name in values)


def _refs(of: Field, value: Any) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if of.kind == "ref" and of.ref:
        yield of.ref, value
    elif of.kind == "list" and of.item:
        yield from (ref for item in value for ref in _refs(of.item, item))
    elif of.kind == "object":
        yield from (ref for part in of.fields for ref in _refs(part, value.get(part.name)))


@dataclass(frozen=True, slots=True)
class Step:
    """One version in the history of a record, and what it changed in the one recorded before it."""

    meta: Mapping[str, Any]
    changes: Sequence[tuple[Field, Any, Any]]


def steps(standard: Standard, versions: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The versions of a record (newest first) with what each of them changed in what was believed of its first day.

    Of the last one given nothing: what was believed before is not among them.
    """
    found: list[Step] = []
    for place, version in enumerate(versions):
        before = _believed(versions[place + 1 :], version["_meta"])
        found.append(Step(version["_meta"], _changes(standard, before, version) if before else ()))
    return found


def _believed(earlier: Sequence[Mapping[str, Any]], meta: Mapping[str, Any]) -> Mapping[str, Any] | None:
    covering = (v for v in earlier if _covers(v["_meta"], meta["valid_from"]))
    return next(covering, next(iter(earlier), None))


def _covers(meta: Mapping[str, Any], day: date) -> bool:
    return meta["valid_from"] <= day and (meta["valid_to"] is None or day < meta["valid_to"])


def _changes(standard: Standard, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[Field, Any, Any]]:
    pairs = [(f, plain(before.get(f.name)), plain(after.get(f.name))) for f in standard.fields]
    return [(f, old, new) for f, old, new in pairs if old != new]
