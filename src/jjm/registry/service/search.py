"""Search by name over all types: exact and beginning, then the same sound, then typing errors; in any script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from jjm.access import Actor, Way, view_of
from jjm.kit import Problem, ReadConnection
from jjm.registry.names import fold, near, sound
from jjm.registry.service.context import Registry
from jjm.registry.service.read import batch_get
from jjm.registry.store import queries
from jjm.standards import Standard

_LAST = "\U0010ffff"
_A_TYPE, _A_KEY, _KEYS, _SMALL = 100, 8, 24, 3_000
_OPEN_FROM = 3  # consonants from which the beginning of a sound says something
_AREA_BELOW = 5  # villages are not taken for the place that another name is looked for in
_PLACES, _TAILS = 3, 2


class Match(IntEnum):
    """How a name matched, the closest first."""

    EXACT = 0
    BEGINNING = 1
    WORD = 2
    SOUND = 3
    TYPING = 4


_SCORES = {Match.EXACT: 1.0, Match.BEGINNING: 0.8, Match.WORD: 0.6, Match.SOUND: 0.4, Match.TYPING: 0.2}


@dataclass(frozen=True, slots=True)
class Above:
    """An area that a hit lies in."""

    id: str
    type: str
    level: str | None
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: its name, the name of it that matched and how well (`score`, 1 is exact), and where it lies.

    `level` and `code` are set for areas; `path` runs from the State down.
    """

    type: str
    id: str
    name: str
    matched: str
    match: str
    score: float
    level: str | None = None
    code: str | None = None
    path: Sequence[Above] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What is sought: a name as somebody typed it, in which types, inside which area, or best near which."""

    name: str
    types: Sequence[str] = ()
    within: str | None = None
    near: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class _Found:
    row: Any
    match: Match
    is_near: bool = False

    @property
    def order(self) -> tuple[Any, ...]:
        row = self.row
        likeness = 0 if self.match < Match.SOUND else -round(row["closeness"], 1)
        return self.match, likeness, row["rank"], not self.is_near, -row["closeness"], len(row["key"]), row["key"]


@dataclass
class _Search:
    """A name sought in some types and, where `within` names areas, only there."""

    conn: ReadConnection
    name: str
    types: Sequence[str]
    spread: Sequence[str]
    limit: int
    within: Sequence[str] = ()
    found: dict[tuple[str, str], _Found] = field(default_factory=dict[tuple[str, str], _Found])
    _is_small: bool | None = None

    @property
    def key(self) -> str:
        return fold(self.name)

    @property
    def missing(self) -> int:
        return self.limit - len(self.found)

    def keep(self, rows: Iterable[Any], match: Match | None = None, is_near: bool = False) -> None:
        """Keep each record once, by its best match."""
        for row in rows:
            found = _Found(row, _match(self.key, row) if match is None else match, is_near)
            at = (row["type"], row["id"])
            if at not in self.found or found.order < self.found[at].order:
                self.found[at] = found

    async def by_letters(self) -> None:
        """Names that are what is sought, or begin with it, or have a word that does."""
        rows = await self._beginning()
        self.keep(rows)
        full = [t for t in self.types if sum(r["type"] == t for r in rows) >= _A_TYPE]
        if full:
            # Among too many, the shortest are the closest to what is sought.
            asked = queries.spellings_from(self.conn, key=self.key, beyond=self.key + _LAST, most=_KEYS)
            self.keep(await self._with([r["key"] async for r in asked], full))

    async def by_sound(self) -> None:
        """Names that sound like what is sought."""
        heard = sound(self.name)
        asked = queries.spellings_of_sound(
            self.conn, sound=heard, beyond=heard + _LAST, open=len(heard) >= _OPEN_FROM, key=self.key, most=_KEYS
        )
        self.keep(await self._with([r["key"] async for r in asked], self.types), Match.SOUND)

    async def by_typing(self) -> None:
        """Names about one typing error away from what is sought."""
        asked = queries.spellings_near(self.conn, near=near(self.key), key=self.key, most=_KEYS)
        self.keep(await self._with([r["key"] async for r in asked], self.types), Match.TYPING)

    async def _beginning(self) -> list[Any]:
        here = {"types": self.types, "key": self.key, "beyond": self.key + _LAST}
        if not self.within:
            return [r async for r in queries.names_from(self.conn, **here, most=_A_TYPE)]
        place = {"within": self.within, "spread": self.spread}
        if await self._small():
            return [r async for r in queries.names_inside(self.conn, **here, **place, start=self.key, keys=[])]
        return [r async for r in queries.names_from_within(self.conn, **here, **place, most=_A_TYPE // 2)]

    async def _with(self, keys: Sequence[str], types: Sequence[str]) -> list[Any]:
        if not keys:
            return []
        here = {"types": types, "keys": keys, "key": self.key}
        if not self.within:
            return [r async for r in queries.names_with(self.conn, **here, most=_A_KEY)]
        place = {"within": self.within, "spread": self.spread}
        if await self._small():
            return [r async for r in queries.names_inside(self.conn, **here, **place, start="", beyond="")]
        return [r async for r in queries.names_with_within(self.conn, **here, **place, most=_A_KEY)]

    async def _small(self) -> bool:
        """True if so few areas lie within that their names are best looked through one by one."""
        if self._is_small is None:
            count: int = await queries.areas_inside(self.conn, within=self.within, most=_SMALL)
            self._is_small = count < _SMALL
        return self._is_small


def _match(key: str, row: Any) -> Match:
    if row["place"]:
        return Match.WORD
    return Match.EXACT if row["key"] == key else Match.BEGINNING


async def search(registry: Registry, conn: ReadConnection, actor: Actor, sought: Sought) -> list[Hit]:
    """The records whose names are closest to what is sought, the closest first, then by level, then near an area.

    A place may follow the name, after a comma or simply behind it: `Rampur, Angul`. Raises Problem 401 or 403 for a
    type asked for by name that is not open to the actor, 404 for one that is not known.
    """
    name, _, place = sought.name.partition(",")
    types = _types(registry, actor, sought.types)
    spread = [t for t in types if _is_spread(registry.table(t).standard)]
    within = [sought.within] if sought.within else []
    this = _Search(conn, name, types, spread, sought.limit, within)
    if not this.key or not types:
        return []
    found = await _at_places(registry, this, place) if place.strip() else []
    return await _hits(registry, conn, actor, found or await _seek(registry, this, sought.near), sought.limit)


async def _seek(registry: Registry, this: _Search, beside: str | None) -> list[_Found]:
    await this.by_letters()
    if beside:
        there = replace(this, within=[beside], found={})
        await there.by_letters()
        this.keep((f.row for f in there.found.values()), is_near=True)
    if this.missing > 0:
        await this.by_sound()
    if not this.found:
        words = this.name.split()
        for n in range(len(words) - 1, max(0, len(words) - 1 - _TAILS), -1):
            head = replace(this, name=" ".join(words[:n]), found={})
            if found := await _at_places(registry, head, " ".join(words[n:])):
                return found
    if this.missing > 0:
        await this.by_typing()
    return list(this.found.values())


async def _at_places(registry: Registry, this: _Search, place: str) -> list[_Found]:
    """What is sought in the places of that name; nothing where there is none."""
    levels = [s.name for s in registry.levels() if s.level and s.level.rank < _AREA_BELOW]
    where = replace(this, name=place, types=levels, spread=(), limit=_PLACES, found={})
    await where.by_letters()
    if not where.found:
        await where.by_sound()
    areas = sorted(where.found.values(), key=lambda f: f.order)[:_PLACES]
    inside = replace(this, within=[a.row["id"] for a in areas], found={}, _is_small=None)
    if areas:
        await inside.by_letters()
        if not inside.found:
            await inside.by_sound()
    return list(inside.found.values())


def _is_spread(standard: Standard) -> bool:
    return bool(standard.area) and standard.field(str(standard.area)).is_list_of_refs


def _types(registry: Registry, actor: Actor, asked: Sequence[str]) -> list[str]:
    """The types searched: those asked for by plural, or all whose names the actor may see."""
    tables = [registry.by_plural(plural) for plural in asked] or list(registry.tables.values())
    return [t.standard.name for t in tables if t.standard.search and _is_open(actor, t.standard, bool(asked))]


def _is_open(actor: Actor, standard: Standard, insists: bool) -> bool:
    try:
        hidden = view_of(actor, standard).hidden
    except Problem:
        if insists:
            raise
        return False
    return hidden.isdisjoint(standard.search)


async def _hits(
    registry: Registry, conn: ReadConnection, actor: Actor, found: Sequence[_Found], limit: int
) -> list[Hit]:
    best = sorted(found, key=lambda f: (*f.order, f.row["name"], f.row["id"]))[:limit]
    paths = await _paths(registry, conn, {f.row["area"] for f in best if f.row["area"]})
    names = await _names(registry, conn, actor, best)
    return [_hit(registry, f, paths.get(f.row["area"], []), names) for f in best]


def _hit(registry: Registry, found: _Found, path: Sequence[Above], names: dict[str, str]) -> Hit:
    row, level = found.row, registry.table(found.row["type"]).standard.level
    itself = next((a for a in path if a.id == row["id"]), None)
    return Hit(
        type=row["type"],
        id=row["id"],
        name=itself.name if itself else names.get(row["id"], str(row["name"])),
        matched=row["name"],
        match=found.match.name.lower(),
        score=round(_SCORES[found.match] + (0.19 * row["closeness"] if found.match else 0), 3),
        level=level.name if level else None,
        code=itself.code if itself else None,
        path=[a for a in path if a.id != row["id"]],
    )


async def _paths(registry: Registry, conn: ReadConnection, areas: set[str]) -> dict[str, list[Above]]:
    found: dict[str, list[Above]] = {}
    async for r in queries.areas_above(conn, ids=list(areas)):
        level = registry.table(r["type"]).standard.level
        above = Above(r["id"], r["type"], level.name if level else None, r["code"], r["name"])
        found.setdefault(r["of"], []).append(above)
    return found


async def _names(registry: Registry, conn: ReadConnection, actor: Actor, best: Sequence[_Found]) -> dict[str, str]:
    """The names that records other than areas go by, as far as the actor may see them."""
    names: dict[str, str] = {}
    for type in {f.row["type"] for f in best}:
        table = registry.table(type)
        if table.standard.level is None and (label := table.standard.label):
            ids = [f.row["id"] for f in best if f.row["type"] == type]
            records, _ = await batch_get(registry, conn, actor, table, ids, Way.SEARCH)
            names |= {r["id"]: str(re.sub(r"\s+", " ", str(r[label]))) for r in records if label in r}
    return names
