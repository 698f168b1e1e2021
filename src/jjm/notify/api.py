"""Messages over HTTP: the own inbox, what one wants to be told, and what the operator has to know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from jjm.access import Actor, Scope, actor_of, guarded, own_account, require
from jjm.kit import Problem, bad_request, not_found
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.notify.answers import (
    CountsTold,
    MessagesTold,
    MessageTold,
    PreferenceAsked,
    PreferenceTold,
    ReportsTaken,
    TroublesTold,
)
from jjm.notify.context import Notices, notices_of
from jjm.notify.inbox import END, mark, mark_all, own_message, own_messages, own_preference, prefer, quiet_from
from jjm.notify.model import OUTSIDE, Preference, Shown
from jjm.notify.operating import counts, send_again, take_reports, troubles
from jjm.notify.rules import offered
from jjm.standards import Channel

_TAGS: Any = ["messages"]
own = APIRouter(prefix="/api/v1", tags=_TAGS, route_class=guarded(own_account))
keeping = APIRouter(
    prefix="/api/v1",
    tags=_TAGS,
    route_class=guarded(lambda actor: require(actor, Scope.ADMIN, "Looking after messages")),
)
reporting = APIRouter(prefix="/api/v1", tags=_TAGS, route_class=guarded(None))
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=200, description="Follow `next` as it was given")]


@own.get("/messages", response_model=MessagesTold)
async def messages(
    request: Request,
    limit: Limit = 50,
    unread: Annotated[bool, Query(description="Only what was not read yet")] = False,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The messages to who is signed in, the newest first."""
    notices, actor = notices_of(request), await actor_of(request)
    async with notices.access.database.read() as conn:
        found = await own_messages(notices, conn, actor, place_from(cursor), unread=unread, most=limit)
    return {
        "items": [told_message(one) for one in found.messages],
        "unread": found.unread,
        "next": _next("/api/v1/messages", {"limit": limit, "unread": str(unread).lower()}, found.next),
    }


@own.get("/messages/{id}", response_model=MessageTold)
async def message(request: Request, id: str) -> dict[str, Any]:
    """One of the own messages."""
    notices, actor = notices_of(request), await actor_of(request)
    async with notices.access.database.read() as conn:
        return told_message(await own_message(notices, conn, actor, id))


@own.post("/messages/{id}:read", response_model=MessageTold)
async def read(request: Request, id: str) -> dict[str, Any]:
    """Mark one of the own messages as read."""
    return await _marked(request, id, read=True)


@own.post("/messages/{id}:unread", response_model=MessageTold)
async def unread(request: Request, id: str) -> dict[str, Any]:
    """Mark one of the own messages as unread again."""
    return await _marked(request, id, read=False)


@own.post("/messages:read", status_code=204)
async def read_all(request: Request) -> None:
    """Mark all own messages as read."""
    notices, actor = notices_of(request), await actor_of(request)
    async with notices.access.database.write() as conn:
        await mark_all(notices, conn, actor)


@own.get("/me/preferences", response_model=PreferenceTold)
async def preferences(request: Request) -> dict[str, Any]:
    """What who is signed in is told, and how."""
    notices, actor = notices_of(request), await actor_of(request)
    async with notices.access.database.read() as conn:
        return told_preference(notices, await own_preference(notices, conn, actor))


@own.put("/me/preferences", response_model=PreferenceTold)
async def set_preferences(request: Request, asked: PreferenceAsked) -> dict[str, Any]:
    """Say what one wants to be told, and how."""
    notices, actor = notices_of(request), await actor_of(request)
    quiet = quiet_from(asked.quiet.begins, asked.quiet.ends) if asked.quiet else Preference().quiet
    async with notices.access.database.write() as conn:
        kept = await prefer(notices, conn, actor, Preference(asked.language, quiet, asked.choices))
    return told_preference(notices, kept)


@keeping.get("/message-counts", response_model=CountsTold)
async def numbers(request: Request, hours: Annotated[int, Query(ge=1, le=8_784)] = 24) -> dict[str, Any]:
    """How many messages were written in the last hours, by channel, event and how they stand."""
    notices = notices_of(request)
    since = notices.now() - timedelta(hours=hours)
    async with notices.access.database.read() as conn:
        return {"since": since, "items": await counts(conn, since)}


@keeping.get("/message-troubles", response_model=TroublesTold)
async def troubled(
    request: Request,
    status: Annotated[Literal["failed", "unknown", "expired"] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Messages that failed, expired, or of which nobody knows whether they were sent; without addresses and words."""
    notices = notices_of(request)
    async with notices.access.database.read() as conn:
        found = await troubles(notices, conn, status, place_from(cursor), limit)
    last = (found[-1]["made_at"], found[-1]["id"]) if len(found) == limit else None
    asked = {"limit": limit} | ({"status": status} if status else {})
    return {"items": found, "next": _next("/api/v1/message-troubles", asked, last)}


@keeping.post("/message-troubles/{id}:send-again", status_code=204)
async def again(request: Request, id: str) -> None:
    """Have a message tried again. One that is `unknown` may arrive twice."""
    notices = notices_of(request)
    async with notices.access.database.write() as conn:
        await send_again(notices, conn, id)
    notices.news.set()


@reporting.post("/message-reports/{channel}", response_model=ReportsTaken)
async def report(request: Request, channel: str) -> dict[str, Any]:
    """What a carrier reports of its messages: `{reports: [{id, status: delivered|failed, code}]}`, in its own name."""
    notices, body = notices_of(request), await request.body()
    name: Channel | None = next((one for one in OUTSIDE if one == channel and one in notices.carriers), None)
    if name is None:
        raise not_found(f"Nobody carries messages by `{channel}` here.", "channel-unknown")
    try:
        reports = notices.carriers[name].reports(request.headers, body, notices.now().timestamp())
    except ValueError as error:
        raise bad_request("bad-report", "The reports cannot be understood.") from error
    if reports is None:
        detail = "The call does not carry the secret that was agreed with the carrier of this channel."
        raise Problem("report-refused", 401, "The reports are not taken", detail)
    async with notices.access.database.write() as conn:
        return {"taken": await take_reports(notices, conn, name, reports)}


def told_message(one: Shown) -> dict[str, Any]:
    """A message as it is told."""
    return {
        "id": one.id, "event": one.event, "kind": one.kind, "language": one.language, "subject": one.subject,
        "text": one.text, "made_at": one.made_at, "read_at": one.read_at,
    }  # fmt: skip


def told_preference(notices: Notices, wanted: Preference) -> dict[str, Any]:
    """What a person is told, and how."""
    on = offered(list(notices.kinds), notices.needed, wanted)
    kinds = [
        {"kind": kind, "title": dict(title), "needed": kind in notices.needed, "channels": on[kind]}
        for kind, title in notices.kinds.items()
    ]
    quiet = {"from": f"{wanted.quiet[0]:%H:%M}", "to": f"{wanted.quiet[1]:%H:%M}"}
    carried = [channel for channel in OUTSIDE if channel in notices.carriers]
    return {"language": wanted.language, "quiet": quiet, "kinds": kinds, "carried": carried}


def place_from(cursor: str | None) -> tuple[datetime, str]:
    """Behind which message a page begins. Raises Problem 400 `bad-cursor`."""
    if cursor is None:
        return END
    parts = decode_cursor(cursor)
    try:
        at, id = parts
        return datetime.fromisoformat(at), id
    except ValueError as error:
        raise Problem(
            "bad-cursor", 400, "The request cannot be understood", "Follow `next` as it was given."
        ) from error


def cursor_behind(place: tuple[datetime, str]) -> str:
    """The cursor of a page that begins behind a message."""
    return encode_cursor([place[0].astimezone(UTC).isoformat(), place[1]])


def _next(path: str, asked: dict[str, Any], place: tuple[datetime, str] | None) -> str | None:
    return f"{path}?{urlencode({**asked, 'cursor': cursor_behind(place)})}" if place else None


async def _marked(request: Request, id: str, *, read: bool) -> dict[str, Any]:
    notices, actor = notices_of(request), await _actor(request)
    async with notices.access.database.write() as conn:
        await mark(notices, conn, actor, id, read=read)
        return told_message(await own_message(notices, conn, actor, id))


async def _actor(request: Request) -> Actor:
    return await actor_of(request)
