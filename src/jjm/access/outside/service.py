"""A visit to an outside provider, from the button to the session; and the links that officers make."""

from __future__ import annotations

import hmac
import secrets

from jjm.access.context import Access
from jjm.access.decisions import enter
from jjm.access.events import note
from jjm.access.gate import secret_digest
from jjm.access.model import Actor
from jjm.access.outside import store
from jjm.access.outside.model import Claims, Departure, Visit
from jjm.access.outside.provider import Remote
from jjm.access.outside.rules import claims_of, untrusted, visit_over
from jjm.access.people import store as people
from jjm.access.people.model import PERSON
from jjm.access.people.rules import normal_email
from jjm.access.people.service import overseen
from jjm.access.sessions.beginning import begin
from jjm.access.sessions.model import OUTSIDE, Caller, NewSession
from jjm.kit import Problem, WriteConnection, conflict, forbidden, not_found

_AT_ONCE = 50


async def depart(access: Access, name: str, redirect: str, caller: Caller) -> Departure:
    """Begin a visit to a provider. Opens its own transaction. Raises Problem 404 for one that is not known here."""
    remote = remote_of(access, name)
    state, nonce, verifier, binding = (secrets.token_urlsafe(32) for _ in range(4))
    url = await remote.departure(redirect, state, nonce, verifier)
    visit = Visit(name, nonce, verifier, secret_digest(binding))
    async with access.database.write() as conn:
        now = access.clock.now()
        if await store.visits_from(conn, caller.address, now) >= _AT_ONCE:
            detail = "Too many visits are under way from your address. Try again in ten minutes."
            raise Problem("sign-in-locked", 429, "Too many attempts", detail, headers={"Retry-After": "600"})
        await store.add_visit(conn, access.vault, state, visit, caller.address, now)
    return Departure(url, binding)


async def arrive(
    access: Access, name: str, answer: dict[str, str], redirect: str, binding: str | None, caller: Caller
) -> NewSession:
    """The session of whoever comes back from a provider with a good answer, in the browser that departed.

    Opens its own transactions. Raises Problem 401, 403 `not-linked`, 410 or 502.
    """
    remote = remote_of(access, name)
    visit = await _visit(access, name, answer, binding)
    if answer.get("error") or not answer.get("code"):
        raise untrusted("it says that you were not let in")
    if answer.get("iss", remote.provider.issuer) != remote.provider.issuer:
        raise untrusted("it is of another issuer")
    token = await remote.id_token(answer["code"], visit.verifier, redirect)
    claims = await _believed(access, remote, token, visit.nonce)
    async with access.database.write() as conn:
        person = await _person(access, conn, remote, claims)
        if person is not None:
            means, strong = f"{OUTSIDE}:{name}", remote.provider.second_factor
            return await begin(access, conn, person, means, caller, is_strong=strong)
        await note(access, conn, "refused", None, caller.address, f"{OUTSIDE}:{name}")
    raise _not_linked(name, claims.subject)


def remote_of(access: Access, name: str) -> Remote:
    """The provider of that name. Raises Problem 404 for one that the node file does not name."""
    found = access.providers.get(name)
    if found is None:
        raise not_found(f"This node knows no provider {name}.", "provider-unknown")
    return found


async def link(
    access: Access, conn: WriteConnection, actor: Actor, id: str, name: str, subject: str
) -> list[dict[str, object]]:
    """Link an account of the officer's place to somebody at a provider. Raises Problem 409 where that one is linked."""
    remote_of(access, name)
    await overseen(access, conn, actor, id)
    if actor.kind == "person" and actor.id == id:
        raise forbidden("Nobody links their own account; another officer has to.", "own-grant")
    if not await store.link(conn, name, subject, id, actor.name, access.clock.now()):
        raise conflict("outside-linked", "Whoever this is at the provider is linked to an account already.")
    await enter(access, conn, actor, type=PERSON, change="link", subject=id, document={"provider": name})
    await note(access, conn, "linked", id, None, f"{name} by {actor.name}")
    return await store.links(conn, id)


async def unlink(access: Access, conn: WriteConnection, actor: Actor, id: str, name: str, subject: str) -> None:
    """Part an account from somebody at a provider."""
    await overseen(access, conn, actor, id)
    if not await store.unlink(conn, name, subject, id):
        raise not_found("There is no such link.", "link-unknown")
    await enter(access, conn, actor, type=PERSON, change="unlink", subject=id, document={"provider": name})
    await note(access, conn, "unlinked", id, None, f"{name} by {actor.name}")


async def _visit(access: Access, name: str, answer: dict[str, str], binding: str | None) -> Visit:
    async with access.database.write() as conn:
        visit = await store.end_visit(conn, access.vault, answer.get("state", ""), access.clock.now())
    bound = visit is not None and hmac.compare_digest(visit.binding, secret_digest(binding or ""))
    if visit is None or visit.provider != name or not bound:
        raise visit_over()
    return visit


async def _believed(access: Access, remote: Remote, token: str, nonce: str) -> Claims:
    """Who the token speaks of; where its key is not known, the keys are asked for once more."""
    now = access.clock.now()
    try:
        return claims_of(token, await remote.keys(), remote.provider, nonce, now)
    except Problem:
        return claims_of(token, await remote.keys(anew=True), remote.provider, nonce, now)


async def _person(access: Access, conn: WriteConnection, remote: Remote, claims: Claims) -> str | None:
    own = remote.provider
    known = await store.person_behind(conn, own.name, claims.subject)
    email = normal_email(claims.verified_email or "")
    if known is not None or not own.link_by_verified_email or email is None:
        return known
    person = await people.by_contact(conn, access.vault, "email", email)
    if person is None or not await store.link(
        conn, own.name, claims.subject, person, "verified-email", access.clock.now()
    ):
        return None
    actor = Actor(person, kind="person", id=person)
    await enter(access, conn, actor, type=PERSON, change="link", subject=person, document={"provider": own.name})
    await note(access, conn, "linked", person, None, f"{own.name} by verified-email")
    return person


def _not_linked(name: str, subject: str) -> Problem:
    detail = f"Nobody here is linked to you at {name}. Give your officer this identifier: {subject}"
    return Problem("not-linked", 403, "You have no account here", detail)
