"""Reading: one record or many, of today or of any point on both clocks, always through one policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jjm.access import Actor, Way, require_write
from jjm.kit import Fault, Problem, ReadConnection, bad_request, not_found
from jjm.registry import store
from jjm.registry.definition import quote
from jjm.registry.filters import Filterable, bad_filter, compile_cql2
from jjm.registry.listing import ListQuery
from jjm.registry.model import AsOf, Version
from jjm.registry.rows import version_of
from jjm.registry.service.absent import absent, unknown
from jjm.registry.service.asking import Ask
from jjm.registry.service.consenting import spoken_of
from jjm.registry.service.context import Registry
from jjm.registry.service.lookup import looked_up
from jjm.registry.service.seeing import sight_of
from jjm.registry.service.showing import shown
from jjm.registry.sight import WHOLE, Sight
from jjm.registry.store import queries
from jjm.registry.table import Table

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """Records of one page, and where the next begins; `next` empty on the last page."""

    items: list[dict[str, Any]]
    next: Sequence[str]


async def get(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    table: Table,
    id: str,
    as_of: AsOf | None = None,
    fields: frozenset[str] | None = None,
) -> tuple[dict[str, Any], int | None]:
    """The record as it is shown, and its newest version where that is another.

    Where `fields` names what is wanted of it, what is personal is opened only for that.
    Raises Problem 404 for one never known or not seen, 410 for one retired, with what came of it.
    """
    sight = (await sight_of(registry, conn, actor, table)).for_fields(fields, table.personal)
    known = await resolve(conn, table, id)
    if as_of is None:
        row = await store.get(conn, table, known, sight, registry.partition_of(table, known))
    else:
        row = await store.get_as_of(conn, table, known, as_of, sight)
    if row is None or row["change"] == "retire":
        raise await absent(registry, conn, table, known, as_of, sight, asked=id)
    told_of = spoken_of(registry, as_of) if sight.by_consent else None
    (record,) = await shown(
        registry, conn, actor, table, sight, Way.RECORD, [row], fields=fields, told_of=told_of, is_one=True
    )
    return record, row["newest"] if as_of is None else None


async def resolve(conn: ReadConnection, table: Table, id: str) -> str:
    """The node's own identifier for `system:value`; any other identifier as it is."""
    system, separator, value = id.partition(":")
    if not separator:
        return id
    row = [
        r["id"] async for r in queries.record_by_external_id(conn, type=table.standard.name, system=system, value=value)
    ]
    if not row:
        raise unknown(table, id)
    return row[0]


async def page(registry: Registry, conn: ReadConnection, actor: Actor, table: Table, ask: Ask) -> Page:
    """One page of a list. Raises Problem 400 for a filter that cannot be understood."""
    sight = await sight_of(registry, conn, actor, table)
    ask = await looked_up(registry, conn, actor, table, ask, sight)
    sight = sight.for_fields(ask.fields, table.personal)
    rows, following = await _page(conn, sight, table, ask)
    told_of = spoken_of(registry, ask.as_of) if sight.by_consent else None
    items = await shown(registry, conn, actor, table, sight, Way.LIST, rows, fields=ask.fields, told_of=told_of)
    return Page(items, following)


async def _page(conn: ReadConnection, sight: Sight, table: Table, ask: Ask) -> tuple[list[Any], Sequence[str]]:
    if ask.as_of is not None:
        return await _page_as_of(conn, sight, table, ask)
    statement, values = _query(sight, table, ask).page()
    rows = await conn.fetch(statement, *values)
    if len(rows) < ask.limit:
        return rows, ()
    last = rows[-1]
    return rows, (last["cursor_area"], last["id"]) if last["cursor_area"] else (last["id"],)


async def _page_as_of(conn: ReadConnection, sight: Sight, table: Table, ask: Ask) -> tuple[list[Any], Sequence[str]]:
    """Pages of candidates until one page of records that held then is full, or no candidate is left."""
    held: list[Any] = []
    after, areas = ask.after, await _areas(conn, ask)
    while True:
        statement, values = _query(sight, table, replace(ask, after=after), areas).page()
        rows = await conn.fetch(statement, *values)
        for row in rows:
            after = (row["cursor_id"],)
            if row["id"] is not None:
                held.append(row)
            if len(held) == ask.limit:
                return held, after
        if len(rows) < ask.limit:
            return held, ()


async def _areas(conn: ReadConnection, ask: Ask) -> list[str]:
    if ask.as_of is None or ask.within is None:
        return []
    at = ask.as_of
    rows = queries.areas_as_of(conn, root=ask.within, day=at.valid_at, known=at.known_at)
    return [row["id"] async for row in rows]


async def count(registry: Registry, conn: ReadConnection, actor: Actor, table: Table, ask: Ask) -> int:
    """How many records the list holds in all, exactly."""
    sight = await sight_of(registry, conn, actor, table)
    ask = await looked_up(registry, conn, actor, table, ask, sight)
    statement, values = _query(sight, table, ask, await _areas(conn, ask)).count()
    return await conn.fetchval(statement, *values)


async def whole(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, ask: Ask
) -> tuple[str, list[Any]]:
    """The question for all records of the list, to be streamed. Raises Problem 400 for a filter without sense."""
    sight = (await sight_of(registry, conn, actor, table)).for_fields(ask.fields, table.personal)
    return _query(sight, table, ask, await _areas(conn, ask)).whole()


async def estimate(registry: Registry, conn: ReadConnection, actor: Actor, table: Table) -> int | None:
    """About how many records of the type hold today, as the database last counted.

    None for an actor who sees only some of them: how many others there are is not for that actor.
    """
    sight = await sight_of(registry, conn, actor, table)
    return None if sight.is_scoped else await queries.estimate(conn, type=table.standard.name)


def another_list() -> Problem:
    """400 for a cursor that another list gave."""
    return bad_request("bad-cursor", "The cursor belongs to another list; follow `next` as it was given.")


def _query(sight: Sight, table: Table, ask: Ask, areas: Sequence[str] = ()) -> ListQuery:
    hidden = sight.hidden
    query = ListQuery(table, ask.limit, sight, within=ask.within, as_of=ask.as_of, after=ask.after, areas=areas)
    # Behind the id of another type there is nothing, or everything: it would be taken for the end of the list.
    letters = table.standard.id.partition("{")[0]
    if ask.after and (len(ask.after) != (2 if query.walks_areas else 1) or not ask.after[-1].startswith(letters)):
        raise another_list()
    columns = Filterable(table, hidden, sight.agreement)
    if ask.within and table.standard.level is None and not table.standard.area:
        raise bad_filter(f"{table.standard.plural} lie in no area", "Leave `within` out.", "/within", ask.within)
    for name, values in ask.equals.items():
        query.conditions.append(columns.equals(name, values, query.bind))
    if ask.cql2:
        query.conditions.append(compile_cql2(ask.cql2, columns, query.bind))
    if ask.ids is not None:
        query.conditions.append(f"t.id = any({query.bind(ask.ids)})")
    if ask.bbox:
        query.conditions.append(_box(table, hidden, query, ask.bbox))
    return query


def _box(table: Table, hidden: frozenset[str], query: ListQuery, bbox: tuple[float, float, float, float]) -> str:
    name = next((n for n, c in table.columns.items() if c.type == "point" and n not in hidden), None)
    if name is None:
        raise bad_filter(f"{table.standard.plural} have no location that may be shown", "Leave `bbox` out.", "/bbox")
    west, south, east, north = map(query.bind, bbox)
    return f"t.{quote(name)} <@ box(point({west}, {south}), point({east}, {north}))"


async def batch_get(
    registry: Registry,
    conn: ReadConnection,
    actor: Actor,
    table: Table,
    ids: Sequence[str],
    way: Way = Way.LIST,
    fields: frozenset[str] | None = None,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Records of today in the order asked for, and the identifiers that name none. At most 1,000 at once."""
    if len(ids) > MOST_AT_ONCE:
        fault = Fault(f"{len(ids)} identifiers", f"Ask for at most {MOST_AT_ONCE} at once.", "/ids")
        raise bad_request("too-many", "Too many identifiers.", fault)
    sight = (await sight_of(registry, conn, actor, table)).for_fields(fields, table.personal)
    state = registry.one_partition(table, ids)
    rows = {row["id"]: row for row in await store.get_many(conn, table, ids, sight, state)}
    told_of = spoken_of(registry, None) if sight.by_consent else None
    there = [rows[i] for i in ids if i in rows]
    items = await shown(registry, conn, actor, table, sight, way, there, fields=fields, told_of=told_of)
    return items, [i for i in ids if i not in rows]


async def history(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, id: str, *, below: int | None, limit: int
) -> list[dict[str, Any]]:
    """Versions of a record, newest first; only those that lie where the actor sees records of the type.

    Raises Problem 404 for a record of which there is none.
    """
    sight = await sight_of(registry, conn, actor, table)
    known = await resolve(conn, table, id)
    rows = await store.versions(conn, table, known, sight, below=below or 2**31 - 1, limit=limit)
    if not rows and below is None:
        raise unknown(table, id)
    return await shown(registry, conn, actor, table, sight, Way.HISTORY, rows, is_one=True)


async def at_version(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, id: str, version: int
) -> dict[str, Any]:
    """One version of a record. Raises Problem 404 when there is none of that number that the actor sees."""
    sight = await sight_of(registry, conn, actor, table)
    known = await resolve(conn, table, id)
    rows = await store.at_versions(conn, table, [(known, version)], sight)
    if not rows:
        if not await store.versions(conn, table, known, sight, limit=1):
            raise unknown(table, id)
        raise not_found(f"The {table.standard.name} `{id}` has no version {version}.", id=id)
    (record,) = await shown(registry, conn, actor, table, sight, Way.HISTORY, rows, is_one=True)
    return record


async def newest_version(
    registry: Registry, conn: ReadConnection, actor: Actor, table: Table, id: str, sight: Sight = WHOLE
) -> Version:
    """The version that holds today, with all its values, for whoever builds the next one on it.

    Where only some areas are seen, a record that lies elsewhere is as if it were not there. Raises Problem 401 or 403
    for an actor who may not write the type, 404 or 410 where no version holds.
    """
    require_write(actor, table.standard)
    seen = Sight(areas=sight.areas)
    row = await store.get(conn, table, id, seen)
    if row is None:
        raise await absent(registry, conn, table, id, None, seen)
    return version_of(table, row)


async def newest_versions(conn: ReadConnection, actor: Actor, table: Table, ids: Sequence[str]) -> dict[str, Version]:
    """The same for those of these records that hold today, wherever they lie. Raises Problem 401 or 403."""
    require_write(actor, table.standard)
    return {row["id"]: version_of(table, row) for row in await store.get_many(conn, table, ids)}


async def require_seen(registry: Registry, conn: ReadConnection, actor: Actor, table: Table, id: str) -> None:
    """Refuse a record of which the actor sees no version as if it were not there. Raises Problem 404."""
    sight = await sight_of(registry, conn, actor, table)
    if sight.is_scoped and not await store.versions(conn, table, id, Sight(areas=sight.areas), limit=1):
        raise unknown(table, id)
