"""The change feed over HTTP: NDJSON of CloudEvents, plain pull or long poll."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from jjm.access import say_if_over
from jjm.kit import Fault, Problem, ReadConnection, bad_request
from jjm.kit.http import NDJSON_TYPE, whole_number
from jjm.kit.packing import packed
from jjm.ledger import history, size
from jjm.registry.api.call import Call, said_left_out, takes
from jjm.registry.service.context import Registry
from jjm.registry.service.feed import KINDS, Changes, Sieve, changes
from jjm.registry.service.reach import area_id

PAGE, MOST, LONGEST_WAIT = 1_000, 20_000, 60
# A caller who waits holds up the stop of the node by no more than this.
_LONGEST_PAUSE = 1.0


@takes("after", "epoch", "limit", "wait", "types", "within", "kinds", "fields", "origin")
async def get_changes(call: Call) -> Response:
    """The changes behind `after` (-1 or absent to begin); `X-Position` and `X-Epoch` say where to go on."""
    after = _after(call)
    limit = whole_number(call.request, "limit", PAGE, most=MOST)
    patience = whole_number(call.request, "wait", 0, least=0, most=LONGEST_WAIT)
    async with call.registry.database.read() as conn:
        told = await history(conn)
        told.require(after, call.request.query_params.get("epoch"), await size(conn) - 1)
        sieve = await sieve_of(call, conn)
    found = await _read(call, after, limit, sieve)
    deadline = asyncio.get_running_loop().time() + patience
    state = call.request.app.state
    reached = after
    while not found.lines and not state.stopping.is_set() and asyncio.get_running_loop().time() < deadline:
        # Where something was passed over there may be more, and nothing to wait for.
        if found.position == reached:
            left = deadline - asyncio.get_running_loop().time()
            await state.sequencer.news(min(left, _LONGEST_PAUSE))
        reached = found.position
        found = await _read(call, reached, limit, sieve)
    headers = {"X-Position": str(found.position), "X-Epoch": told.epoch, "Cache-Control": "no-store"}
    if not sieve.types:
        headers |= await said_left_out(call)
    return await packed(call.request, Response(b"".join(found.lines), media_type=NDJSON_TYPE, headers=headers))


async def _read(call: Call, after: int, limit: int, sieve: Sieve) -> Changes:
    try:
        async with call.registry.database.read() as conn:
            return await changes(call.registry, conn, call.actor, after=after, limit=limit, sieve=sieve)
    except Problem as problem:
        if problem.code == "forbidden":
            for plural in sieve.types:
                await say_if_over(call.request, call.actor, call.registry.by_plural(plural).standard)
        raise


async def sieve_of(call: Call, conn: ReadConnection) -> Sieve:
    """Which changes the query asks for. Raises Problem 400 or 404 for what is not known here."""
    query = call.request.query_params
    fields = _several(query["fields"]) if "fields" in query else None
    what = _several(query.get("types")), query.get("within"), _several(query.get("kinds")), fields
    return replace(await sieve_from(call.registry, conn, *what), origins=frozenset(_several(query.get("origin"))))


async def sieve_from(
    registry: Registry,
    conn: ReadConnection,
    types: Sequence[str],
    area: str | None,
    kinds: Sequence[str],
    fields: Sequence[str] | None,
) -> Sieve:
    """Which changes are asked for: an area as level/code, an empty list or None for all. Raises Problem 400 or 404."""
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        fault = Fault(f"`{unknown[0]}` is no kind of change", f"Use some of: {', '.join(sorted(KINDS))}.", "/kinds")
        raise bad_request("bad-parameter", "`kinds` cannot be understood.", fault)
    named = tuple(registry.by_plural(plural).standard.plural for plural in types)
    within = await area_id(registry, conn, area) if area else None
    return Sieve(named, within, frozenset(kinds), fields=None if fields is None else fields_of(registry, named, fields))


def fields_of(registry: Registry, types: Sequence[str], names: Sequence[str]) -> frozenset[str]:
    """Fields of these types, or of any. Raises Problem 400 for a name that none of them has, 404 for a type."""
    tables = [registry.by_plural(t) for t in types] or registry.tables.values()
    known = {"id", "_meta", "ext", "external_ids", *(name for table in tables for name in table.fields)}
    if unknown := [name for name in names if name not in known]:
        fault = Fault(f"`{unknown[0]}` is a field of none of these types", "Name fields as they stand.", "/fields")
        raise bad_request("unknown-field", "`fields` cannot be understood.", fault)
    return frozenset(names)


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _after(call: Call) -> int:
    text = call.request.query_params.get("after", "-1")
    if not text.removeprefix("-").isdigit() or not text.isascii() or not -1 <= int(text) < 2**62:
        fault = Fault(f"`{text}` is not a position", "Give the X-Position of the last answer, or -1.", "/after")
        raise bad_request("bad-parameter", "`after` cannot be understood.", fault)
    return int(text)
