"""The node as commands see it: the Python client that everybody has, with its refusals as Problems."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from jjm.app.address import Address
from jjm.client import Answer, AsyncClient, Patience, Record, Refused, Unreachable, Untrusted
from jjm.client import Fault as Told
from jjm.kit import Fault, Problem

_PAGE = 1_000
# Whoever waits at a screen is soon told that nobody answers; the pauses that a node asks for are made.
_PATIENCE = Patience(tries=3, first=0.2, longest_asked=3_600, in_all=86_400)
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Client:
    """A connection to one node. Every call raises Problem where the node refuses or does not answer."""

    node: AsyncClient

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; its answer is a good one."""
        if json is not None:
            content, headers = orjson.dumps(json), {**(headers or {}), **_JSON}
        with as_problems():
            return await self.node.call(method, path, params, headers=headers, content=content)

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at an address."""
        return (await self.call("GET", path, params=params)).json()

    async def plurals(self, types: str | None) -> str | None:
        """Types `A,B` as the API's parameters call them, each said by its name or its address; None for none."""
        if types is None:
            return None
        with as_problems():
            return ",".join([(await self.node.path(type.strip())).rpartition("/")[2] for type in types.split(",")])

    async def items(self, path: str, params: Mapping[str, Any]) -> AsyncIterator[Record]:
        """The records of a list, page after page."""
        with as_problems():
            async for record in self.node.items(path, params):
                yield record

    async def first(self, path: str, params: Mapping[str, Any], limit: int) -> list[Record]:
        """The first so many records of a list."""
        found: list[Record] = []
        async for item in self.items(path, {**params, "limit": min(limit, _PAGE)}):
            found.append(item)
            if len(found) == limit:
                break
        return found

    async def path(self, type: str, *rest: str) -> str:
        """The path of a type, or of what lies below it. Raises Problem 404 for an unknown one."""
        with as_problems():
            return await self.node.path(type, *rest)


@asynccontextmanager
async def connect(address: Address) -> AsyncGenerator[Client, None]:
    """A client of the node at that address."""
    with as_problems():
        node = AsyncClient(address.url, auth=address.token, patience=_PATIENCE)
    async with node:
        yield Client(node)


@contextmanager
def as_problems() -> Generator[None, None, None]:
    """What the client raises, as the Problem that a command tells."""
    try:
        yield
    except Refused as refused:
        after = {name: value for name, value in refused.headers.items() if name == "retry-after"}
        faults = [fault_of(fault) for fault in refused.faults]
        extra = dict(refused.more) | ({"trace": refused.trace} if refused.trace else {})
        raise Problem(refused.code, refused.status, refused.title, refused.detail, faults, extra, after) from refused
    except Unreachable as lost:
        detail = f"{lost}. Check that the node runs and the address is right."
        raise Problem("node-unreachable", 503, "The node cannot be reached", detail) from lost
    except Untrusted as broken:
        raise Problem("broken-download", 502, "What came is not what the node made", f"{broken}.") from broken
    except ValueError as error:
        raise Problem("bad-url", 400, "This is no address of a node", f"{error}.") from error


def fault_of(told: Told) -> Fault:
    """A fault as the client tells it."""
    return Fault(**asdict(told))
