"""Applications of participants: asked for, given permits, suspended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import Actor, Permit
from jjm.access.participants.model import APPLICATION, Decision
from jjm.access.participants.rules import grantable, next_state
from jjm.kit import Fault, Minter, ReadConnection, WriteConnection, bad_request, conflict, load_queries, not_found

_queries = load_queries("jjm.access", "participants")
_minter = Minter()
MOST: Final = 50
"""Applications that one participant may have."""


async def ask_for_application(
    access: Access,
    conn: WriteConnection,
    actor: Actor,
    participant: str,
    name: str,
    environment: str,
    scopes: Sequence[str],
) -> str:
    """Keep the request for an application of a participant whose row is locked; its number, the `client_id`.

    Raises Problem 400 for permits that no application can be given, 409 for one application too many.
    """
    asked = await _permits(access, conn, scopes)
    if len(await applications_of(conn, [participant])) >= MOST:
        raise conflict("too-many-applications", f"{participant} has {MOST} applications already.")
    id = _minter.mint("APP", 1)[0]
    await _queries.add_application(
        conn, id=id, participant=participant, name=name, environment=environment, asked=asked, now=access.clock.now()
    )
    told = {"participant": participant, "name": name, "environment": environment, "asked": asked}
    await enter(access, conn, actor, type=APPLICATION, change="request", subject=id, document=told)
    return id


async def applications_of(conn: ReadConnection, participants: Sequence[str]) -> list[dict[str, Any]]:
    """The applications of some participants."""
    return [dict(row) async for row in _queries.applications(conn, participants=list(participants))]


async def application(conn: ReadConnection, id: str) -> dict[str, Any]:
    """One application, with the state of its participant. Raises Problem 404."""
    row = await _queries.application(conn, id=id)
    if row is None:
        raise not_found(f"There is no application {id} here.", "application-unknown")
    return dict(row)


async def locked_application(conn: WriteConnection, id: str) -> Mapping[str, Any]:
    """One application, held until the decision about it is committed. Raises Problem 404."""
    row = await _queries.lock_application(conn, id=id)
    if row is None:
        raise not_found(f"There is no application {id} here.", "application-unknown")
    return row


async def decide_application(access: Access, conn: WriteConnection, actor: Actor, id: str, made: Decision) -> None:
    """Approve, refuse, suspend or resume an application. Raises Problem 404, 409 where its state does not allow it."""
    await _decide(access, conn, actor, await locked_application(conn, id), made)


async def decide_applications(
    access: Access, conn: WriteConnection, actor: Actor, participant: str, made: Decision
) -> None:
    """Decide those applications of a participant that were asked for, as the participant was decided."""
    for found in await applications_of(conn, [participant]):
        if found["state"] == "requested":
            await _decide(access, conn, actor, await locked_application(conn, found["id"]), made)


async def _decide(access: Access, conn: WriteConnection, actor: Actor, row: Mapping[str, Any], made: Decision) -> None:
    state = next_state(f"{row['name']} ({row['id']})", row["state"], made.act)
    scopes = await _scopes(access, conn, row, made)
    await _queries.decide_application(
        conn, id=row["id"], state=state, scopes=scopes, now=access.clock.now(), actor=actor.name, reason=made.reason
    )
    told = {"state": state, "scopes": scopes, "reason": made.reason}
    await enter(access, conn, actor, type=APPLICATION, change=made.act, subject=row["id"], document=told)


async def _scopes(access: Access, conn: WriteConnection, row: Mapping[str, Any], made: Decision) -> list[str]:
    if made.act != "approve":
        return list(row["scopes"])
    if made.scopes is None:
        return list(row["scopes"] or row["asked"])
    return await _permits(access, conn, made.scopes)


async def _permits(access: Access, conn: WriteConnection, texts: Sequence[str]) -> list[str]:
    permits = grantable(texts, "/scopes")
    for permit in map(Permit.parse, permits):
        if permit.type not in (None, *access.catalogue.types):
            fault = Fault(f"`{permit.type}` is no registry type", "Use a type of `/api/v1`.", "/scopes")
            raise bad_request("unknown-scope", "These permits cannot be given to an application.", fault)
        if permit.area is not None:
            await access.places.ids(conn, permit.area)
    return permits
