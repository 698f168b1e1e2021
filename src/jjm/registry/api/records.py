"""Records over HTTP: list, read, create, replace, patch, retire, history."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from starlette.responses import Response

from jjm.access import Way
from jjm.kit import Fault, Problem, WriteConnection, bad_request, invalid
from jjm.kit.http import answer, encode_cursor, not_modified, read_body, read_json, read_object, whole_number
from jjm.kit.packing import packed
from jjm.registry import store
from jjm.registry.api.call import Call, as_of, changing, chosen, day, fields_named, read_ask, takes, writing
from jjm.registry.model import Change, Draft, Outcome
from jjm.registry.patch import apply_patch
from jjm.registry.rows import show_version
from jjm.registry.rules import etag
from jjm.registry.service import read
from jjm.registry.service.disclosure import note_shown
from jjm.registry.service.examine import examine, without_meta
from jjm.registry.service.relay import relay
from jjm.registry.service.seeing import hidden_in, sight_of
from jjm.registry.service.unseen import keep_unseen
from jjm.registry.service.write import record

BODY_LIMIT = 1_000_000
_OF_A_VERSION = ("valid_from", "valid_to", "source", "reason")
_HOW_TO_MATCH = "Send `If-Match` with the ETag of the version you read; it guards against losing another's change."


async def list_records(call: Call) -> Response:
    """A page of records, and where the next begins."""
    table = call.table
    async with call.registry.database.read() as conn:
        ask = await read_ask(call, conn)
        page = await read.page(call.registry, conn, call.actor, table, ask)
        counted = await _count(call, conn, ask)
    body: dict[str, Any] = {"items": [chosen(call, item) for item in page.items], "next": _next(call, page.next)}
    headers = {"Link": f'<{body["next"]}>; rel="next"'} if body["next"] else {}
    return await packed(call.request, answer(body | counted, headers=headers))


def _next(call: Call, after: Any) -> str | None:
    if not after:
        return None
    kept = [(k, v) for k, v in call.request.query_params.multi_items() if k not in ("cursor", "count")]
    return f"{call.request.url.path}?{urlencode([*kept, ('cursor', encode_cursor(after))])}"


async def _count(call: Call, conn: Any, ask: read.Ask) -> dict[str, Any]:
    wanted = call.request.query_params.get("count")
    if wanted is None:
        return {}
    if wanted == "exact":
        return {"count": await read.count(call.registry, conn, call.actor, call.table, ask)}
    if wanted == "estimated":
        about = await read.estimate(call.registry, conn, call.actor, call.table)
        if about is not None:
            return {"count": about, "count_is": "estimated"}
        return {"count": await read.count(call.registry, conn, call.actor, call.table, ask), "count_is": "exact"}
    fault = Fault(f"`{wanted}` is no way to count", "Use `exact` or `estimated`.", "/count", value=wanted)
    raise bad_request("bad-parameter", "`count` cannot be understood.", fault)


@takes("valid_at", "known_at", "fields")
async def get_record(call: Call) -> Response:
    """One record, as it is today or at a point on both clocks."""
    table, id = call.table, call.request.path_params["id"]
    at, wanted = as_of(call), fields_named(call)
    async with call.registry.database.read() as conn:
        shown, newest = await read.get(call.registry, conn, call.actor, table, id, at, wanted)
    tag = etag(shown["_meta"]["version"], newest)
    if not_modified(call.request, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return answer(chosen(call, shown), headers={"ETag": tag})


@writing
@takes(*_OF_A_VERSION)
async def create_record(call: Call) -> Response:
    """A new record; 201 with its address."""
    body = await read_body(call.request, BODY_LIMIT)
    id, data = without_meta(read_object(body))
    draft = _draft(call, Change.CREATE, data, id)
    return await changing(call, body, lambda conn: _record(call, conn, draft))


@writing
@takes(*_OF_A_VERSION, "change")
async def replace_record(call: Call) -> Response:
    """New values for a record, or a record under an identifier the caller brings."""
    body = await read_body(call.request, BODY_LIMIT)
    id, data = without_meta(read_object(body))
    path_id = call.request.path_params["id"]
    if id is not None and id != path_id:
        fault = Fault(
            f"`{id}` is not `{path_id}`", "Leave `id` out of the body, or make it the one in the address.", "/id"
        )
        raise bad_request("id-mismatch", "The body is about another record.", fault)
    return await changing(call, body, lambda conn: _replace(call, conn, path_id, data))


@writing
@takes(*_OF_A_VERSION, "change")
async def patch_record(call: Call) -> Response:
    """Some values of a record, by JSON Merge Patch or JSON Patch."""
    body = await read_body(call.request, BODY_LIMIT)
    id, kind = call.request.path_params["id"], call.request.headers.get("content-type", "")
    patch = read_json(body)

    async def act(conn: WriteConnection) -> Response:
        asking = conn.asking
        sight = await sight_of(call.registry, asking, call.actor, call.table)
        at = await read.resolve(asking, call.table, id)
        before = await read.newest_version(call.registry, asking, call.actor, call.table, at, sight)
        hidden = await hidden_in(asking, sight, call.table, at, before.data)
        data = apply_patch(dict(before.data), patch, kind, hidden)
        return await _record(call, conn, _draft(call, _kind(call), data, at, _expected(call)))

    return await changing(call, body, act)


@writing
@takes(*_OF_A_VERSION)
async def retire_record(call: Call) -> Response:
    """The end of a record; nothing is erased."""
    id = call.request.path_params["id"]
    draft = _draft(call, Change.RETIRE, {}, id, _expected(call))

    async def act(conn: WriteConnection) -> Response:
        await read.require_seen(call.registry, conn, call.actor, call.table, id)
        return await _record(call, conn, draft)

    return await changing(call, b"", act)


async def _replace(call: Call, conn: WriteConnection, id: str, data: dict[str, Any]) -> Response:
    headers = (await store.headers(conn, call.table, [id]))[id]
    if not headers:
        if call.request.headers.get("if-match"):
            raise Problem("stale-version", 412, "There is no such record", f"`{id}` is not known here.")
        return await _record(call, conn, _draft(call, Change.CREATE, data, id))
    if call.request.headers.get("if-none-match") == "*":
        raise Problem("exists", 412, "The record exists", f"`{id}` is already known here.")
    standing = any(h.is_current for h in headers)
    draft = _draft(call, _kind(call) if standing else Change.RESTORE, data, id, _expected(call))
    await keep_unseen(call.registry, conn, call.actor, call.table, [draft])
    return await _record(call, conn, draft)


def _kind(call: Call) -> Change:
    text = call.request.query_params.get("change", "change")
    if text not in ("change", "correct"):
        remedy = "Use `change` for a change in the world, `correct` to put the past right."
        fault = Fault(f"`{text}` is no kind of change", remedy, "/change", value=text)
        raise bad_request("bad-parameter", "`change` cannot be understood.", fault)
    return Change(text)


def _expected(call: Call) -> str:
    given = call.request.headers.get("if-match")
    if given is None:
        raise Problem("if-match-needed", 428, "If-Match is needed", _HOW_TO_MATCH)
    if given.strip() == "*":
        detail = "`If-Match: *` guards against nothing. Send the ETag of the version you read."
        raise Problem("if-match-needed", 428, "If-Match is needed", detail)
    return given.strip()


def _draft(call: Call, kind: Change, data: dict[str, Any], id: str | None, expected: str | None = None) -> Draft:
    if not call.request.scope["query_string"]:
        return Draft(kind, data, id, expected=expected)
    query = call.request.query_params
    first, last = day(call.request, "valid_from"), day(call.request, "valid_to")
    return Draft(kind, data, id, first, last, query.get("source"), query.get("reason"), expected=expected)


async def _record(call: Call, conn: WriteConnection, draft: Draft) -> Response:
    table = call.table
    sight = await sight_of(call.registry, conn.asking, call.actor, table)
    faults = (await examine(call.registry, conn.asking, table, [draft]))[0]
    if faults:
        raise invalid(f"The {table.standard.name} was not recorded.", faults)
    try:
        outcome = (await record(call.registry, conn, call.actor, table, [draft]))[0]
    except Problem as refusal:
        if refusal.code != "not-the-authority" or not _relays(call):
            raise
        return await _relayed(call, conn, draft, refusal)
    hidden = await hidden_in(conn, sight, table, outcome.id, outcome.version.data)
    return _answer(call, outcome, hidden)


def _relays(call: Call) -> bool:
    """True if what is another node's to decide is to be kept as a proposal (RFC 7240)."""
    asked = ",".join(call.request.headers.getlist("prefer")).lower()
    return "relay" in [word.partition(";")[0].strip() for word in asked.split(",")]


async def _relayed(call: Call, conn: WriteConnection, draft: Draft, refusal: Problem) -> Response:
    made = await relay(call.registry, conn, call.actor, call.table, draft, refusal)
    headers = {"ETag": made.etag, "Location": f"/api/v1/proposals/{made.id}", "Preference-Applied": "relay"}
    return answer(show_version(made.version, frozenset()), 202, headers)


def _answer(call: Call, outcome: Outcome, hidden: frozenset[str]) -> Response:
    headers = {"ETag": outcome.etag}
    if outcome.result == "created":
        headers["Location"] = f"/api/v1/{call.table.standard.plural}/{outcome.id}"
    shown = show_version(outcome.version, hidden, call.table.personal)
    if outcome.result != "created":  # whoever made it knows what it says
        note_shown(call.registry, call.actor, call.table, Way.CHANGE, [shown])
    return answer(shown, 201 if outcome.result == "created" else 200, headers)


@takes("limit", "below")
async def get_history(call: Call) -> Response:
    """The versions of a record, newest first."""
    limit = whole_number(call.request, "limit", 50, most=1_000)
    below = whole_number(call.request, "below", 0, most=2**31 - 1, least=1) or None
    id = call.request.path_params["id"]
    async with call.registry.database.read() as conn:
        items = await read.history(call.registry, conn, call.actor, call.table, id, below=below, limit=limit)
    next_page = None
    if len(items) == limit and (last := items[-1]["_meta"]["version"]) > 1:
        next_page = f"{call.request.url.path}?{urlencode({'limit': limit, 'below': last})}"
    return answer({"items": items, "next": next_page})


@takes()
async def get_version(call: Call) -> Response:
    """One version of a record."""
    text = call.request.path_params["version"]
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**31):
        raise bad_request("bad-parameter", f"`{text}` is not a version number.")
    id = call.request.path_params["id"]
    async with call.registry.database.read() as conn:
        shown = await read.at_version(call.registry, conn, call.actor, call.table, id, int(text))
    return answer(shown, headers={"ETag": f'"{shown["_meta"]["version"]}"'})


@takes("fields")
async def batch_get(call: Call) -> Response:
    """Many records by their identifiers."""
    asked = read_object(await read_body(call.request, BODY_LIMIT))
    ids = cast("list[str]", asked.get("ids"))
    if not isinstance(asked.get("ids"), list) or set(map(type, ids)) - {str} or set(asked) != {"ids"}:
        fault = Fault("`ids` is not a list of identifiers", 'Send {"ids": ["…", "…"]}.', "/ids")
        raise bad_request("bad-ids", "The identifiers cannot be understood.", fault)
    async with call.registry.database.read() as conn:
        items, missing = await read.batch_get(
            call.registry, conn, call.actor, call.table, ids, fields=fields_named(call)
        )
    return answer({"items": [chosen(call, item) for item in items], "missing": missing})
