"""A call to the registry: who calls, about which type, at which point on both clocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from jjm.access import (
    Actor,
    Scope,
    actor_of,
    admitted,
    left_out,
    needs_admission,
    require_some,
    require_write,
    rests_on_consent,
)
from jjm.kit import IST, Fault, Problem, ReadConnection, WriteConnection, bad_request
from jjm.kit.http import decode_cursor, once, only_known, only_once, whole_number
from jjm.registry.model import AsOf
from jjm.registry.service.context import Registry
from jjm.registry.service.reach import area_id
from jjm.registry.service.read import Ask, another_list
from jjm.registry.table import Table
from jjm.standards import Standard

PAGE, MOST = 50, 1_000
_TRIES = 5
_NOT_FILTERS = {"limit", "cursor", "fields", "filter", "within", "bbox", "valid_at", "known_at", "count", "lang"}


class Call(NamedTuple):
    """One call: the request, the registry it is for, and the actor behind it."""

    request: Request
    registry: Registry
    actor: Actor

    @property
    def table(self) -> Table:
        """The tables of the type in the path. Raises Problem 404."""
        return self.registry.by_plural(self.request.path_params["plural"])


Handler = Callable[[Call], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def takes(*names: str) -> Callable[[Handler], Handler]:
    """The parameters that a call understands; it is refused with any other."""

    def only(handler: Handler) -> Handler:
        def checked(call: Call) -> Awaitable[Response]:
            only_known(call.request, names)
            return handler(call)

        return checked

    return only


def writing(handler: Handler) -> Handler:
    """A call that changes something: whoever may not write the type anywhere is told so before its body is read."""

    async def allowed(call: Call) -> Response:
        require_some(call.actor, Scope.WRITE, "Changing records")
        if "plural" in call.request.path_params:
            require_write(call.actor, call.table.standard)
        return await handler(call)

    return allowed


def endpoint(handler: Handler) -> Endpoint:
    """A route that knows its actor and its registry."""

    async def route(request: Request) -> Response:
        registry: Registry = request.app.state.registry
        actor = await actor_of(request)
        if actor.kind != "application" or rests_on_consent(actor.purpose, registry.purposes):
            return await handler(Call(request, registry, actor))
        standard = _standard(registry, request)
        if not needs_admission(standard, request):
            return await handler(Call(request, registry, actor))
        async with admitted(request, actor, standard) as admitted_actor:
            return await handler(Call(request, registry, admitted_actor))

    return route


async def said_left_out(call: Call) -> dict[str, str]:
    """The header of an answer about all types that says which it is without, since an agreement ended."""
    said = await left_out(call.request, call.actor, [table.standard for table in call.registry.tables.values()])
    return {"X-Left-Out": said} if said else {}


def _standard(registry: Registry, request: Request) -> Standard | None:
    plural = request.path_params.get("plural", "")
    return registry.by_plural(plural).standard if registry.serves(plural) else None


def previewed(call: Call) -> bool:
    """True where it is only to be said what a call would do. Raises Problem 400."""
    text = call.request.query_params.get("preview", "false")
    if text not in ("true", "false"):
        fault = Fault(f"`{text}` is neither true nor false", "Use true or false.", "/preview", value=text)
        raise bad_request("bad-parameter", "`preview` cannot be understood.", fault)
    return text == "true"


async def changing(call: Call, body: bytes, act: Callable[[WriteConnection], Awaitable[Response]]) -> Response:
    """Act in one transaction, at most once under one Idempotency-Key."""
    return await act_once(call.request, call.registry, call.actor, body, act)


async def act_once(
    request: Request,
    registry: Registry,
    actor: Actor,
    body: bytes,
    act: Callable[[WriteConnection], Awaitable[Response]],
) -> Response:
    """Act in one transaction, at most once under one Idempotency-Key; the ledger's sequencer hears of it afterwards.

    Where another's change was committed in between, or both held up each other, it is begun again and sees that change.
    Raises Problem 503 `in-the-way` where that happens again and again.
    """
    who = bearer(actor)
    for _ in range(_TRIES):
        try:
            async with registry.database.write() as conn:
                made = await once(conn, registry.clock, request, who, body, lambda conn=conn: act(conn), registry.vault)
        except (asyncpg.UniqueViolationError, asyncpg.TransactionRollbackError):
            continue
        request.app.state.sequencer.wake()
        return made
    detail = "Others change the same records at this moment; nothing was changed. Try again shortly."
    raise Problem("in-the-way", 503, "Not available now", detail, headers={"Retry-After": "1"})


@lru_cache(maxsize=1_000)
def bearer(actor: Actor) -> str:
    """Whose Idempotency-Keys they are: who bears the same name and may do something else is somebody else."""
    return " ".join([actor.name, *sorted(map(str, actor.permits))])


def day(request: Request, name: str) -> date | None:
    """A day from the query, or the Indian day of an instant. Raises Problem 400."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if len(text) == 10 else _instant(text).astimezone(IST).date()
    except (ValueError, OverflowError) as error:
        raise _bad_time(name, text, "Give a day, such as 2026-04-01.") from error


def moment(request: Request, name: str) -> datetime | None:
    """An instant from the query; a bare day means its end in India. Raises Problem 400."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, IST).astimezone(UTC)
        return _instant(text)
    except (ValueError, OverflowError) as error:
        raise _bad_time(name, text, "Give an instant with its zone, such as 2026-04-01T09:30:00Z.") from error


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text.replace(" ", "+"))
    if value.tzinfo is None:
        raise ValueError("no zone")
    return value.astimezone(UTC)


def _bad_time(name: str, text: str, remedy: str) -> Problem:
    fault = Fault(f"`{text}` is not a time", remedy, f"/{name}", value=text)
    return bad_request("bad-parameter", f"`{name}` cannot be understood.", fault)


def as_of(call: Call) -> AsOf | None:
    """The point on both clocks that is asked for; None for now."""
    if not call.request.scope["query_string"]:
        return None
    valid_at, known_at = day(call.request, "valid_at"), moment(call.request, "known_at")
    if valid_at is None and known_at is None:
        return None
    clock = call.registry.clock
    return AsOf(valid_at or clock.today(), known_at or clock.now())


async def read_ask(call: Call, conn: ReadConnection) -> Ask:
    """What a list is asked for, from the query. Raises Problem 400 for what cannot be understood."""
    query = call.request.query_params
    only_once(call.request, _NOT_FILTERS)
    equals: dict[str, list[str]] = {}
    for name, value in query.multi_items():
        if name not in _NOT_FILTERS:
            equals.setdefault(name, []).append(value)
    within = query.get("within")
    return Ask(
        limit=whole_number(call.request, "limit", PAGE, most=MOST),
        equals=equals,
        cql2=query.get("filter"),
        within=None if within is None else await area_id(call.registry, conn, within),
        bbox=_bbox(query.get("bbox")),
        as_of=as_of(call),
        after=_after(query.get("cursor")),
        fields=fields_named(call),
    )


def _after(cursor: str | None) -> list[str]:
    parts = decode_cursor(cursor) if cursor else []
    if len(parts) > 2:
        raise another_list()
    return parts


def _bbox(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not all(map(isfinite, (west, south, east, north))):
            raise ValueError("not finite")
    except ValueError as error:
        fault = Fault(f"`{text}` is not a box", "Give west,south,east,north in degrees.", "/bbox", value=text)
        raise bad_request("bad-parameter", "`bbox` cannot be understood.", fault) from error
    return west, south, east, north


def fields_named(call: Call) -> frozenset[str] | None:
    """The fields asked for, with the id and what is known about the version; None for all. Raises Problem 400."""
    names = call.request.query_params.get("fields") if call.request.scope["query_string"] else None
    if names is None:
        return None
    wanted = frozenset({"id", "_meta", *(n.strip() for n in names.split(","))})
    known = {*call.table.fields, "id", "_meta", "ext", "external_ids"}
    if unknown := sorted(wanted - known):
        fault = Fault(f"`{unknown[0]}` is not a field", f"Choose from: {', '.join(sorted(known))}", "/fields")
        raise bad_request("unknown-field", "`fields` cannot be understood.", fault)
    return wanted


def chosen(call: Call, record: dict[str, Any]) -> dict[str, Any]:
    """The record with only the fields asked for; always its id and what is known about the version."""
    wanted = fields_named(call)
    return record if wanted is None else {name: value for name, value in record.items() if name in wanted}
