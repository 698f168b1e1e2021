"""Which records name a record, today or in any version, openly or in what is sealed."""

from __future__ import annotations

from collections.abc import Iterable

from jjm.kit import ReadConnection
from jjm.registry.columns import entries
from jjm.registry.erasing import areas_of, pointing, sealed_in
from jjm.registry.service.context import Registry
from jjm.registry.table import Table


async def pointing_at(registry: Registry, conn: ReadConnection, types: Iterable[str], type: str, id: str) -> list[str]:
    """The records of these types that name a record in one of their fields, in any version of theirs.

    A field that is sealed is opened to be compared: in the records of the areas in which the record ever lay, where
    both types lie in the same kind of area. Nothing of it is shown to anybody.
    """
    found: set[str] = set()
    for name in types:
        table = registry.table(name)
        names = table.targets.get(type, ())
        if seen := [one for one in names if one in table.columns]:
            found.update(row["id"] for row in await conn.fetch(pointing(table, seen), id))
        if sealed := [one for one in names if one in table.personal]:
            found |= await _sealed(conn, table, sealed, registry.table(type), id)
    return sorted(found)


async def _sealed(conn: ReadConnection, table: Table, names: list[str], of: Table, id: str) -> set[str]:
    areas = await _areas(conn, of, id) if _same_area(table, of) else None
    rows = await conn.fetch(sealed_in(table), areas)
    return {
        row["id"]
        for row in rows
        for inside in (table.inside(row["id"], row["version"], row["sealed"]),)
        if any(id in entries(inside.get(name)) for name in names)
    }


async def _areas(conn: ReadConnection, table: Table, id: str) -> list[str]:
    return [row["area"] for row in await conn.fetch(areas_of(table), id) if row["area"] is not None]


def _same_area(one: Table, other: Table) -> bool:
    columns = [table.columns.get(table.standard.area or "") for table in (one, other)]
    fields = [column.field for column in columns if column is not None]
    return len(fields) == 2 and fields[0].kind == fields[1].kind == "ref" and fields[0].ref == fields[1].ref
