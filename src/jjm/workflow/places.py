"""Where a case lies, who holds which role around it, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from jjm.access import Actor, Held, Holder, Scope, holders
from jjm.kit import ReadConnection
from jjm.registry import Table
from jjm.standards import NODE_PLACE
from jjm.workflow.context import Workflows
from jjm.workflow.model import Desk
from jjm.workflow.rules import nearest_desk


def areas_of(table: Table, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The areas that a record names as its own."""
    if table.standard.area is None:
        return ()
    value: Any = data.get(table.standard.area)
    return tuple(cast("list[str]", value)) if isinstance(value, list) else (value,) if value else ()


async def places_around(workflows: Workflows, conn: ReadConnection, areas: Sequence[str]) -> list[str]:
    """The places around a record, the nearest first, the node last."""
    return [*(await workflows.reach.around(conn, areas)), NODE_PLACE]


def held_there(actor: Actor, places: Sequence[str]) -> list[Held]:
    """The roles that an actor holds for one of these places."""
    return [one for one in actor.holds if one.place in places]


def writes_there(actor: Actor, type: str, places: Sequence[str]) -> bool:
    """True if an application may change records of that type in one of these places."""
    allowed = actor.areas(Scope.WRITE, type)
    return allowed is None or any(place in allowed for place in places)


async def desk_for(
    workflows: Workflows, conn: ReadConnection, responsible: Sequence[str], places: Sequence[str]
) -> Desk:
    """Who answers: the first of the roles that anybody holds, at the nearest place; else the keeper of the node."""
    found = await holders(conn, responsible, places, workflows.registry.clock.today())
    return nearest_desk(responsible, places, {(one.role, one.place) for one in found})


async def holding(
    workflows: Workflows, conn: ReadConnection, person: str, responsible: Sequence[str], places: Sequence[str]
) -> Holder | None:
    """The role by which a person may be given the case; None where the person holds none of them there."""
    found = await holders(conn, responsible, places, workflows.registry.clock.today())
    own = [one for one in found if one.person == person]
    return min(own, key=lambda one: places.index(one.place), default=None)
