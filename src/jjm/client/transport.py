"""The two transports: each does the steps of a flow with httpx, blocking or asynchronously, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httpx

from jjm.client.core import Core
from jjm.client.refusal import Unreachable
from jjm.client.wire import Answer, Content, Do, End, Flow, Give, Outcome, Pause, Request, Send, Step, Walk, advance

T = TypeVar("T")
_PATIENCE, _CONNECT = 120.0, 10.0
_LOCAL = {"127.0.0.1", "localhost", "::1"}


def settings(url: str) -> dict[str, Any]:
    """How httpx is set up for a node at that address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"`{url}` is no address of a node; it begins with http:// or https://")
    # A proxy of the surroundings cannot know this machine's own ports. Reading the certificates that are trusted takes
    # longer than most calls; without TLS none are asked for.
    outside, is_tls = parts.hostname not in _LOCAL, parts.scheme == "https"
    return {
        "base_url": url,
        "trust_env": outside,
        "verify": is_tls,
        "timeout": httpx.Timeout(_PATIENCE, connect=_CONNECT),
    }


class Blocking:
    """Does the steps of flows in the thread that asks."""

    core: Core
    _http: httpx.Client

    def _run(self, flow: Flow[T]) -> T:
        step = advance(flow, Outcome())
        while not isinstance(step, End):
            step = advance(flow, self._outcome(step))
        return cast("End[T]", step).value

    def _walk(self, walk: Walk[T]) -> Iterator[T]:
        step = advance(walk, Outcome())
        while not isinstance(step, End):
            if isinstance(step, Give):
                yield from cast("Give[T]", step).items
                step = advance(walk, Outcome())
            else:
                step = advance(walk, self._outcome(step))

    def _outcome(self, step: Step) -> Outcome:
        try:
            return Outcome(self._done(step))
        except Exception as error:  # raised again inside the flow, which may know what to do
            return Outcome(error=error)

    def _done(self, step: Step) -> object:
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        return step.work() if isinstance(step, Do) else self._send(step)

    def _send(self, step: Send) -> Answer:
        try:
            with self._http.stream(**_asked(step.request, _in_this_thread)) as response:
                answer = _head(response)
                if step.take is None or not answer.is_good:
                    return replace(answer, content=response.read())
                for piece in response.iter_bytes():
                    step.take(answer, piece)
                return answer
        except httpx.RequestError as error:
            raise _lost(error, self.core.url) from error


class Concurrent:
    """Does the steps of flows in the event loop; what may block is done in a thread."""

    core: Core
    _http: httpx.AsyncClient

    async def _run(self, flow: Flow[T]) -> T:
        step = advance(flow, Outcome())
        while not isinstance(step, End):
            step = advance(flow, await self._outcome(step))
        return cast("End[T]", step).value

    async def _walk(self, walk: Walk[T]) -> AsyncIterator[T]:
        step = advance(walk, Outcome())
        while not isinstance(step, End):
            if isinstance(step, Give):
                for item in cast("Give[T]", step).items:
                    yield item
                step = advance(walk, Outcome())
            else:
                step = advance(walk, await self._outcome(step))

    async def _outcome(self, step: Step) -> Outcome:
        try:
            return Outcome(await self._done(step))
        except Exception as error:  # raised again inside the flow, which may know what to do
            return Outcome(error=error)

    async def _done(self, step: Step) -> object:
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        return await asyncio.to_thread(step.work) if isinstance(step, Do) else await self._send(step)

    async def _send(self, step: Send) -> Answer:
        try:
            async with self._http.stream(**_asked(step.request, _in_another)) as response:
                answer = _head(response)
                if step.take is None or not answer.is_good:
                    return replace(answer, content=await response.aread())
                async for piece in response.aiter_bytes():
                    await asyncio.to_thread(step.take, answer, piece)
                return answer
        except httpx.RequestError as error:
            raise _lost(error, self.core.url) from error


def _asked(request: Request, sending: Callable[[Content], object]) -> dict[str, Any]:
    content = (
        request.content if request.content is None or isinstance(request.content, bytes) else sending(request.content)
    )
    timeout = httpx.Timeout(_PATIENCE + request.wait, connect=_CONNECT)
    told = {"method": request.method, "url": request.target, "headers": dict(request.headers)}
    return told | {"content": content, "timeout": timeout}


def _in_this_thread(content: Content) -> Iterator[bytes]:
    return content()


async def _in_another(content: Content) -> AsyncGenerator[bytes, None]:
    pieces = content()
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece


def _head(response: httpx.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, b"", str(response.url))


def _lost(error: httpx.RequestError, url: str) -> Unreachable:
    never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return Unreachable(f"{url} does not answer: {str(error) or type(error).__name__}", arrived=not never_sent)
