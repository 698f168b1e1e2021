"""Places that roles are granted for, and whether one lies inside another."""

from __future__ import annotations

from jjm.access.context import Access
from jjm.access.participants.service import participant
from jjm.kit import ReadConnection
from jjm.standards import NODE_PLACE, PARTICIPANT_PLACE


async def areas_of(access: Access, conn: ReadConnection, place: str) -> list[str]:
    """The identifiers of the areas that a place stands for; none for the node or a participant.

    Raises Problem 400 or 404.
    """
    kind, _, id = place.partition("/")
    if kind == PARTICIPANT_PLACE:
        await participant(conn, id)
        return []
    return [] if place == NODE_PLACE else list(await access.places.ids(conn, place))


async def lies_inside(access: Access, conn: ReadConnection, inner: str, outer: str) -> bool:
    """True if all of a place lies inside another, or is the same. Raises Problem 400 or 404 for an unknown one."""
    inside = await areas_of(access, conn, inner)
    if outer in (NODE_PLACE, inner):
        return True
    if not inside or outer.startswith(f"{PARTICIPANT_PLACE}/"):
        return False
    around = await areas_of(access, conn, outer)
    return await access.places.lie_within(conn, inside, around)
