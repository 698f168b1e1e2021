"""An outsider who follows a node's log and feed, and holds each answer against those before."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import httpx
import orjson
from prove.expected import Told, values
from prove.writers import until_answered

from jjm.ledger import Verifier, verify_consistency
from jjm.ledger.note import TreeHead, parse_checkpoint


@dataclass
class Watcher:
    """What the node told so far: its last signed tree, and the story of every record in the order of the ledger."""

    http: httpx.AsyncClient
    heads: list[TreeHead] = field(default_factory=list)
    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    sources: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[str, int]] = field(default_factory=set)
    position: int = -1

    async def look(self) -> TreeHead:
        """The tree that the node signs now; those it signed before are its beginnings."""
        vkey = (await until_answered(self.http, "GET", "/log/vkey")).text.strip()
        note = (await until_answered(self.http, "GET", "/log/checkpoint")).text
        head = parse_checkpoint(Verifier.parse(vkey).open(note))
        for before in self.heads[-3:]:
            await self._goes_on(before, head)
        self.heads.append(head)
        return head

    async def _goes_on(self, before: TreeHead, head: TreeHead) -> None:
        assert before.size <= head.size, f"the ledger shrank from {before.size} to {head.size}"
        if not before.size:
            return
        asked = {"old": before.size, "new": head.size}
        proof = (await until_answered(self.http, "GET", "/log/proof/consistency", params=asked)).json()
        hashes = [base64.b64decode(value) for value in proof["hashes"]]
        assert verify_consistency(before.size, head.size, before.root, head.root, hashes), f"{before} is not in {head}"

    async def read_on(self) -> None:
        """Read every change committed so far, and see that none is skipped, moved or told twice."""
        quiet = 0
        async with asyncio.timeout(60):
            while quiet < 2:
                asked = {"after": self.position, "limit": 20_000, "wait": 1}
                answer = await until_answered(self.http, "GET", "/api/v1/changes", params=asked)
                lines = answer.content.splitlines()
                for line in lines:
                    self._hear(orjson.loads(line))
                assert int(answer.headers["x-position"]) == self.position
                quiet = 0 if lines else quiet + 1

    def _hear(self, event: dict[str, object]) -> None:
        self.position += 1
        assert event["position"] == self.position, f"{event['position']} follows {self.position - 1}"
        shown = event["data"]
        assert isinstance(shown, dict)
        meta = shown["_meta"]
        assert (shown["id"], meta["version"]) not in self.seen, f"{shown['id']} is told twice"
        self.seen.add((shown["id"], meta["version"]))
        if str(event["subject"]).startswith("organisations/"):
            self.told[shown["id"]].append((meta["version"], meta["change"], values(shown)))
        elif meta["source"]:
            self.sources[meta["source"]] += 1
