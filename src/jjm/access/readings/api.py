"""Readings over HTTP: who read what is about oneself, and who read what in a place that one oversees."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from jjm.access.context import access_of, actor_of, guarded
from jjm.access.readings.answers import OverseenTold, OwnReadingsTold
from jjm.access.readings.model import Mark, Sifting
from jjm.access.readings.overseen import overseen
from jjm.access.readings.own import NEWEST, own_readings
from jjm.access.readings.told import told_overseen, told_readings
from jjm.access.rules import require_person
from jjm.access.sessions.own import own_account
from jjm.kit import bad_request
from jjm.kit.http import decode_cursor, encode_cursor

router = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=guarded(own_account))
overseers = APIRouter(prefix="/api/v1", tags=["people"], route_class=guarded(require_person))


@router.get("/me/readings", response_model=OwnReadingsTold)
async def mine(
    request: Request,
    limit: int = Query(default=50, ge=1, le=200),
    cursor: str | None = Query(default=None, max_length=200, description="Follow `next` as it was given"),
) -> dict[str, Any]:
    """Who read what is about the person, what for and when, newest first; in a session begun by telephone."""
    access, actor = access_of(request), await actor_of(request)
    async with access.database.read() as conn:
        found = await own_readings(access, conn, actor, mark_from(cursor), limit)
    following = None
    if found.next:
        following = f"/api/v1/me/readings?{urlencode({'limit': limit, 'cursor': cursor_of(found.next)})}"
    return {**told_readings(access.catalogue, own_account(actor), found), "next": following}


@overseers.get("/readings", response_model=OverseenTold)
async def in_a_place(
    request: Request,
    place: str | None = Query(
        default=None, max_length=100, description="As in `district/345`; the own one if left out"
    ),
    type: str | None = Query(default=None, max_length=100, description="Of records of one type"),
    reader: str | None = Query(default=None, max_length=100, description="By one reader, named as in versions"),
    purpose: str | None = Query(default=None, max_length=100, description="For one purpose"),
    limit: int = Query(default=50, ge=1, le=200),
    cursor: str | None = Query(default=None, max_length=200, description="Follow `next` as it was given"),
) -> dict[str, Any]:
    """Who read personal data of a place, what for and when, newest first; for roles that oversee it."""
    access, actor, sifting = access_of(request), await actor_of(request), Sifting(type, reader, purpose)
    async with access.database.read() as conn:
        found = await overseen(access, conn, actor, place, sifting, mark_from(cursor), limit)
    following = None
    if found.next:
        asked = {**dict(request.query_params), "limit": limit, "place": found.place, "cursor": cursor_of(found.next)}
        following = f"/api/v1/readings?{urlencode(asked)}"
    return {**told_overseen(access.catalogue, actor.name, found), "next": following}


def cursor_of(mark: Mark) -> str:
    """A place in the order of readings, for an address."""
    return encode_cursor([mark.at.isoformat(), str(mark.number)])


def mark_from(cursor: str | None) -> Mark:
    """The place that a cursor names; without one the newest. Raises Problem 400."""
    if not cursor:
        return NEWEST
    parts = decode_cursor(cursor)
    try:
        at, number = datetime.fromisoformat(parts[0]), int(parts[1])
    except (IndexError, ValueError) as error:
        raise _not_ours() from error
    if at.tzinfo is None or not 0 <= number < 2**63:
        raise _not_ours()
    return Mark(at, number)


def _not_ours() -> Exception:
    return bad_request("bad-cursor", "The cursor belongs to another list; follow `next` as it was given.")
