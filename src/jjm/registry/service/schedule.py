"""What takes effect on a coming day: noted when it is recorded, put in place when the day has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from jjm.kit import ReadConnection, WriteConnection
from jjm.registry import store
from jjm.registry.model import Change, Header, Version
from jjm.registry.rules import next_turn, winner
from jjm.registry.service.context import Registry
from jjm.registry.service.reflect import reflect
from jjm.registry.table import Table

_AT_ONCE = 1_000


async def schedule(
    conn: WriteConnection,
    table: Table,
    fresh: Sequence[Version],
    *,
    before: Mapping[str, Sequence[Header]],
    today: date,
) -> None:
    """Note the next day on which another version of these records takes effect."""
    bent = [v for v in fresh if v.valid_to is not None or v.valid_from > today or before.get(v.id)]
    if not bent:
        return
    dues = {v.id: next_turn([*before.get(v.id, ()), v.header], today) for v in bent}
    await _note(conn, table, dues, beyond=today)


async def _note(conn: WriteConnection, table: Table, dues: Mapping[str, date | None], *, beyond: date) -> None:
    name = table.standard.name
    if done := [id for id, due in dues.items() if due is None]:
        await store.queries.forget_schedule(conn, type=name, ids=done, beyond=beyond)
    coming = {id: due for id, due in dues.items() if due is not None}
    if coming:
        days = list(coming.values())
        await store.queries.keep_schedule(conn, type=name, ids=list(coming), dues=days, beyond=beyond)


async def next_due(conn: ReadConnection) -> date | None:
    """The next day on which something takes effect; None while nothing is scheduled."""
    return await store.queries.next_due(conn)


async def settle_due(registry: Registry, conn: WriteConnection) -> int:
    """Put in place what takes effect today or should have before; the number of records settled."""
    due: dict[str, list[str]] = {}
    async for row in store.queries.due(conn, today=registry.clock.today(), limit=_AT_ONCE):
        due.setdefault(row["type"], []).append(row["id"])
    for type, ids in due.items():
        await settle(registry, conn, registry.table(type), ids)
    return sum(map(len, due.values()))


async def settle(registry: Registry, conn: WriteConnection, table: Table, ids: Sequence[str]) -> None:
    """Make the table of today hold, for each of these records, the version that holds today."""
    day = registry.clock.today()
    standing = await store.lock(conn, table, ids)
    headers = await store.headers(conn, table, ids)
    holders = {id: _holder(headers[id], day) for id in ids}
    moving = [id for id in ids if _number(standing.get(id)) != _version_number(holders[id])]
    await store.archive(conn, table, [id for id in moving if id in standing])
    await store.promote(conn, table, {id: h.version for id in moving if (h := holders[id])})
    newest = {id: _newest(headers[id], h) for id in ids if (h := holders[id])}
    await store.mark_newest(conn, table, newest)
    await _note(conn, table, {id: next_turn(headers[id], day) for id in ids}, beyond=date.min)
    # A record that ended before it was ever put in place may still be named by others.
    if touched := [*moving, *(id for id in ids if holders[id] is None and id not in moving)]:
        now = await store.lock(conn, table, touched)
        await reflect(registry, conn, table, {id: now.get(id) for id in touched}, dict.fromkeys(touched))


def _holder(headers: Sequence[Header], day: date) -> Header | None:
    found = winner(headers, day)
    return None if found is None or found.change == Change.RETIRE else found


def _number(version: Version | None) -> int | None:
    return version.version if version else None


def _version_number(header: Header | None) -> int | None:
    return header.version if header else None


def _newest(headers: Sequence[Header], holder: Header) -> int | None:
    newest = max(h.version for h in headers)
    return None if newest == holder.version else newest
