"""Grants in the tables of access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jjm.access.roles.model import Grant
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "grants")


async def grants_of(conn: ReadConnection, person: str) -> list[Grant]:
    """All grants of a person, ended ones as well, and those they were passed on from."""
    return [_grant(row) async for row in _queries.grants_of(conn, person=person)]


async def grants_of_roles(conn: ReadConnection, roles: Sequence[str]) -> list[Grant]:
    """The grants of some roles that were not ended, and those they were passed on from."""
    return [_grant(row) async for row in _queries.grants_of_roles(conn, roles=list(roles))]


async def grants_at(conn: ReadConnection, roles: Sequence[str], places: Sequence[str]) -> list[Grant]:
    """The grants of some roles for some places, of people who can sign in, and those they were passed on from."""
    return [_grant(row) async for row in _queries.grants_at(conn, roles=list(roles), places=list(places))]


async def places_granted(
    conn: ReadConnection, grants: Sequence[str], people: Sequence[str], since: date, today: date
) -> list[tuple[str, str]]:
    """Role and place of grants that are named, that people hold, or that began or ended by their day."""
    asked = {"ids": list(grants), "people": list(people), "since": since, "today": today}
    return [(row["role"], row["place"]) async for row in _queries.places_granted(conn, **asked)]


async def waiting(conn: ReadConnection) -> list[Grant]:
    """The grants that wait for a second person, oldest first."""
    return [_grant(row) async for row in _queries.waiting_grants(conn)]


async def grant(conn: ReadConnection, id: str) -> Grant | None:
    """One grant."""
    row = await _queries.grant(conn, id=id)
    return None if row is None else _grant(row)


async def locked_grant(conn: WriteConnection, id: str) -> Grant | None:
    """The same, held until the end of the transaction."""
    row = await _queries.locked_grant(conn, id=id)
    return None if row is None else _grant(row)


async def add(conn: WriteConnection, made: Grant) -> None:
    """Keep a new grant."""
    fields = {name: getattr(made, name) for name in Grant.__slots__ if not name.startswith("ended_")}
    await _queries.add_grant(conn, **fields)


async def approve(conn: WriteConnection, id: str, by: str, now: datetime) -> None:
    """A second person has agreed."""
    await _queries.approve_grant(conn, id=id, by=by, now=now)


async def end(conn: WriteConnection, id: str, by: str, why: str | None, now: datetime) -> None:
    """A grant ends now."""
    await _queries.end_grant(conn, id=id, by=by, why=why, now=now)


def _grant(row: Any) -> Grant:
    return Grant(**dict(row))
