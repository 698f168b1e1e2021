"""Bulk work over HTTP: files of records in and out, each call answered with a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from jjm.access import require_write, view_of
from jjm.kit import Fault, Job, Problem, WriteConnection, bad_request
from jjm.kit.http import answer, once, read_body, read_object, whole_number
from jjm.registry.api.call import Call, bearer, day, fields_named, read_ask, takes
from jjm.registry.api.jobs import shown
from jjm.registry.formats import Format, format_named
from jjm.registry.service import read
from jjm.registry.service.bulk import Bulk
from jjm.registry.service.bulk_export import Extract
from jjm.registry.service.bulk_model import Change, Load, Mode, OnDuplicate

LONGEST_WAIT = 60
_BODY_LIMIT = 100_000
_HOW_IN = {"on_duplicate", "dry_run", "mode", "valid_from", "source", "reason", "change", "format", "filename", "wait"}
_HOW_OUT = {"format", "gzip", "file_bytes", "wait"}
_LEAST_FILE, _MOST_FILE = 10_000, 4 * 1024**3
_NOT_OUT = {"limit", "cursor", "count"}
_Choice = TypeVar("_Choice", bound=StrEnum)


@takes(*_HOW_IN)
async def import_records(call: Call) -> Response:
    """Take in a file of records, sent as the body; 202 with the job, or 200 where it is done within `wait`."""
    table, query = call.table, call.request.query_params
    require_write(call.actor, table.standard)
    load = Load(
        table.standard.name,
        _format(query, lambda: format_named(call.request.headers.get("content-type"), query.get("filename"))),
        _choice(query, "on_duplicate", OnDuplicate.FAIL),
        _choice(query, "mode", Mode.BEST_EFFORT),
        _flag(query, "dry_run"),
        day(call.request, "valid_from"),
        query.get("source"),
        query.get("reason"),
        _choice(query, "change", Change.CHANGE),
    )
    patience = whole_number(call.request, "wait", 0, least=0, most=LONGEST_WAIT)
    bulk = bulk_of(call)
    id = bulk.jobs.new_id()
    length = call.request.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdigit() else None
    digest = await bulk.receive(id, load, call.request.stream(), declared=declared)
    try:
        async with call.registry.database.write() as conn:
            asked = await _once(call, conn, digest, lambda: bulk.ask_import(conn, call.actor, load, id))
    except Problem:  # after any other error the job may have been asked for all the same
        bulk.folder.forget(id)
        raise
    if asked != id:
        bulk.folder.forget(id)
    return await _accepted(call, asked, patience)


async def export_records(call: Call) -> Response:
    """Put out the records of a list as files; filters and `fields` as for lists, in the query or as a JSON body."""
    view_of(call.actor, call.table.standard)  # whoever sees nothing of the type learns nothing of its fields
    body = await read_body(call.request, _BODY_LIMIT)
    pairs = _asked(call, body)
    how, listed = (
        _asking(call, [p for p in pairs if p[0] in _HOW_OUT]),
        _asking(call, [p for p in pairs if p[0] not in _HOW_OUT]),
    )
    patience = whole_number(how.request, "wait", 0, least=0, most=LONGEST_WAIT)
    query = how.request.query_params
    format, packed = _format(query, lambda: Format.NDJSON), _flag(query, "gzip")
    async with call.registry.database.write() as conn:
        ask = await read_ask(listed, conn)
        await read.whole(call.registry, conn, call.actor, call.table, ask)
        fields = fields_named(listed)
        wanted = None if fields is None else tuple(sorted(fields))
        least = whole_number(how.request, "file_bytes", 0, least=_LEAST_FILE, most=_MOST_FILE) or None
        extract = Extract(call.table.standard.name, format, ask, wanted, packed, least)
        asked = await _once(call, conn, body, lambda: bulk_of(call).ask_export(conn, call.actor, extract))
    return await _accepted(call, asked, patience)


async def _once(call: Call, conn: WriteConnection, body: bytes, act: Callable[[], Awaitable[Job]]) -> str:
    """The id of the job asked for, or of the one that the same call with the same Idempotency-Key asked for before."""

    async def accept() -> Response:
        job = await act()
        return Response(status_code=202, headers={"Location": _address(job.id)})

    who, vault = bearer(call.actor), call.registry.vault
    given = await once(conn, call.registry.clock, call.request, who, body, accept, vault)
    return given.headers["location"].rpartition("/")[2]


def _address(id: str) -> str:
    return f"/api/v1/jobs/{id}"


def _asking(call: Call, pairs: Sequence[tuple[str, str]]) -> Call:
    """The call as if it had this query."""
    return call._replace(request=Request({**call.request.scope, "query_string": urlencode(pairs).encode()}))


def bulk_of(call: Call) -> Bulk:
    """The bulk work of this node."""
    return call.request.app.state.bulk


async def _accepted(call: Call, id: str, patience: int) -> Response:
    job = await bulk_of(call).jobs.ended(id, patience)
    return answer(shown(job), 200 if job.has_ended else 202, {"Location": _address(id)})


def _asked(call: Call, body: bytes) -> list[tuple[str, str]]:
    """What an export is asked for, from the query and the body together."""
    pairs = call.request.query_params.multi_items()
    for name, value in (read_object(body) if body.strip() else {}).items():
        values: Sequence[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
        texts = [_text(name, v) for v in values]
        pairs += [(name, ",".join(texts))] if name == "fields" else [(name, text) for text in texts]
    if unknown := sorted({name for name, _ in pairs} & _NOT_OUT):
        fault = Fault(f"`{unknown[0]}` is not understood here", "An export holds the whole list.", f"/{unknown[0]}")
        raise bad_request("unknown-parameter", "The call carries something unknown.", fault)
    return pairs


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    fault = Fault(f"`{name}` is neither text nor a number", "Write it as in the query of a list.", f"/{name}")
    raise bad_request("bad-parameter", f"`{name}` cannot be understood.", fault)


def _format(query: Mapping[str, str], otherwise: Callable[[], Format]) -> Format:
    return _choice(query, "format", None, Format) if "format" in query else otherwise()


def _choice(query: Mapping[str, str], name: str, default: _Choice | None, kind: type[_Choice] | None = None) -> _Choice:
    known = kind or type(cast("_Choice", default))
    text = query.get(name)
    if text is None and default is not None:
        return default
    if text not in list(known):
        choices = ", ".join(known)
        fault = Fault(f"`{text}` is not understood", f"Use one of: {choices}.", f"/{name}", value=text)
        raise bad_request("bad-parameter", f"`{name}` cannot be understood.", fault)
    return known(text)


def _flag(query: Mapping[str, str], name: str) -> bool:
    text = query.get(name, "false").lower()
    if text not in ("true", "false", "1", "0"):
        fault = Fault(f"`{text}` is neither true nor false", "Use true or false.", f"/{name}", value=text)
        raise bad_request("bad-parameter", f"`{name}` cannot be understood.", fault)
    return text in ("true", "1")
