"""What an actor sees of a type, with the areas behind its permits looked up: the one way from access to statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from jjm.access import Actor, rests_on_consent, view_of
from jjm.kit import ReadConnection
from jjm.registry.placing import areas_of
from jjm.registry.service.context import Registry
from jjm.registry.service.reach import lying_in, roots
from jjm.registry.sight import Sight
from jjm.registry.table import Table


async def sight_of(registry: Registry, conn: ReadConnection, actor: Actor, table: Table) -> Sight:
    """How much of a type this actor sees. Raises Problem 401 or 403 when the type is not open to the actor."""
    view = view_of(actor, table.standard)
    if table.personal and rests_on_consent(actor.purpose, registry.purposes):
        areas = None if view.within is None else await roots(registry, conn, view.within)
        return Sight(view.hidden | table.personal, areas, by_consent=True)
    if view.within is None and not view.open_in:
        return _everywhere(view.hidden, view.agreement)
    areas = None if view.within is None else await roots(registry, conn, view.within)
    open_in = await roots(registry, conn, view.open_in) if view.open_in else ()
    return Sight(view.hidden, areas, open_in, view.agreement)


@lru_cache(maxsize=1_000)
def _everywhere(hidden: frozenset[str], agreement: str | None) -> Sight:
    return Sight(hidden, agreement=agreement)


async def hidden_in(
    conn: ReadConnection, sight: Sight, table: Table, id: str, data: Mapping[str, Any]
) -> frozenset[str]:
    """The fields that are hidden of a record with these values, where some areas show what others hide."""
    if not sight.is_partly_open:
        return sight.hidden
    areas = [id] if table.standard.level else areas_of(table.standard, data)
    return frozenset() if await lying_in(conn, sight.open_in, areas) else sight.hidden


async def opened_by_purpose(
    registry: Registry, conn: ReadConnection, actor: Actor, purpose: str, table: Table, record: Mapping[str, Any]
) -> frozenset[str]:
    """The fields of a record that are hidden from somebody who names no purpose, and shown for this one."""
    now, then = [
        await hidden_in(conn, await sight_of(registry, conn, asking, table), table, record["id"], record)
        for asking in (replace(actor, purpose=None), replace(actor, purpose=purpose))
    ]
    return now - then
