"""An officer of a participant who does something for one of its applications."""

from __future__ import annotations

from jjm.access.context import Access
from jjm.access.model import Actor, Permit, Scope
from jjm.kit import ReadConnection, load_queries, not_found

_queries = load_queries("jjm.access", "again")


async def acting_for(access: Access, conn: ReadConnection, officer: Actor, application: str) -> Actor:
    """The application for which an officer of its participant, or an administrator, does something now.

    Raises Problem 404 for one that is not the officer's to see to, is not approved, or has no key that is good.
    """
    found = await _queries.application_again(
        conn, id=application, environment=access.environment, now=access.clock.now()
    )
    if found is None or not (found["participant"] in officer.partners or officer.has(Scope.ADMIN)):
        detail = f"There is no application `{application}` in use that you look after."
        raise not_found(detail, "application-unknown")
    permits = frozenset(map(Permit.parse, found["scopes"]))
    return Actor(application, permits, "application", application, found["participant"])
