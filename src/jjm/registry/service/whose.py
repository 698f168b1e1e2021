"""The records about somebody who is known by a telephone number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jjm.access import Subject
from jjm.kit import ReadConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.filters import Filterable
from jjm.registry.listing import ListQuery
from jjm.registry.service.context import Registry
from jjm.registry.store import whose
from jjm.registry.table import Table
from jjm.standards import Field

MOST = 20
_VERSIONS = 200
_INDIA, _HALF = "+91", 5


@dataclass(frozen=True, slots=True)
class Whose:
    """What access has to know of records that are about a person."""

    registry: Registry

    async def about(self, conn: ReadConnection, phone: str) -> tuple[Sequence[Subject], bool]:
        """Records of today that carry this number (`+91…`) as somebody's own, and whether there are more than 20."""
        found: list[Subject] = []
        for table in self.registry.tables.values():
            for field in table.standard.fields:
                if field.format == "phone" and field.is_personal:
                    ids = await _carrying(conn, table, field, phone, MOST + 1 - len(found))
                    found += [await _subject(conn, table, id) for id in ids]
        return found[:MOST], len(found) > MOST


async def _carrying(conn: ReadConnection, table: Table, field: Field, phone: str, most: int) -> list[str]:
    """The records of today with this number in a field, some of them at most."""
    query = ListQuery(table, most)
    query.conditions.append(Filterable(table, frozenset()).equals(field.name, spellings(phone), query.bind))
    statement, values = query.page()
    return [row["id"] for row in await conn.fetch(statement, *values)]


def spellings(phone: str) -> list[str]:
    """The ways in which a number is written in records."""
    national = phone.removeprefix(_INDIA)
    if national == phone:
        return [phone]
    halves = f"{national[:_HALF]} {national[_HALF:]}"
    bare = [f"{begin}{national}" for begin in ("", "0", "91", "+91", "+91 ", "+91-")]
    return [*bare, *(f"{begin}{halves}" for begin in ("", "0", "+91 "))]


async def _subject(conn: ReadConnection, table: Table, id: str) -> Subject:
    rows = await store.versions(conn, table, id, limit=_VERSIONS + 1)
    area = table.standard.area
    own = {place for row in rows for place in (entries(row[area]) if area else ())}
    above = frozenset([row["id"] async for row in whose.ever_above(conn, ids=sorted(own))]) if own else frozenset[str]()
    is_cut = len(rows) > _VERSIONS
    first = rows[-1]["recorded_at"] if not is_cut else (await store.headers(conn, table, [id]))[id][0].recorded_at
    positions = None if is_cut else tuple(row["position"] for row in rows if row["position"] is not None)
    return Subject(table.standard.name, id, first, above, positions)
