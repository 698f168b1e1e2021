"""Who somebody is, which roles count, and by which grant each permit came."""

from __future__ import annotations

from typing import Any

from jjm.access.context import Access
from jjm.access.model import Actor
from jjm.access.people import store as people
from jjm.access.people.told import told_grants, told_person
from jjm.access.roles.model import Grant
from jjm.access.roles.rules import in_force, last_day
from jjm.access.roles.store import grants_of
from jjm.access.sessions import store
from jjm.access.sessions.model import Session
from jjm.access.sessions.own import own_account
from jjm.kit import ReadConnection
from jjm.standards import Role


async def about_me(access: Access, conn: ReadConnection, actor: Actor) -> dict[str, Any]:
    """Who the actor is and what they may do why."""
    told: dict[str, Any] = {
        "kind": actor.kind, "name": actor.name, "permits": sorted(map(str, actor.permits)), "roles": [],
        "withheld": [], "grants": [], "is_strong": None, "person": None,
    }  # fmt: skip
    if actor.kind != "person" or actor.id is None:
        return told
    grants = {grant.id: grant for grant in await grants_of(conn, actor.id)}
    today, counted = access.clock.today(), {one.grant for one in actor.holds}
    holding = in_force(grants.values(), actor.id, today)
    sessions = await store.sessions(conn, actor.id, access.clock.now())
    return told | {
        "is_strong": any(session.is_strong for session in sessions if session.id == actor.session),
        "person": told_person(await people.known_person(conn, access.vault, actor.id)),
        "roles": [
            _held(access.catalogue.roles[one.role], one.place, grants.get(one.grant or ""), grants)
            for one in actor.holds
        ],
        "withheld": [{"role": g.role, "place": g.place, "grant": g.id} for g in holding if g.id not in counted],
        "grants": told_grants(grants.values(), actor.id, today),
    }


async def sessions_of(access: Access, conn: ReadConnection, actor: Actor) -> list[Session]:
    """The own sessions that may still be used, newest first. Raises Problem 401 for who is not signed in."""
    return await store.sessions(conn, own_account(actor), access.clock.now())


def _held(role: Role, place: str, grant: Grant | None, known: dict[str, Grant]) -> dict[str, Any]:
    on = "" if place == "node" else f"@{place}"
    return {
        "role": role.name,
        "title": dict(role.title),
        "place": place,
        "grant": grant.id if grant else None,
        "granted_by": grant.asked_by if grant else None,
        "approved_by": grant.approved_by if grant else None,
        "ends_on": last_day(grant, known.get(grant.original or "")) if grant else None,
        "permits": [f"{permit}{on}" for permit in role.permits],
    }
