"""A POST to one host over HTTP/1.1: to an address that was checked, without redirects, with a bounded answer.

Written on the event loop itself, since the address that is called must be the one that was looked up, under the host's
name in TLS and in `Host`; and since a client made for everything costs several times as much for each call.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httptools

from jjm.exchange.guard import Forbidden, Target, look_up

_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 15.0
_MOST_ANSWER, _TOLD = 65_536, 300
_KEPT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to: a status, or None and what went wrong; `retry_after` as the other side asked for."""

    status: int | None
    text: str = ""
    retry_after: str | None = None


@dataclass
class _Conversation(asyncio.Protocol):
    """One connection, and the answer that is coming in on it."""

    transport: Any = None
    status: int = 0
    told: bytearray = field(default_factory=bytearray)
    size: int = 0
    retry_after: str | None = None
    parser: Any = None
    done: asyncio.Future[None] | None = None
    is_open: bool = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def begin(self) -> asyncio.Future[None]:
        self.status, self.told, self.size, self.retry_after = 0, bytearray(), 0, None
        self.parser = httptools.HttpResponseParser(self)
        self.done = asyncio.get_running_loop().create_future()
        return self.done

    def data_received(self, data: bytes) -> None:
        if self.done is None or self.done.done():
            self._end(None)
            return
        room = _MOST_ANSWER - self.size
        self.size += len(data)
        try:
            self.parser.feed_data(data[:room])
        except httptools.HttpParserError as error:
            self._end(ConnectionError(f"the answer is not HTTP: {error}"))
            return
        if self.size > _MOST_ANSWER:
            self._end(None if self.status else ConnectionError("the answer is too large"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self.done is not None and not self.done.done():
            # An answer without a length ends with the connection.
            ended = self.status and exc is None
            self.done.set_result(None) if ended else self.done.set_exception(ConnectionError("the line was cut"))

    def _end(self, error: Exception | None) -> None:
        self.transport.abort()
        if self.done is not None and not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)

    # What httptools tells.
    def on_status(self, status: bytes) -> None:
        self.status = self.parser.get_status_code()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self.retry_after = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self.told += body[: _TOLD - len(self.told)]

    def on_message_complete(self) -> None:
        if self.status >= 200 and self.done is not None and not self.done.done():
            if not self.parser.should_keep_alive():
                self.is_open = False
                self.transport.close()
            self.done.set_result(None)


@dataclass
class Line:
    """The line to one subscriber: one call at a time, over a connection that is kept for a while."""

    target: Target
    private: bool
    _open: _Conversation | None = None
    _since: float = 0.0

    async def post(self, headers: Mapping[str, str], body: bytes, *, failing: bool = False) -> Answer:
        """Send a body; what came of it, whatever that is."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._post(headers, body, failing)
        except TimeoutError:
            self.close()
            return Answer(None, f"no answer within {_ANSWER_SECONDS:.0f} s")
        except (OSError, Forbidden, ssl.SSLError, UnicodeError) as error:
            self.close()
            return Answer(None, str(error)[:_TOLD] or type(error).__name__)

    async def _post(self, headers: Mapping[str, str], body: bytes, failing: bool) -> Answer:
        conversation = self._kept() or await self._connect(failing)
        said = {"Host": self.target.authority, "Content-Length": str(len(body)), "User-Agent": "jjm-webhooks/1"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**said, **headers}.items())
        ended = conversation.begin()
        conversation.transport.write(f"POST {self.target.path} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + body)
        await ended
        # Whatever it says is kept in the database, which has no NUL.
        text = conversation.told.decode("utf-8", "replace").replace("\0", "")
        return Answer(conversation.status, text, conversation.retry_after)

    def _kept(self) -> _Conversation | None:
        kept = self._open
        if kept is None or not kept.is_open or kept.transport.is_closing():
            return None
        if asyncio.get_running_loop().time() - self._since > _KEPT_SECONDS:
            self.close()
            return None
        return kept

    async def _connect(self, failing: bool) -> _Conversation:
        addresses = await look_up(self.target, private=self.private, failing=failing)
        secure = _tls() if self.target.scheme == "https" else None
        loop = asyncio.get_running_loop()
        error: Exception = OSError("no address")
        for address in addresses[:3]:
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    _, made = await loop.create_connection(
                        _Conversation, address, self.target.port, ssl=secure,
                        server_hostname=self.target.host if secure else None,
                    )  # fmt: skip
            except TimeoutError:
                error = OSError(f"{address} does not answer")
                continue
            except OSError as failed:
                error = failed
                continue
            self._open, self._since = made, loop.time()
            return made
        raise error

    def close(self) -> None:
        """Hang up."""
        if self._open is not None and self._open.transport is not None:
            self._open.transport.abort()
        self._open = None


_context: list[ssl.SSLContext] = []


def _tls() -> ssl.SSLContext:
    # Reading the certificates of the machine takes tens of milliseconds.
    if not _context:
        _context.append(ssl.create_default_context())
    return _context[0]
