"""The actor of something that goes on by itself, as it would be if it called now: by the id it has here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from joserfc.jwk import import_key

from jjm.access.agreements.force import terms_in_force
from jjm.access.agreements.uses import Use, write_down
from jjm.access.context import Access
from jjm.access.model import Actor, Permit, Terms
from jjm.access.people.store import person as account
from jjm.access.purposes import check_ground, rests_on_consent
from jjm.access.roles.rules import held, in_force, only_for, permits_of
from jjm.access.roles.store import grants_of
from jjm.kit import Problem, ReadConnection, load_queries

_queries = load_queries("jjm.access", "again")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked to go on: with these permits, for a purpose, under an agreement, called `what` there."""

    kind: str
    id: str
    permits: tuple[str, ...]
    purpose: str | None
    agreement: str | None
    what: str


async def actor_again(access: Access, conn: ReadConnection, asked: Asked) -> Actor | None:
    """The actor behind a token, person or application, with no more permits than it had when it asked.

    None for one that is revoked, suspended, closed or expired, or whose last key is. Raises Problem 403 where the
    agreement it named is not in force. The use of an agreement is written down.
    """
    now = access.clock.now()
    if asked.kind == "token":
        row = await _queries.token_again(conn, id=asked.id, now=now)
        if row is None:
            return None
        return Actor(row["name"], _still(row["scopes"], asked), "token", asked.id, purpose=asked.purpose)
    if asked.kind == "person":
        return await _person(access, conn, asked)
    row = await _queries.application_again(conn, id=asked.id, environment=access.environment, now=now)
    if row is None:
        return None
    actor = Actor(asked.id, _still(row["scopes"], asked), "application", asked.id, row["participant"])
    if asked.agreement is None and rests_on_consent(asked.purpose, access.gate.purposes):
        return replace(actor, purpose=asked.purpose)
    terms = _chosen((await terms_in_force(conn, row["participant"], now))[0], asked)
    if terms is None:
        return replace(actor, purpose=asked.purpose)
    check_ground(terms.purpose, access.gate.purposes)
    await write_down(access, terms.agreement, Use(asked.id, "POST", asked.what, None, None, ""), "used")
    return replace(actor, terms=(terms,), purpose=terms.purpose)


async def _person(access: Access, conn: ReadConnection, asked: Asked) -> Actor | None:
    """A person with what is granted today; what needed a second factor was asked for in a session that had it."""
    person, roles = await account(conn, access.vault, asked.id), access.catalogue.roles
    if person is None or person.closed_at is not None:
        return None
    grants = in_force(await grants_of(conn, asked.id), asked.id, access.clock.today())
    holds = held(grants, roles, is_strong=True)
    permits = _still(map(str, permits_of(holds, roles)), asked)
    return Actor(
        asked.id, permits, "person", asked.id, purpose=asked.purpose, holds=holds, only_for=only_for(holds, roles)
    )


def _chosen(terms: Iterable[Terms], asked: Asked) -> Terms | None:
    found = list(terms)
    if asked.agreement is None:
        return found[0] if len(found) == 1 else None
    named = next((t for t in found if t.agreement == asked.agreement), None)
    if named is None:
        detail = f"{asked.agreement} is not in force."
        raise Problem("agreement-not-in-force", 403, "No agreement allows this now", detail)
    return named


def _still(now: Iterable[str], asked: Asked) -> frozenset[Permit]:
    return frozenset(map(Permit.parse, set(now) & set(asked.permits)))


async def signing_key(conn: ReadConnection, actor: Actor, kid: str, now: datetime) -> Any:
    """The public key of that name by which an application signs messages; None for one it does not have, or no more."""
    if actor.kind != "application":
        return None
    row = await _queries.signing_key(conn, application=actor.id, kid=kid, now=now)
    if row is None:
        return None
    jwk: dict[str, Any] = orjson.loads(row["jwk"])
    key: Any = import_key(jwk)
    return key.public_key
