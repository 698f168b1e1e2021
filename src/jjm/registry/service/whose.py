"""The records about somebody who is known by a telephone number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jjm.access import Actor, Subject
from jjm.kit import ReadConnection, not_found
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.service.context import Registry
from jjm.registry.service.lookup import holders_of
from jjm.registry.service.seeing import sight_of
from jjm.registry.sight import Sight
from jjm.registry.store import whose
from jjm.registry.table import Table

MOST = 20
_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Whose:
    """What access has to know of records that are about a person."""

    registry: Registry

    async def about(self, conn: ReadConnection, phone: str) -> tuple[Sequence[Subject], bool]:
        """Records of today that carry this number (`+91…`) as somebody's own, and whether there are more than 20.

        They are found blindly: by fields that a standard marks `x-blind`.
        """
        found: list[Subject] = []
        for table in self.registry.tables.values():
            for field in table.blinds.values():
                if field.format == "phone":
                    ids = sorted(await holders_of(self.registry, conn, table, field, [phone]))
                    found += [await _subject(conn, table, id) for id in ids[: MOST + 1 - len(found)]]
        return found[:MOST], len(found) > MOST

    async def phone_in(self, conn: ReadConnection, actor: Actor, type: str, id: str) -> str | None:
        """The telephone number that a record of today carries as somebody's own; the first, where it carries several.

        Raises Problem 401, 403 or 404 for a record that the actor does not see.
        """
        if type not in self.registry.tables:
            raise not_found(f"There is no registry type `{type:.60}` here.", "registry-unknown")
        table = self.registry.table(type)
        sight = await sight_of(self.registry, conn, actor, table)
        rows = await store.get_many(conn, table, [id], Sight(areas=sight.areas))
        if not rows:
            raise not_found(f"There is no {type} `{id}` here.", id=id)
        inside = table.inside(id, rows[0]["version"], rows[0]["sealed"])
        fields = [f.name for f in table.blinds.values() if f.format == "phone"]
        return next((str(inside[name]) for name in fields if inside.get(name)), None)

    async def ever_inside(
        self, conn: ReadConnection, type: str, ids: Sequence[str], areas: Sequence[str]
    ) -> Collection[str]:
        """Those of these records that lie in one of these areas today, or lay in one by any of their versions."""
        table = self.registry.tables.get(type)
        if table is None:
            return ()
        found = await store.headers(conn, table, ids, Sight(areas=tuple(areas)))
        return {id for id, versions in found.items() if versions}


async def _subject(conn: ReadConnection, table: Table, id: str) -> Subject:
    rows = await store.versions(conn, table, id, limit=_VERSIONS + 1)
    fields = {*table.standard.nearer, *([table.standard.area] if table.standard.area else [])}
    own = {place for row in rows for name in fields for place in entries(row[name])}
    above = frozenset([row["id"] async for row in whose.ever_above(conn, ids=sorted(own))]) if own else frozenset[str]()
    is_cut = len(rows) > _VERSIONS
    first = rows[-1]["recorded_at"] if not is_cut else (await store.headers(conn, table, [id]))[id][0].recorded_at
    positions = None if is_cut else tuple(row["position"] for row in rows if row["position"] is not None)
    return Subject(table.standard.name, id, first, above, positions)
