"""A Centre and States in this process, each a whole node on a database of its own, that reach each other over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import nodes
from databases import Postgres

from jjm.access import NODE
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.federation import NodeList
from jjm.kit import Clock
from jjm.registry import Change, Draft, examine, record

CENTRE = "IN-CENTRE"
CENTRE_URL = "http://centre.test"


class Wires(httpx.AsyncBaseTransport):
    """The lines between the nodes: each address leads to its node, as long as the line is not cut."""

    def __init__(self) -> None:
        self.ends: dict[str, httpx.ASGITransport] = {}
        self.cut: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Bring one call to the node behind its address."""
        host = request.url.host
        if host in self.cut or host not in self.ends:
            raise httpx.ConnectError("the line is cut", request=request)
        return await self.ends[host].handle_async_request(request)


@dataclass
class Network:
    """Nodes by name, and the lines between them."""

    postgres: Postgres
    folder: Path
    stack: AsyncExitStack
    wires: Wires = field(default_factory=Wires)
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict[str, httpx.AsyncClient])

    async def start(self, name: str, *, clock: Clock | None = None, **more: Any) -> Node:
        """Start a node of that name at http://NAME.test; the first is the Centre."""
        host = name.removeprefix("IN-").lower() + ".test"
        centre: Mapping[str, str] = {"centre": "self"}
        if self.nodes:
            centre = {"centre": CENTRE_URL, "centre_key": self.nodes[CENTRE].access.key.id}
        database = await self.stack.enter_async_context(self.postgres.fresh())
        settings = Settings(
            self.folder / name,
            name=name,
            title=f"Node {name}",
            url=f"http://{host}",
            database=database,
            calls_per_minute=1_000_000,
            **{**centre, **more},
        )
        node = await self.stack.enter_async_context(running(settings, clock, self.wires))
        self.nodes[name] = node
        self.wires.ends[host] = httpx.ASGITransport(app=application(node))
        self.clients[name] = await self.stack.enter_async_context(nodes.caller(node, "admin"))
        return node

    async def admit(self, name: str, *states: str) -> dict[str, Any]:
        """Enter a node in the Centre's registry, as its keepers do once they have compared its key."""
        said = (await self.clients[name].get("/.well-known/jjm-node")).json()["node"]
        record = {
            "name": name,
            "title": said["title"],
            "role": "state",
            "status": "active",
            "states": [f"STA-{state}" for state in states],
            "address": said["address"],
            "exchange": "pull",
            "keys": said["keys"]["keys"],
            "ledger_key": said["ledger"],
        }
        answer = await self.clients[CENTRE].post("/api/v1/nodes", json=record)
        assert answer.status_code == 201, answer.text
        await self.listed(lambda found: name in found.members)
        return answer.json()

    async def listed(self, good: Callable[[NodeList], bool]) -> NodeList:
        """The Centre's list once it is so."""
        async with asyncio.timeout(20):
            while not good(found := await self.nodes[CENTRE].federation.network.issue()):
                await asyncio.sleep(0.1)
        return found


async def plant(node: Node) -> None:
    """Three villages, each in a State of its own (21, 22, 23), as if they had come from the Centre."""
    authority, node.registry.authority = node.registry.authority, None
    async with node.database.write() as conn:
        for n in (1, 2, 3):
            areas: dict[str, dict[str, Any]] = {
                "state": {"code": f"2{n}", "name": f"State {n}", "iso": f"IN-A{'ABC'[n - 1]}", "kind": "state"},
                "district": {"code": str(n), "name": f"District {n}", "state": f"STA-2{n}"},
                "subdistrict": {"code": str(n), "name": f"Tehsil {n}", "district": f"DIS-{n}"},
                "village": {
                    "code": f"10000{n}",
                    "name": f"Village {n}",
                    "subdistrict": f"SDT-{n}",
                    "census_2011": "123456",
                },
            }
            for type, data in areas.items():
                table = node.registry.table(type)
                draft = Draft(Change.CREATE, data, valid_from=date(2021, 1, 1))
                if not await conn.fetchval(f"select count(*) from registry.{type} where code = $1", data["code"]):
                    faults = (await examine(node.registry, conn, table, [draft]))[0]
                    assert not faults, faults
                    await record(node.registry, conn, NODE, table, [draft])
    node.registry.authority = authority


@asynccontextmanager
async def network(postgres: Postgres, folder: Path) -> AsyncGenerator[Network, None]:
    """A network without nodes yet."""
    async with AsyncExitStack() as stack:
        yield Network(postgres, folder, stack)
