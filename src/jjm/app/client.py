"""The HTTP client of the command line: the public API and nothing else, with refusals as Problems."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

import httpx
import orjson

from jjm.app.address import Address
from jjm.kit import Fault, Problem, not_found

Record = dict[str, Any]
_T = TypeVar("_T")
_TOO_FAST = 429
_PATIENCE = httpx.Timeout(120, connect=5)
_PAGE = 1_000
_LOCAL = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Client:
    """A connection to one node. Every call raises Problem where the node refuses or does not answer."""

    http: httpx.AsyncClient
    address: Address
    _plurals: dict[str, str] = field(default_factory=dict[str, str])

    async def call(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """One call; its answer is a good one. Where the node asks for a pause, it is made."""

        async def attempt() -> httpx.Response:
            async with self.stream(method, path, **rest) as answer:
                await answer.aread()
            return answer

        return await attempt() if hasattr(rest.get("content"), "__aiter__") else await patiently(attempt)

    @asynccontextmanager
    async def stream(self, method: str, path: str, **rest: Any) -> AsyncGenerator[httpx.Response, None]:
        """One call whose answer is read as it comes."""
        try:
            async with self.http.stream(method, path, **rest) as answer:
                if not answer.is_success:
                    raise _refusal(answer, await answer.aread())
                yield answer
        except httpx.InvalidURL as error:
            raise Problem("bad-url", 400, "This is no address of a node", str(error)) from error
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at an address."""
        return orjson.loads((await self.call("GET", path, params=params)).content)

    async def items(self, path: str, params: Mapping[str, Any]) -> AsyncIterator[Record]:
        """The records of a list, page after page."""
        page = await self.get(path, params)
        while True:
            for item in page["items"]:
                yield item
            if not page["next"]:
                return
            page = await self.get(page["next"])

    async def first(self, path: str, params: Mapping[str, Any], limit: int) -> list[Record]:
        """The first so many records of a list."""
        found: list[Record] = []
        async for item in self.items(path, {**params, "limit": min(limit, _PAGE)}):
            found.append(item)
            if len(found) == limit:
                break
        return found

    async def plural(self, type: str) -> str:
        """The address of a type, said by its name or its address. Raises Problem 404 for an unknown one."""
        if not self._plurals:
            types: list[Record] = (await self.get("/api/v1"))["items"]
            self._plurals = {str(t[name]): str(t["plural"]) for t in types for name in ("type", "plural")}
        known = self._plurals.get(type.replace("-", "_"))
        if known is None:
            names = sorted({name for name, plural in self._plurals.items() if name != plural})
            raise not_found(f"This node has no registry `{type}`. It has: {', '.join(names)}.", "registry-unknown")
        return known

    async def path(self, type: str, *rest: str) -> str:
        """The path of a type, or of what lies below it."""
        return "/".join(["/api/v1", await self.plural(type), *(quote(part, safe=":") for part in rest)])

    def _unreachable(self, error: httpx.TransportError) -> Problem:
        reason = str(error) or type(error).__name__
        detail = f"{self.address.url} does not answer: {reason}. Check that the node runs and the address is right."
        return Problem("node-unreachable", 503, "The node cannot be reached", detail)


async def patiently(attempt: Callable[[], Awaitable[_T]]) -> _T:
    """The outcome of the attempt, made again after a pause as often as the node says that calls come too fast."""
    while True:
        try:
            return await attempt()
        except Problem as problem:
            if problem.status != _TOO_FAST:
                raise
            await asyncio.sleep(float(problem.headers.get("retry-after", "1")))


@asynccontextmanager
async def connect(address: Address) -> AsyncGenerator[Client, None]:
    """A client of the node at that address."""
    headers = {"authorization": f"Bearer {address.token}"} if address.token else {}
    # A proxy of the surroundings cannot know this machine's own ports.
    outside = urlsplit(address.url).hostname not in _LOCAL
    # Reading the certificates that are trusted takes longer than most commands; without TLS none are asked for.
    is_tls = address.url.startswith("https://")
    async with httpx.AsyncClient(
        base_url=address.url, headers=headers, timeout=_PATIENCE, trust_env=outside, verify=is_tls
    ) as http:
        yield Client(http, address)


def _refusal(answer: httpx.Response, body: bytes) -> Problem:
    """The problem that an answer holds; for an answer that is none (a proxy's page), what can be said of it."""
    try:
        known: Any = orjson.loads(body)
        faults = [_fault(error) for error in known.get("errors", ())]
        extra = {k: v for k, v in known.items() if k not in ("type", "code", "status", "title", "detail", "errors")}
        headers = {name: value for name, value in answer.headers.items() if name == "retry-after"}
        return Problem(known["code"], answer.status_code, known["title"], known["detail"], faults, extra, headers)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        detail = f"{answer.url} answers with {answer.status_code} {answer.reason_phrase}; it may not be a node."
        return Problem("not-a-node", answer.status_code, "The answer cannot be understood", detail)


def _fault(error: Mapping[str, Any]) -> Fault:
    known = {name: cast("Any", error.get(name)) for name in ("pointer", "line", "column", "value", "file")}
    return Fault(str(error["message"]), str(error.get("remedy", "")), **known)
