"""Callers who write all the time and ask again, under the same key, until they have a definite answer."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import orjson
from prove.expected import Expected, Json, values

RECORDS = "/api/v1/organisations"
KINDS = ["ngo", "vendor", "contractor"]
# What a node may say while it or its database is down; anything else is a definite answer.
_NOT_NOW = {429, 503}
_PATIENCE = 60.0


@dataclass
class Writer:
    """One caller with records of its own, and one that all callers count up together."""

    name: str
    http: httpx.AsyncClient
    chance: random.Random
    expected: Expected
    shared: str
    own: list[tuple[str, str, Json | None]] = field(default_factory=list)
    made: int = 0

    async def work(self, stop: asyncio.Event) -> None:
        """Write until told to stop; what was begun is brought to its end."""
        while not stop.is_set():
            await self._one()

    async def _one(self) -> None:
        turn = self.chance.random()
        if not self.own or turn < 0.25:
            await self._create()
        elif turn < 0.3:
            await self._create_and_go()
        elif turn < 0.4:
            await self._count_up()
        else:
            await self._change(self.chance.randrange(len(self.own)))

    def _new(self) -> Json:
        self.made += 1
        return {"name": f"{self.name} {self.made}", "kind": self.chance.choice(KINDS)}

    async def _create(self) -> None:
        answer = await self._until_answered("POST", RECORDS, self._new())
        assert answer.status_code == 201, answer.text
        self._keep(answer)

    async def _create_and_go(self) -> None:
        """Send a record once, and never ask again when no answer comes."""
        new = self._new()
        self.expected.unanswered.add(new["name"])
        try:
            answer = await self.http.post(RECORDS, json=new)
        except httpx.TransportError:
            return
        if answer.status_code not in _NOT_NOW:
            assert answer.status_code == 201, answer.text
            self.expected.unanswered.remove(new["name"])
            self._keep(answer)

    async def _change(self, place: int) -> None:
        id, etag, record = self.own[place]
        method = self.chance.choice(["PUT", "PATCH", "PATCH", "DELETE"]) if record else "PUT"
        self.made += 1
        label = f"{self.name} {self.made}"
        body = {"PUT": {"name": label, "kind": "ngo"}, "PATCH": {"short_name": label}, "DELETE": None}[method]
        answer = await self._until_answered(method, f"{RECORDS}/{id}", body, etag)
        assert answer.status_code == 200, f"{method} {answer.text}"
        self._keep(answer, place)

    async def _count_up(self) -> None:
        """Raise a number that all writers raise, guarded by nothing but its ETag."""
        answer = await self._until_answered("GET", f"{RECORDS}/{self.shared}")
        count, etag = int(answer.json()["short_name"]), answer.headers["etag"]
        body = {"short_name": str(count + 1)}
        answer = await self._until_answered("PATCH", f"{RECORDS}/{self.shared}", body, etag)
        assert answer.status_code in (200, 412), answer.text
        if answer.status_code == 200:
            self.expected.counted += 1
            self.expected.acknowledge(answer.json())

    def _keep(self, answer: httpx.Response, place: int | None = None) -> None:
        shown = answer.json()
        self.expected.acknowledge(shown)
        standing = None if shown["_meta"]["change"] == "retire" else values(shown)
        held = (shown["id"], answer.headers["etag"], standing)
        if place is None:
            self.own.append(held)
        else:
            self.own[place] = held

    async def _until_answered(
        self, method: str, path: str, body: Json | None = None, etag: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": str(UUID(int=self.chance.getrandbits(128))), "content-type": "application/json"}
        headers |= {"If-Match": etag} if etag else {}
        async with asyncio.timeout(_PATIENCE):
            return await until_answered(
                self.http, method, path, headers=headers, content=orjson.dumps(body) if body else b""
            )


async def until_answered(http: httpx.AsyncClient, method: str, path: str, **asked: Any) -> httpx.Response:
    """Ask again until the node gives a definite answer."""
    while True:
        try:
            answer = await http.request(method, path, **asked)
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code not in _NOT_NOW:
            assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text}"
            return answer
        await asyncio.sleep(0.05)
