"""The actor of something that goes on by itself, as it would be if it called now: by the id of token or application."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jjm.access.agreements.force import terms_in_force
from jjm.access.agreements.uses import Use, write_down
from jjm.access.context import Access
from jjm.access.model import Actor, Permit, Terms
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
    """The actor behind a token or application, with no more permits than it had when it asked.

    None for one that is revoked, suspended or expired, or whose last key is. Raises Problem 403 where the agreement it
    named is not in force. The use of an agreement is written down.
    """
    now = access.clock.now()
    if asked.kind == "token":
        row = await _queries.token_again(conn, id=asked.id, now=now)
        if row is None:
            return None
        return Actor(row["name"], _still(row["scopes"], asked), "token", asked.id, purpose=asked.purpose)
    row = await _queries.application_again(conn, id=asked.id, environment=access.environment, now=now)
    if row is None:
        return None
    actor = Actor(asked.id, _still(row["scopes"], asked), "application", asked.id, row["participant"])
    terms = _chosen((await terms_in_force(conn, row["participant"], now))[0], asked)
    if terms is None:
        return replace(actor, purpose=asked.purpose)
    await write_down(access, terms.agreement, Use(asked.id, "POST", asked.what, None, None, ""), "used")
    return replace(actor, terms=(terms,), purpose=terms.purpose)


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
