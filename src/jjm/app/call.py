"""One call as the frame sees it: out of whose allowance it is taken, the headers of its answer, and what is counted."""

from __future__ import annotations

import os
import time

from starlette.types import Message, Scope, Send

from jjm.access import Meter, bearer_digest, left_field, policy_field
from jjm.app.counts import COUNTS

UNANSWERED = 499
"""The status of a call as long as nothing was answered; whoever made it may have gone away."""
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"),
)
_NOT_KEPT = (b"cache-control", b"no-store")
_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_NO_AREA = (404, 405)
_LIMITED = ("/api/", "/oauth/")


class Call:
    """A call that has come in, and what is answered to it through `send`."""

    __slots__ = ("_begun", "_meter", "_scope", "_send", "left", "payer", "position", "size", "status", "trace")

    def __init__(self, meter: Meter, scope: Scope, send: Send) -> None:
        self._begun, self.trace = time.perf_counter(), os.urandom(8).hex()
        self._meter, self._scope, self._send = meter, scope, send
        client = scope.get("client")
        self.payer = meter.payer(bearer_digest(scope), client[0] if client else "")
        self.left = meter.take(self.payer)
        self.status, self.size = UNANSWERED, 0
        self.position: int | None = None

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on; its beginning gets the headers that every answer has."""
        if message["type"] == "http.response.start":
            self._begin(message["status"], message["headers"])
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)

    def _begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        own, method, path = dict(headers), self._scope["method"], self._scope["path"]
        self.status = status
        if (position := own.get(b"x-position")) is not None:
            self.position = int(position)
        headers.append((b"x-trace-id", self.trace.encode()))
        headers.extend([pair for pair in _SECURITY if pair[0] not in own])
        if method in _CHANGING and b"cache-control" not in own:
            headers.append(_NOT_KEPT)
        if path.startswith(_LIMITED):
            self._tell_limits(headers)
        area = "other" if status in _NO_AREA else _area(path)
        COUNTS.note(method, area, status, time.perf_counter() - self._begun)

    def _tell_limits(self, headers: list[tuple[bytes, bytes]]) -> None:
        kind, left = self.payer.kind, self.left
        per_minute = self.payer.per_minute or self._meter.limiter.per_minute
        headers += (policy_field(kind, left.full, per_minute), left_field(kind, left))

    def count(self) -> None:
        """Count the call for the application that made it, where one did."""
        application, actor = self.payer.application, self._scope.get("actor")
        if application is None and actor is not None and actor.kind == "application":
            application = actor.id
        if application is not None:
            tally = self._meter.tally(application)
            tally.note(self.status, self.size, self._scope.get("refused", ""), self.position)


def _area(path: str) -> str:
    first = path.split("/", 4)
    return "/".join(first[1:4]).partition(":")[0] if path.startswith("/api/") else first[1] if len(first) > 1 else ""
