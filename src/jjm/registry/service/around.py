"""What drafts are to stand among: the records they name, and the States of the areas they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from jjm.kit import ReadConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.model import Draft
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import areas_placing
from jjm.registry.table import Table

_LONGEST_ID = 64


async def look_around(
    registry: Registry, conn: ReadConnection, table: Table, drafts: Sequence[Draft]
) -> Mapping[str, Set[str]]:
    """The records that drafts name and that do not hold today, by type, found by one question.

    The States of their areas, which the same question brings, are remembered by the registry.
    """
    named = {
        type: {id for name in names for d in drafts for id in _ids(entries(d.data.get(name)))}
        for type, names in table.targets.items()
    }
    areas = [area for area in _ids(areas_placing(table, drafts)) if area not in registry.states]
    if not areas and not any(named.values()):
        return {}
    absent, states = await store.around(conn, registry.around(table), named, areas)
    registry.states.update(states)
    return absent


def _ids(values: Iterable[Any]) -> Set[str]:
    """What of it may be an identifier; the rest is refused when the draft is checked."""
    return {v for v in values if v.__class__ is str and len(v) <= _LONGEST_ID and "\0" not in v}
