"""Who holds a role for a place on a day: for those who have to find somebody responsible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from jjm.access.roles import store
from jjm.access.roles.rules import in_force
from jjm.kit import ReadConnection


class Holder(NamedTuple):
    """A person who holds a role for a place."""

    person: str
    role: str
    place: str


async def places_granted(
    conn: ReadConnection, grants: Sequence[str], people: Sequence[str], since: date, today: date
) -> list[tuple[str, str]]:
    """Role and place of these grants, those derived from them, those of these people, and of all that began or ended
    in the days behind `since` up to today."""
    return await store.places_granted(conn, grants, people, since, today)


async def holders(conn: ReadConnection, roles: Sequence[str], places: Sequence[str], day: date) -> list[Holder]:
    """Everybody who holds on that day one of these roles for just one of these places, and can sign in."""
    grants = await store.grants_at(conn, roles, places)
    people = dict.fromkeys(grant.person for grant in grants)
    held = [grant for person in people for grant in in_force(grants, person, day)]
    return [Holder(g.person, g.role, g.place) for g in held if g.role in roles and g.place in places]
