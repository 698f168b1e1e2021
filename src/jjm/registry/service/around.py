"""What drafts are to stand among: the records they name, and the States of the areas they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from jjm.kit import ReadConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.model import Draft
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import areas_placing, identifiers_in
from jjm.registry.table import Table


async def look_around(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]
) -> Mapping[str, Set[str]]:
    """The records that drafts name and that do not hold today, by type, found by one question.

    The States of their areas, which the same question brings, are remembered by the registry.
    """
    named = {
        type: {id for name in names for d in drafts for id in identifiers_in(entries(d.data.get(name)))}
        for type, names in table.targets.items()
    }
    areas = [area for area in identifiers_in(areas_placing(table, drafts)) if area not in registry.states]
    if not areas and not any(named.values()):
        return {}
    absent, states = await store.around(conn, registry.around(table), named, areas)
    registry.states.update(states)
    return absent
