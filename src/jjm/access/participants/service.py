"""Participants: asked for by anybody, decided by an administrator, suspended within seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.model import NODE, Actor
from jjm.access.participants.applications import ask_for_application, decide_applications
from jjm.access.participants.contacts import forget_contact, keep_contact
from jjm.access.participants.keys import add_keys
from jjm.access.participants.model import PARTICIPANT, Contact, Decision
from jjm.access.participants.rules import next_state
from jjm.kit import (
    Fault,
    Minter,
    Problem,
    ReadConnection,
    WriteConnection,
    bad_request,
    load_queries,
    not_found,
)

_queries = load_queries("jjm.access", "participants")
_minter = Minter()
MOST_OPEN: Final = 500
UNANSWERED: Final = timedelta(days=90)


async def ask_to_participate(
    access: Access,
    conn: WriteConnection,
    actor: Actor,
    *,
    kind: str,
    name: str,
    node: str | None,
    about: str,
    contact: Contact,
) -> str:
    """Keep the request to become a participant; its number. Raises Problem 400 for a bad kind, 429 for too many."""
    kinds = access.catalogue.codelists["participant-kind"].codes
    if kind not in kinds:
        fault = Fault(f"`{kind}` is no kind of participant", f"Use one of: {', '.join(kinds)}.", "/kind")
        raise bad_request("bad-participant", "The request was not kept.", fault)
    if await _queries.open_requests(conn) >= MOST_OPEN:
        detail = f"{MOST_OPEN} requests wait for a decision already. Try again another day."
        raise Problem("too-many-requests", 429, "Too many requests are open", detail, headers={"Retry-After": "86400"})
    id = _minter.mint("PAR", 1)[0]
    await _queries.add_participant(conn, id=id, kind=kind, name=name, node=node, about=about, now=access.clock.now())
    await keep_contact(access, conn, id, contact)
    told = {"kind": kind, "name": name, "node": node, "about": about}
    await enter(access, conn, actor, type=PARTICIPANT, change="request", subject=id, document=told)
    return id


async def locked(conn: WriteConnection, id: str) -> Mapping[str, Any]:
    """One participant, held until the decision about it is committed. Raises Problem 404."""
    row = await _queries.lock_participant(conn, id=id)
    if row is None:
        raise not_found(f"There is no participant {id} here.", "participant-unknown")
    return row


async def decide(access: Access, conn: WriteConnection, actor: Actor, id: str, made: Decision) -> None:
    """Approve, refuse, suspend or resume a participant; its open applications are decided with a request.

    A refusal forgets whom to write to. Raises Problem 404, 409 where its state does not allow it, 400 for bad areas.
    """
    row = await locked(conn, id)
    state = next_state(f"{row['name']} ({id})", row["state"], made.act)
    areas = list(row["areas"] if made.areas is None else made.areas)
    for area in made.areas or ():
        await access.places.ids(conn, area)
    calls = row["calls_per_minute"] if made.calls_per_minute is None else made.calls_per_minute
    await _queries.decide_participant(
        conn, id=id, state=state, now=access.clock.now(), actor=actor.name, reason=made.reason, areas=areas,
        calls_per_minute=calls,
    )  # fmt: skip
    told = {"state": state, "reason": made.reason, "areas": areas, "calls_per_minute": calls}
    await enter(access, conn, actor, type=PARTICIPANT, change=made.act, subject=id, document=told)
    if row["state"] == "requested":
        await decide_applications(access, conn, actor, id, made)
    if state == "refused":
        await forget_contact(conn, id)


async def participants(conn: ReadConnection, states: Sequence[str], after: str, most: int) -> list[dict[str, Any]]:
    """Participants in these states behind an identifier."""
    rows = _queries.participants(conn, states=list(states), after=after, most=most)
    return [dict(row) async for row in rows]


async def participant(conn: ReadConnection, id: str) -> dict[str, Any]:
    """One participant. Raises Problem 404."""
    row = await _queries.participant(conn, id=id)
    if row is None:
        raise not_found(f"There is no participant {id} here.", "participant-unknown")
    return dict(row)


async def lapse_requests(access: Access, conn: WriteConnection) -> int:
    """Refuse requests that nobody has decided for 90 days, so that no contact is kept for nothing; how many."""
    before = access.clock.now() - UNANSWERED
    old = [row["id"] async for row in _queries.unanswered(conn, before=before)]
    lapsed = Decision("refuse", f"Nobody decided it within {UNANSWERED.days} days. Ask again.")
    for id in old:
        await decide(access, conn, NODE, id, lapsed)
    return len(old)


async def invite(
    access: Access, conn: WriteConnection, actor: Actor, jwks: Mapping[str, Any], scopes: Sequence[str]
) -> tuple[str, str]:
    """A participant for trying things out, approved at once, with one application: both identifiers."""
    contact, about = Contact("Nobody", "nobody@demo.example"), "Trying out a program of one's own"
    id = await ask_to_participate(
        access, conn, actor, kind="startup", name="Demo partner", node=None, about=about, contact=contact
    )
    application = await ask_for_application(access, conn, actor, id, "Demo program", access.environment, scopes)
    await add_keys(access, conn, actor, application, jwks, None, None)
    await decide(access, conn, actor, id, Decision("approve", "A sandbox's own"))
    return id, application
