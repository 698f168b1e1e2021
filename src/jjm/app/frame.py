"""The frame around every call: a trace id, limits, problems as answers, headers, and what is counted."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache

import asyncpg
from asyncpg.exceptions import CharacterNotInRepertoireError, InternalClientError, UntranslatableCharacterError
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jjm.access import Left, Meter, Payer, left_field, policy_field
from jjm.kit import Problem

_log = logging.getLogger(__name__)
_CALLS = Counter("jjm_http_calls_total", "Calls answered", ["method", "area", "status"])
_SECONDS = Histogram("jjm_http_seconds", "Time to the first byte of the answer", ["area"])
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"),
)
_DATABASE_DOWN = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    InternalClientError,  # a connection ended under a statement
    OSError,
)
_NOT_TEXT = (CharacterNotInRepertoireError, UntranslatableCharacterError)
Refuse = Callable[[Problem, Request], Awaitable[Response]]
_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_LIMITED = ("/api/", "/oauth/")


class Refusals:
    """Turns whatever goes wrong in an application into an answer, unless one has begun."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if started:
                raise
            problem = as_problem(error, scope["trace"])
            scope["refused"] = problem.code
            answer = await self.refuse(problem, Request(scope))
            await answer(scope, receive, send)


class Frame:
    """Wraps the application: every call is limited, counted, and answered."""

    def __init__(self, app: ASGIApp, meter: Meter, direct: Callable[[Scope], ASGIApp | None], refuse: Refuse) -> None:
        self.app = app
        self.meter = meter
        self.direct = direct
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, trace = time.perf_counter(), secrets.token_hex(8)
        area, scope["trace"] = _area(scope["path"]), trace
        authorization, client = _authorization(scope), scope.get("client")
        payer = self.meter.payer(authorization, client[0] if client else "")
        left = self.meter.take(payer)
        answered = _Answered()

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _finish(message, trace, area, scope["method"], begun)
                answered.begins(message)
                if scope["path"].startswith(_LIMITED):
                    message["headers"] += self._limits(payer, left)
            elif authorization is not None:
                answered.size += len(message.get("body", b""))
            await send(message)

        scope["left"] = left
        await Refusals(self._inside, self.refuse)(scope, receive, framed)
        if authorization is not None:
            self._count(scope, payer, answered)

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        left: Left = scope["left"]
        if left.wait:
            detail = f"More calls than allowed: {int(left.full)} at once; try again in {left.wait:.1f} s."
            after = {"Retry-After": str(max(1, round(left.wait)))}
            raise Problem("too-many-calls", 429, "Too many calls", detail, headers=after)
        _refuse_nul(scope)
        await (self.direct(scope) or self.app)(scope, receive, send)

    def _limits(self, payer: Payer, left: Left) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
        per_minute = payer.per_minute or self.meter.limiter.per_minute
        return policy_field(payer.kind, left.full, per_minute), left_field(payer.kind, left)

    def _count(self, scope: Scope, payer: Payer, answered: _Answered) -> None:
        """Count the call for the application that made it, where one did."""
        application, actor = payer.application, scope.get("actor")
        if application is None and actor is not None and actor.kind == "application":
            application = actor.id
        if application is not None:
            tally = self.meter.tally(application)
            tally.note(answered.status, answered.size, scope.get("refused", ""), answered.position)


class _Answered:
    """What was answered to a call."""

    __slots__ = ("position", "size", "status")

    def __init__(self) -> None:
        self.status, self.size = 499, 0  # as long as nothing was answered: the caller went away
        self.position: int | None = None

    def begins(self, message: Message) -> None:
        """Note how the answer begins."""
        self.status = message["status"]
        for name, value in message["headers"]:
            if name == b"x-position":
                self.position = int(value)


def _authorization(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return value
    return None


def _refuse_nul(scope: Scope) -> None:
    """PostgreSQL text cannot hold U+0000: nothing here is named by it."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise _bad_text("The address")


def _bad_text(where: str) -> Problem:
    detail = f"{where} holds a NUL character; take it out."
    return Problem("bad-text", 400, "The call cannot be understood", detail)


def _area(path: str) -> str:
    first = path.split("/", 4)
    return "/".join(first[1:4]).partition(":")[0] if path.startswith("/api/") else first[1] if len(first) > 1 else ""


def _finish(message: Message, trace: str, area: str, method: str, begun: float) -> None:
    headers: list[tuple[bytes, bytes]] = message["headers"]
    own = {name for name, _ in headers}
    headers.append((b"x-trace-id", trace.encode()))
    headers.extend(pair for pair in _SECURITY if pair[0] not in own)
    if method in _CHANGING and b"cache-control" not in own:
        headers.append((b"cache-control", b"no-store"))
    label = area if message["status"] not in (404, 405) else "other"
    calls, seconds = _meters(method, label, int(message["status"]))
    calls.inc()
    seconds.observe(time.perf_counter() - begun)


@lru_cache(maxsize=2_000)
def _meters(method: str, area: str, status: int) -> tuple[Counter, Histogram]:
    return _CALLS.labels(method, area, str(status)), _SECONDS.labels(area)


def as_problem(error: Exception, trace: str) -> Problem:
    """What the caller is told of an error; the cause of an unforeseen one goes to the log, not to the caller."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ClientDisconnect):
        return Problem("caller-gone", 400, "The call was not finished", "The caller went away before its end.")
    if isinstance(error, _NOT_TEXT):
        return _bad_text("The call")
    if isinstance(error, asyncpg.QueryCanceledError):
        detail = "The question takes too long; narrow it by an area, a filter or a smaller page."
        return Problem("too-slow", 503, "Takes too long", detail)
    if isinstance(error, _DATABASE_DOWN):
        _log.warning("%s: the database does not answer: %r", trace, error)
        detail = (
            "The database is starting or out of reach. Try again shortly; whether a change was made is not certain, so "
            "send it again under the same Idempotency-Key."
        )
        return Problem("database-unreachable", 503, "Not available now", detail, headers={"Retry-After": "2"})
    _log.error("%s: unforeseen", trace, exc_info=error)
    detail = f"This is a fault of the node, not of the call. Its log has more under {trace}."
    return Problem("internal", 500, "Something went wrong here", detail, extra={"trace": trace})
