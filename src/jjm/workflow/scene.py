"""What stands when actions are to be taken in cases: each thing read once, for one case or for thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jjm.access import NODE
from jjm.kit import WriteConnection
from jjm.registry import Version, newest_versions
from jjm.workflow import store
from jjm.workflow.context import Workflows
from jjm.workflow.looking import Seen
from jjm.workflow.model import Item, Step
from jjm.workflow.places import places_around


@dataclass(frozen=True, slots=True)
class Scene:
    """Cases with the versions of their records and their steps, the places around their areas, and those with links.

    `seen` are the records that their rules looked at so far.
    """

    items: Mapping[str, Item]
    records: Mapping[str, Version]
    steps: Mapping[str, Sequence[Step]]
    places: Mapping[tuple[str, ...], Sequence[str]]
    linked: frozenset[str]
    seen: Seen = field(default_factory=Seen)


async def scene_of(workflows: Workflows, conn: WriteConnection, ids: Sequence[str]) -> Scene:
    """Those of these cases that there are, held until the end of the transaction."""
    items, records = await store.locked_items(conn, ids), dict[str, Version]()
    for type in dict.fromkeys(item.type for item in items.values()):
        own = [item.id for item in items.values() if item.type == type]
        records |= await newest_versions(conn.asking, NODE, workflows.registry.table(type), own)
    areas = dict.fromkeys(item.areas for item in items.values())
    places = {one: await places_around(workflows, conn.asking, one) for one in areas}
    steps = await store.steps_of(conn.asking, items)
    return Scene(items, records, steps, places, frozenset(await store.linked(conn.asking, items)))
