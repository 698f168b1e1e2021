"""The frame around every call: limits, and problems as answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import asyncpg
from asyncpg.exceptions import CharacterNotInRepertoireError, InternalClientError, UntranslatableCharacterError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jjm.access import Meter
from jjm.app.call import UNANSWERED, Call
from jjm.kit import Problem

_log = logging.getLogger(__name__)
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
Direct = Callable[[Request], Awaitable[Response]]


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
            await _refused(error, self.refuse, scope, receive, send)


async def _refused(error: Exception, refuse: Refuse, scope: Scope, receive: Receive, send: Send) -> None:
    problem = as_problem(error, scope["trace"])
    scope["refused"] = problem.code
    answer = await refuse(problem, Request(scope))
    await answer(scope, receive, send)


class Frame:
    """Wraps the application: every call is limited, counted, and answered."""

    def __init__(self, app: ASGIApp, meter: Meter, direct: Callable[[Scope], Direct | None], refuse: Refuse) -> None:
        self.app = app
        self.meter = meter
        self.direct = direct
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["app"] = self.app  # so that a refusal from here, too, can be told as a page
        call = Call(self.meter, scope, send)
        scope["trace"] = call.trace
        try:
            await self._inside(call, scope, receive)
        except Exception as error:
            if call.status != UNANSWERED:
                raise
            await _refused(error, self.refuse, scope, receive, call.send)
        call.count()

    async def _inside(self, call: Call, scope: Scope, receive: Receive) -> None:
        left = call.left
        if left.wait:
            detail = f"More calls than allowed: {int(left.full)} at once; try again in {left.wait:.1f} s."
            after = {"Retry-After": str(max(1, round(left.wait)))}
            raise Problem("too-many-calls", 429, "Too many calls", detail, headers=after)
        _refuse_nul(scope)
        handler = self.direct(scope)
        if handler is None:
            await self.app(scope, receive, call.send)
        else:
            answer = await handler(Request(scope, receive))
            await answer(scope, receive, call.send)


def _refuse_nul(scope: Scope) -> None:
    """PostgreSQL text cannot hold U+0000: nothing here is named by it."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise _bad_text("The address")


def _bad_text(where: str) -> Problem:
    detail = f"{where} holds a NUL character; take it out."
    return Problem("bad-text", 400, "The call cannot be understood", detail)


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
