"""A Centre and States in this process, each a whole node on a database of its own, that reach each other over HTTP."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import nodes
import pytest
import shipped
from databases import Postgres

from jjm.access import NODE
from jjm.app.asgi import application
from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.federation import NodeList
from jjm.kit import Clock, Fault
from jjm.ledger import size, verify_tree
from jjm.registry import Change, Draft, examine, record, verify_records

CENTRE = "IN-CENTRE"
CENTRE_URL = "http://centre.test"


class Wires(httpx.AsyncBaseTransport):
    """The lines between the nodes: each address leads to its node, as long as the line is not cut.

    Calls of a path that is `refused` are lost. Of each other call a share `loss` is lost, half of these only once the
    node has answered.
    """

    def __init__(self) -> None:
        self.ends: dict[str, httpx.ASGITransport] = {}
        self.cut: set[str] = set()
        self.refused: set[str] = set()
        self.loss, self.chance = 0.0, random.Random(1)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Bring one call to the node behind its address."""
        host = request.url.host
        if host in self.cut or host not in self.ends or request.url.path in self.refused:
            raise httpx.ConnectError("the line is cut", request=request)
        lost = self.chance.random() < self.loss
        if lost and self.chance.random() < 0.5:
            raise httpx.ConnectError("lost on the way", request=request)
        answer = await self.ends[host].handle_async_request(request)
        if lost or host in self.cut:
            raise httpx.ReadError("lost on the way back", request=request)
        return answer


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
            url=more.pop("url", f"http://{host}"),
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
            **({"address": said["address"], "exchange": "pull"} if said.get("address") else {"exchange": "push"}),
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


async def digests(node: Node, type: str) -> set[tuple[str, int, bytes, bool]]:
    """Every version of a type: record, number, digest, and whether it is the one of today."""
    async with node.database.read() as conn:
        today = await conn.fetch(f"select id, version, digest, true as now from registry.{type}")
        past = await conn.fetch(f"select id, version, digest, false as now from registry.{type}_history")
    found = [tuple(row) for row in [*today, *past]]
    assert len(found) == len(set(found))
    return set(found)


async def audit(node: Node) -> AsyncGenerator[Fault, None]:
    """What of a node's records and ledger is not as it was entered."""
    async with node.database.snapshot() as conn:
        async for fault in verify_records(node.registry, conn):
            yield fault
        for fault in await verify_tree(conn, node.verifier.vkey):
            yield fault


async def everything(node: Node) -> str:
    """All that stands in any table of a node's database, as text."""
    tables = """
        select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')"""
    async with node.database.read() as conn:
        names = [row["name"] for row in await conn.fetch(tables)]
        return "\n".join([str(await conn.fetch(f"select t::text from {name} t")) for name in names])


async def settled(world: Network) -> None:
    """Wait until every node has taken up all that those it follows have entered."""
    async with asyncio.timeout(60):
        while True:
            for node in world.nodes.values():
                await nodes.sequenced(node)
            sizes = {name: await _size(node) for name, node in world.nodes.items()}
            waiting = [
                (node.settings.name, name)
                for node in world.nodes.values()
                for name, push in node.federation.network.to_follow()
                if await (_followed(world.nodes[name], node.settings.name) if push else _followed(node, name))
                < sizes[node.settings.name if push else name]
            ]
            networks = [node.federation.network for node in world.nodes.values()]
            known = all(n.listed is not None and n.own.name in n.listed.members for n in networks)
            if known and not waiting and sizes == {name: await _size(node) for name, node in world.nodes.items()}:
                return
            await asyncio.sleep(0.1)


async def _size(node: Node) -> int:
    async with node.database.read() as conn:
        return await size(conn)


async def _followed(node: Node, name: str) -> int:
    async with node.database.read() as conn:
        return await conn.fetchval("select coalesce(max(size), -1) from federation.peer where name = $1", name)


@asynccontextmanager
async def network(postgres: Postgres, folder: Path) -> AsyncGenerator[Network, None]:
    """A network without nodes yet, whose nodes look after each other more often than out in the field."""
    async with AsyncExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("jjm.app.node.load", shipped.standards)
        patch.setattr("jjm.app.node.validators", shipped.rules)
        for name, seconds in (("LIST", 1.0), ("SHARE", 0.2), ("PROPOSAL", 0.2), ("FIRST", 0.2), ("MOVING", 0.2)):
            patch.setattr(f"jjm.federation.part._{name}_PAUSE", seconds)
        patch.setattr("jjm.federation.network.service._FRESH", 0.5)
        patch.setattr("jjm.federation.following.follower._LONGEST_PAUSE", 1.0)
        patch.setattr("jjm.federation.handover.lease.QUIET", 1.5)
        yield Network(postgres, folder, stack)
