"""A name sought among the names of records: how close each comes, and where it may lie. One name, some types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

from jjm.kit import ReadConnection
from jjm.registry.names import fold, near, sound
from jjm.registry.store import queries, scope

_LAST = "\U0010ffff"
_A_TYPE, _A_KEY, _KEYS, _SMALL = 100, 8, 24, 3_000
_OPEN_FROM = 3  # consonants from which the beginning of a sound says something

Scope: TypeAlias = tuple[tuple[str, ...], ...]
"""Where names are seen: in each of these, one area or the other; everywhere where there are none."""


class Match(IntEnum):
    """How a name matched, the closest first."""

    EXACT = 0
    BEGINNING = 1
    WORD = 2
    SOUND = 3
    TYPING = 4


@dataclass(frozen=True, slots=True)
class Found:
    row: Any
    match: Match
    is_near: bool = False

    @property
    def order(self) -> tuple[Any, ...]:
        """The closest first; no two names of records are alike in it."""
        row = self.row
        likeness = 0 if self.match < Match.SOUND else -round(row["closeness"], 1)
        closest = self.match, likeness, row["rank"], not self.is_near, -row["closeness"], len(row["key"]), row["key"]
        return *closest, row["name"], row["id"]


@dataclass
class Names:
    """A name sought in some types and, where `within` names areas, only there.

    Each of `scope` names areas to lie in as well.
    """

    conn: ReadConnection
    name: str
    types: Sequence[str]
    spread: Sequence[str]
    limit: int
    within: Sequence[str] = ()
    scope: Scope = ()
    found: dict[tuple[str, str], Found] = field(default_factory=dict[tuple[str, str], Found])
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
            found = Found(row, _match(self.key, row) if match is None else match, is_near)
            at = (row["type"], row["id"])
            if at not in self.found or found.order < self.found[at].order:
                self.found[at] = found

    async def by_letters(self) -> None:
        """Names that are what is sought, or begin with it, or have a word that does."""
        rows = await self._seen(await self._beginning())
        self.keep(rows)
        full = [t for t in self.types if sum(r["type"] == t for r in rows) >= _A_TYPE]
        if full:
            # Among too many, the shortest are the closest to what is sought.
            asked = queries.spellings_from(self.conn, key=self.key, beyond=self.key + _LAST, most=_KEYS)
            self.keep(await self._having([r["key"] async for r in asked], full))

    async def by_sound(self) -> None:
        """Names that sound like what is sought."""
        heard = sound(self.name)
        asked = queries.spellings_of_sound(
            self.conn, sound=heard, beyond=heard + _LAST, open=len(heard) >= _OPEN_FROM, key=self.key, most=_KEYS
        )
        self.keep(await self._having([r["key"] async for r in asked], self.types), Match.SOUND)

    async def by_typing(self) -> None:
        """Names about one typing error away from what is sought."""
        asked = queries.spellings_near(self.conn, near=near(self.key), key=self.key, most=_KEYS)
        self.keep(await self._having([r["key"] async for r in asked], self.types), Match.TYPING)

    async def _beginning(self) -> list[Any]:
        here = {"types": self.types, "key": self.key, "beyond": self.key + _LAST}
        if not self._places:
            return [r async for r in queries.names_from(self.conn, **here, most=_A_TYPE)]
        place = {"within": self._places, "spread": self.spread}
        if await self._small():
            return [r async for r in queries.names_inside(self.conn, **here, **place, start=self.key, keys=[])]
        return [r async for r in queries.names_from_within(self.conn, **here, **place, most=_A_TYPE // 2)]

    async def _having(self, keys: Sequence[str], types: Sequence[str]) -> list[Any]:
        return await self._seen(await self._with(keys, types)) if keys else []

    async def _with(self, keys: Sequence[str], types: Sequence[str]) -> list[Any]:
        here = {"types": types, "keys": keys, "key": self.key}
        if not self._places:
            return [r async for r in queries.names_with(self.conn, **here, most=_A_KEY)]
        place = {"within": self._places, "spread": self.spread}
        if await self._small():
            return [r async for r in queries.names_inside(self.conn, **here, **place, start="", beyond="")]
        return [r async for r in queries.names_with_within(self.conn, **here, **place, most=_A_KEY)]

    async def _small(self) -> bool:
        """True if so few areas lie within that their names are best looked through one by one."""
        if self._is_small is None:
            count: int = await queries.areas_inside(self.conn, within=self._places, most=_SMALL)
            self._is_small = count < _SMALL
        return self._is_small

    @property
    def _places(self) -> Sequence[str]:
        return self.within or (self.scope[0] if self.scope else ())

    async def _seen(self, rows: list[Any]) -> list[Any]:
        """Those of these names that lie in what is seen, where they were not sought just there."""
        for roots in self.scope if self.within else self.scope[1:]:
            types, ids, areas = ([row[name] for row in rows] for name in ("type", "id", "area"))
            asked = scope.names_inside(self.conn, roots=roots, types=types, ids=ids, areas=areas)
            seen = {(r["type"], r["id"]) async for r in asked}
            rows = [row for row in rows if (row["type"], row["id"]) in seen]
        return rows


def _match(key: str, row: Any) -> Match:
    if row["place"]:
        return Match.WORD
    return Match.EXACT if row["key"] == key else Match.BEGINNING
