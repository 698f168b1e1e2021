"""The follower of one node: asks for the next stretch, takes it up, and asks again; waits longer while it fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import httpx
import orjson

from jjm.federation.context import Federation
from jjm.federation.following import store
from jjm.federation.following.model import Forked, Peer
from jjm.federation.following.offer import MOST, stretch
from jjm.federation.following.rules import unfit
from jjm.federation.following.service import applied, examined, note_fault, note_fork
from jjm.federation.following.stretch import Stretch
from jjm.federation.network.model import Member
from jjm.kit import Problem, ahead
from jjm.ledger import Edge, signed_head

_log = logging.getLogger(__name__)
_WAIT = 20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_GONE = 410
_NEW = Peer("", Edge(), 0, None, None, 0, None, None, None, None)


@dataclass
class Follower:
    """Follows one node, or where that pushes brings this node's own ledger to it."""

    federation: Federation
    name: str
    push: bool = False

    async def run(self) -> None:
        """Go on until cancelled; a line that is cut or a node that is down is asked again, ever less often."""
        pause = _FIRST_PAUSE
        async with self.federation.client() as client:
            while True:
                try:
                    await (self._push(client) if self.push else self._pull(client))
                    pause = _FIRST_PAUSE
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # whatever it is, the next try begins from what is kept
                    await self._note(error)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)

    async def _note(self, error: Exception) -> None:
        fault = error.detail if isinstance(error, Problem) else f"{type(error).__name__}: {error}"
        _log.info("%s is not followed at this moment: %s", self.name, fault)
        with contextlib.suppress(Exception):
            await note_fault(self.federation.registry, self.name, fault[:1_000])

    async def _member(self) -> Member:
        member = self.federation.network.member(self.name)
        if member is None or not member.active or member.address is None:
            raise unfit(f"{self.name} is not listed as one that can be reached.")
        return member

    async def _pull(self, client: httpx.AsyncClient) -> None:
        """Take up all that there is and, where nothing is, what comes within the next seconds."""
        registry, member = self.federation.registry, await self._member()
        async with registry.database.read() as conn:
            peer = await store.peer(conn, self.name) or _NEW
        if peer.forked_at is not None:
            await asyncio.sleep(_FIRST_PAUSE)
            return
        async with aclosing(ahead(self._examined(client, member, peer))) as stretches:
            async for found in stretches:
                await applied(registry, member, found, self.federation.network.me)
                self.federation.wake()

    async def _examined(self, client: httpx.AsyncClient, member: Member, peer: Peer) -> AsyncGenerator[Stretch, None]:
        """Stretch after stretch, each examined while the one before is being taken up and the next one comes."""
        async with aclosing(ahead(self._stretches(client, member, peer))) as stretches:
            async for content in stretches:
                yield await examined(self.federation.registry, content)

    async def _stretches(self, client: httpx.AsyncClient, member: Member, peer: Peer) -> AsyncGenerator[bytes, None]:
        """What the node shows, stretch after stretch."""
        after, seen = peer.edge.size - 1, peer.head_size
        asked = {"limit": MOST, "wait": _WAIT} | ({"epoch": peer.epoch} if peer.epoch else {})
        while True:
            address = f"{member.address}/api/v1/federation/feed"
            answer = await client.get(address, params={**asked, "after": after, "seen": seen}, timeout=_WAIT + 60)
            if answer.status_code == _GONE:
                await self._rewritten(client, member, peer, answer)
            require_good(answer)
            count = _entries(answer.content)
            yield answer.content
            if count == 0:
                return
            after, seen = after + count, _head_size(answer.content)

    async def _rewritten(self, client: httpx.AsyncClient, member: Member, peer: Peer, answer: httpx.Response) -> None:
        """The node says itself that its history is another one: its checkpoints before and now are the evidence."""
        shown = await client.get(f"{member.address}/log/checkpoint")
        require_good(shown)
        signed_head(shown.text, member.ledger or "")
        why = f"{member.name} was put back from a backup: {answer.json().get('detail', '')}"
        await note_fork(self.federation.registry, member, Forked(why, peer.checkpoint or "", shown.text))

    async def _push(self, client: httpx.AsyncClient) -> None:
        """Bring the other what it lacks of this node's ledger."""
        registry, member = self.federation.registry, await self._member()
        answer = await client.get(f"{member.address}/api/v1/federation/position")
        while True:
            require_good(answer)
            reached = answer.json()
            async with registry.database.snapshot() as conn:
                lines = await stretch(
                    registry, conn, member, after=reached["size"] - 1, limit=MOST, seen=reached["head_size"],
                    epoch=reached["epoch"],
                )  # fmt: skip
            if _entries(lines) == 0:
                await asyncio.sleep(_FIRST_PAUSE)
                return
            answer = await client.post(f"{member.address}/api/v1/federation/batches", content=lines, timeout=120)


def _entries(content: bytes) -> int:
    """How many entries a stretch holds, told by its last line: its first position and its subjects."""
    first, *rest = content.rstrip(b"\n").split(b"\n")
    if not rest:
        return 0
    last = orjson.loads(rest[-1])
    return last["first"] + len(last["subjects"]) - orjson.loads(first)["after"] - 1


def _head_size(content: bytes) -> int:
    """Of how many entries the checkpoint of a stretch speaks."""
    return int(orjson.loads(content.partition(b"\n")[0])["checkpoint"].split("\n")[1])


def require_good(answer: httpx.Response) -> None:
    """Raises Problem `other-node` for an answer that is none."""
    if answer.is_success:
        return
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    raise Problem("other-node", 502, "The other node refuses", f"{answer.status_code}: {detail}")
