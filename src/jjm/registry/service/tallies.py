"""What public reports count in areas: kept up to the registries where a report asks for it, else counted when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from jjm.kit import ReadConnection, WriteConnection
from jjm.registry.filters import Binder
from jjm.registry.model import AsOf
from jjm.registry.service.context import Registry
from jjm.registry.store import tallies as queries
from jjm.registry.tallied_records import RecordsQuery
from jjm.registry.tallying import Tally, TallyQuery, areas_of, measures_of, plan, sums_by
from jjm.standards import Indicator, Standard

Number = int | Decimal
_FINEST_KEPT = "village"


@dataclass(frozen=True, slots=True)
class Tallied:
    """The measured columns of one area, and how many units of the report's grain have no record there."""

    values: Mapping[str, Number]
    missing: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One record of a list: its area, its day, and codes column by column; `id` is for going on and is not told."""

    area: str
    id: str
    day: date
    codes: Sequence[Sequence[str]]


def kept_types(registry: Registry) -> set[str]:
    """The types whose changes change kept sums."""
    return {part.type for t in _kept(registry) if t.records is not None for part in t.records.parts}


async def touched(registry: Registry, conn: ReadConnection, type: str, ids: Sequence[str]) -> list[str]:
    """The areas in which these records lie, or ever lay."""
    return [r["id"] for r in await conn.fetch(areas_of(registry.table(type)), list(ids)) if r["id"]]


async def keep_tallies(registry: Registry, conn: WriteConnection, areas: Sequence[str]) -> None:
    """Count anew, in these areas, what reports keep. May be done again."""
    for tally in _kept(registry):
        statement, values = _query(registry, tally, areas, None).statement()
        rows = await conn.fetch(statement, *values)
        await queries.forget_tallies(conn, key=tally.key, areas=areas)
        numbers = [[row[f"m{n}"] for n in range(len(tally.measures))] for row in rows]
        await queries.keep_tallies(
            conn, key=tally.key, areas=[r["area"] for r in rows], values=[" ".join(map(str, n)) for n in numbers]
        )


async def are_kept(registry: Registry, conn: ReadConnection) -> bool:
    """True where the sums of all that is kept were made for all areas by these definitions."""
    known = {r["key"] async for r in queries.tallies_kept(conn)}
    return known == {t.key for t in _kept(registry)}


async def note_kept(registry: Registry, conn: WriteConnection, at: datetime) -> None:
    """Note that all areas were counted by the definitions of today; what others counted is forgotten."""
    keys = [t.key for t in _kept(registry)]
    await queries.forget_other_tallies(conn, keys=keys)
    await queries.note_tallies(conn, keys=keys, at=at)


async def tallied(
    registry: Registry,
    conn: ReadConnection,
    indicator: Indicator,
    level: Standard,
    areas: Sequence[str],
    as_of: AsOf | None = None,
) -> Mapping[str, Tallied]:
    """What a report counts in each of these areas of one level; of today from kept sums, where they are kept.

    It is told to everybody: an indicator says itself what it opens, and may not count what is about persons.
    """
    if not areas:
        return {}
    wanted = measures_of(indicator)
    found: dict[str, dict[str, Number]] = {area: dict.fromkeys(wanted, 0) for area in areas}
    kept = as_of is None and indicator.kept and not _is_fine(registry, level) and await are_kept(registry, conn)
    for tally in _kept(registry) if kept else plan([indicator]):
        places = {name: tally.measures.index(m) for name, (r, m) in wanted.items() if r == tally.records}
        if places:
            for area, values in (await _values(registry, conn, tally, areas, as_of, kept)).items():
                found[area] |= {name: _plain(values[place]) for name, place in places.items()}
    return {area: _told(values) for area, values in found.items()}


async def listed(
    registry: Registry,
    conn: ReadConnection,
    indicator: Indicator,
    area: str,
    as_of: AsOf | None,
    limit: int,
    after: tuple[date, str] | None = None,
) -> Sequence[Listed]:
    """Records behind a report in an area, the newest day first, as its file tells them to everybody."""
    assert indicator.listing is not None
    records = indicator.sets[indicator.listing.of]
    tables = [registry.table(part.type) for part in records.parts]
    told = [c.holding for c in indicator.listing.columns if c.holding]
    query = RecordsQuery(
        Tally(records, ()), tables, {}, [area], registry.clock.today(), as_of, Binder(), told, limit, after
    )
    statement, values = query.statement()
    rows = await conn.fetch(statement, *values)
    return [Listed(r["in_area"], r["id"], r["day"], [r[f"c{n}"] for n in range(len(told))]) for r in rows]


async def sums_of_field(
    registry: Registry,
    conn: ReadConnection,
    type: str,
    number: str | None,
    *,
    key: str,
    by: str,
    ids: Sequence[str],
    as_of: AsOf | None = None,
) -> Mapping[str, Mapping[str, Decimal]]:
    """For each of these records, that others of a type name in `key`: the sums of a number of those, by a code.

    Without a number it counts them. Exact where the number is kept exactly. It asks no policy: it is for types that
    everybody may read, and for numbers that are told of no place smaller than a village.
    """
    bind = Binder()
    statement = sums_by(registry.table(type), key, by, number, as_of, bind, ids)
    found: dict[str, dict[str, Decimal]] = {}
    for row in await conn.fetch(statement, *bind.values):
        found.setdefault(row["key"], {})[row["by"]] = row["sum"] or Decimal()
    return found


async def _values(
    registry: Registry, conn: ReadConnection, tally: Tally, areas: Sequence[str], as_of: AsOf | None, kept: bool
) -> Mapping[str, Sequence[Decimal]]:
    if kept:
        return {r["area"]: r["values"] async for r in queries.tallies(conn, key=tally.key, areas=areas)}
    statement, values = _query(registry, tally, areas, as_of).statement()
    rows = await conn.fetch(statement, *values)
    return {row["area"]: [row[f"m{n}"] for n in range(len(tally.measures))] for row in rows}


def _query(registry: Registry, tally: Tally, areas: Sequence[str], as_of: AsOf | None) -> TallyQuery:
    types = {s.level.name: s.name for s in registry.levels() if s.level}
    tables = [registry.table(part.type) for part in tally.records.parts] if tally.records else []
    return TallyQuery(tally, tables, types, areas, registry.clock.today(), as_of)


def _kept(registry: Registry) -> list[Tally]:
    return plan(i for i in registry.catalogue.indicators.values() if i.kept)


def _is_fine(registry: Registry, level: Standard) -> bool:
    """True for villages and what is smaller: their few records are counted when asked."""
    finest = registry.catalogue.level(_FINEST_KEPT)
    return bool(finest and finest.level and level.level and level.level.rank >= finest.level.rank)


def _plain(value: Decimal) -> Number:
    return int(value) if value == int(value) else value


def _told(values: dict[str, Number]) -> Tallied:
    known, all = values.pop(".known", None), values.pop(".all", None)
    return Tallied(values, None if known is None or all is None else max(0, int(all - known)))
