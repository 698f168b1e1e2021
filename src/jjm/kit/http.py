"""HTTP conventions: JSON answers, problems, ETags, cursors, bounded bodies, idempotent calls."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from jjm.kit.clock import Clock
from jjm.kit.errors import Fault, Problem, bad_request
from jjm.kit.queries import load_queries
from jjm.kit.sealing import Unopened, Vault
from jjm.kit.transaction import WriteConnection

queries = load_queries("jjm.kit")
_OPTIONS = orjson.OPT_UTC_Z
JSON_TYPE = "application/json"
_IS_JSON = (b"content-type", JSON_TYPE.encode())
_HEADERS = "headers by name"
NDJSON_TYPE = "application/x-ndjson"


def dumps(value: object) -> bytes:
    """A value as JSON bytes; days and instants in RFC 3339."""
    return orjson.dumps(value, option=_OPTIONS)


class _JsonAnswer(Response):
    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        # Most answers of a node are these, and Starlette's own way looks for what cannot be among the headers.
        more = [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()] if headers else ()
        self.raw_headers = [*more, (b"content-length", b"%d" % len(self.body)), _IS_JSON]


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer with these headers and those that say what it is."""
    return _JsonAnswer(dumps(value), status, headers)


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of this name, in small letters, that a call carries; found without walking through all."""
    if _HEADERS not in scope:
        scope[_HEADERS] = dict(reversed(scope["headers"]))
    return scope[_HEADERS].get(name)


def problem_answer(problem: Problem, request: Request | None = None) -> Response:
    """A refusal as `application/problem+json` (RFC 9457)."""
    body = problem.as_json()
    if request is not None:
        body["instance"] = request.url.path
    return Response(
        orjson.dumps(body, option=_OPTIONS, default=str), problem.status, problem.headers, "application/problem+json"
    )


def encode_cursor(parts: Sequence[str]) -> str:
    """Where a page ended, as opaque text for the next call."""
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).rstrip(b"=").decode()


def decode_cursor(text: str) -> list[str]:
    """Where the last page ended. Raises Problem 400 for a cursor that this node did not make."""
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor(text) from error
    if not isinstance(parts, list):
        raise _bad_cursor(text)
    if not all(isinstance(p, str) and "\0" not in p for p in cast("list[object]", parts)):
        raise _bad_cursor(text)
    return cast("list[str]", parts)


def _bad_cursor(text: str) -> Problem:
    fault = Fault("the cursor was not made by this node", "Follow `next` as it was given.", "/cursor", value=text)
    return bad_request("bad-cursor", "The page cannot be found.", fault)


def whole_number(request: Request, name: str, default: int, *, least: int = 1, most: int) -> int:
    """A whole number from the query. Raises Problem 400 outside its limits."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        fault = Fault(f"`{text}` is not a number of that kind", f"Give {least} to {most}.", f"/{name}", value=text)
        raise bad_request("bad-parameter", f"`{name}` cannot be understood.", fault)
    return int(text)


def only_known(request: Request, known: Collection[str]) -> None:
    """Refuse a query that carries anything but the named parameters, or one of them twice. Raises Problem 400."""
    if not request.scope["query_string"]:
        return
    only_once(request, known)
    if unknown := sorted(set(request.query_params) - set(known)):
        remedy = f"Use {', '.join(sorted(known))}." if known else "Leave the query out."
        fault = Fault(f"`{unknown[0]}` is not understood here", remedy, f"/{unknown[0]}")
        raise bad_request("unknown-parameter", "The call carries something unknown.", fault)


def only_once(request: Request, names: Collection[str]) -> None:
    """Refuse a query that says one of these parameters twice, for one of both would be passed over. Raises 400."""
    said = [name for name, _ in request.query_params.multi_items()]
    if twice := next((name for name in said if name in names and said.count(name) > 1), None):
        fault = Fault(f"`{twice}` is given more than once", "Give it once.", f"/{twice}")
        raise bad_request("bad-parameter", f"`{twice}` cannot be understood.", fault)


async def read_body(request: Request, most: int) -> bytes:
    """The body of a call. Raises Problem 413 once it passes `most` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> Problem:
    detail = f"At most {most:,} bytes are taken here; send records in bulk with `:import`."
    return Problem("body-too-large", 413, "The body is too large", detail)


def read_json(body: bytes) -> Any:
    """A JSON body. Raises Problem 400 with line and column where it is not JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        fault = Fault(error.msg, "Send one JSON value in UTF-8.", line=error.lineno, column=error.colno)
        raise bad_request("not-json", "The body is not JSON.", fault) from error


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Problem 400 for anything else."""
    value = read_json(body)
    if not isinstance(value, dict):
        fault = Fault("the body is not an object", "Send a JSON object: `{…}`.", "")
        raise bad_request("not-an-object", "The body is not a JSON object.", fault)
    return cast("dict[str, Any]", value)


def not_modified(request: Request, etag: str) -> bool:
    """True if the caller already has this representation (RFC 9110, If-None-Match)."""
    given = header(request.scope, b"if-none-match")
    return given is not None and (given.strip() == b"*" or etag.encode() in [t.strip() for t in given.split(b",")])


async def once(
    conn: WriteConnection,
    clock: Clock,
    request: Request,
    actor: str,
    body: bytes,
    act: Callable[[], Awaitable[Response]],
    vault: Vault | None = None,
) -> Response:
    """Act, or repeat the answer given before under the same Idempotency-Key.

    With a vault the answer is kept sealed, and of the call only what tells nothing without its key. Raises Problem 422
    when the key was used for another call.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return await act()
    if not 1 <= len(key) <= 255:
        fault = Fault("the key is empty or too long", "Use 1 to 255 characters.", "/Idempotency-Key")
        raise bad_request("bad-idempotency-key", "The Idempotency-Key cannot be used.", fault)
    asked = sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body).digest()
    bound = f"answer\0{actor}\0{key}".encode()
    told = asked if vault is None else vault.seal(asked, b"call\0" + bound)
    if await queries.claim_key(conn, actor=actor, key=key, request_digest=told, now=clock.now()) is None:
        return _repeat(await queries.answer_of(conn, actor=actor, key=key), asked, vault, bound)
    made = await act()
    said = bytes(made.body) if vault is None else vault.seal(bytes(made.body), bound)
    kept = {k: v for k, v in made.headers.items() if k in ("etag", "location", "content-type")}
    await queries.keep_answer(
        conn, actor=actor, key=key, status=made.status_code, headers=orjson.dumps(kept).decode(), body=said
    )
    return made


def _repeat(kept: Any, asked: bytes, vault: Vault | None, bound: bytes) -> Response:
    if _told(kept, vault, bound) != asked:
        detail = "This Idempotency-Key was used for another call; use a new one."
        raise Problem("idempotency-mismatch", 422, "The key belongs to another call", detail)
    headers = orjson.loads(kept["headers"]) | {"idempotent-replayed": "true"}
    said = kept["body"] if vault is None else vault.open(kept["body"], bound)
    return Response(said, kept["status"], headers)


def _told(kept: Any, vault: Vault | None, bound: bytes) -> bytes | None:
    if vault is None:
        return kept["request_digest"]
    try:
        return vault.open(kept["request_digest"], b"call\0" + bound)
    except Unopened:  # kept under a key that is destroyed since, or by an earlier release
        return None
