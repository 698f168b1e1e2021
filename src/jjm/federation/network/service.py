"""What a node knows of the others: on the Centre's node the list it issues, elsewhere the last good one it had."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import httpx
import orjson

from jjm.access import NODE, NodeKey
from jjm.federation.handover.lease import Lease
from jjm.federation.network import store
from jjm.federation.network.model import Member, NodeList
from jjm.federation.network.rules import content, parse_list, read_list, require_newer, thumbprints
from jjm.kit import Problem, digest, not_found
from jjm.kit.http import dumps
from jjm.registry import Ask, Registry, page

HERE = "self"
"""What stands as `centre` in the node file of the Centre itself."""
LIST = "/.well-known/jjm-nodes"
_TYPE = "node"
_LISTED = {"active": True, "suspended": False}
_PATIENCE = 10.0
_FRESH = 1.0


@dataclass(frozen=True)
class Own:
    """What a node says of itself, and where it has its list from.

    `centre` is None for a node by itself, `self` for the Centre, else the Centre's address; `pinned` the thumbprint of
    the Centre's key, had from its keepers.
    """

    name: str
    title: str
    address: str | None
    ledger: str
    software: str
    centre: str | None = None
    pinned: str | None = None

    @property
    def is_centre(self) -> bool:
        """True on the Centre's own node."""
        return self.centre == HERE


@dataclass
class Network:
    """The nodes that this one knows of."""

    registry: Registry
    key: NodeKey
    own: Own
    listed: NodeList | None = None
    fetched_at: datetime | None = None
    fault: str | None = None
    followed: int | None = None
    lease: Lease | None = None
    _until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def me(self) -> Member:
        """This node as the list has it, or as it knows itself where it is not listed."""
        listed = self.listed.members.get(self.own.name) if self.listed else None
        return listed or self._itself()

    def member(self, name: str) -> Member | None:
        """The node of that name, if it is listed."""
        return self.listed.members.get(name) if self.listed else None

    def keys_of(self, name: str) -> Mapping[str, Any] | None:
        """The public keys of another node (a JWK Set), while it is listed and not suspended."""
        found = self.member(name)
        return found.keys if found and found.active and name != self.own.name else None

    def to_follow(self) -> list[tuple[str, bool]]:
        """The nodes whose records this one takes copies of, and whether it pushes its own to them instead.

        A State and the Centre follow each other, States never one another.
        """
        if self.listed is None:
            return []
        others = [m for m in self.listed.members.values() if m.name != self.own.name and m.active]
        if self.own.is_centre:
            return [(m.name, False) for m in others if m.address and not m.pushes]
        listed = self.listed.members.get(self.own.name)
        centre = [(self.listed.centre, False)]
        return [*centre, (self.listed.centre, True)] if listed and listed.pushes else centre

    @property
    def may_write(self) -> bool:
        """True if this node writes the records of its States.

        Until a handover is confirmed not before it has them all, nor longer than it hears from the Centre.
        """
        handover = self.me.handover
        if handover == "begun":
            return self.has_followed and self._is_leased
        return handover in (None, "confirmed")

    @property
    def _is_leased(self) -> bool:
        lease = self.lease
        return lease is not None and lease.begins == self.me.begins and lease.holds(self.registry.clock.now())

    @property
    def has_followed(self) -> bool:
        """True once this node has all that it must have before it writes, in the handover that runs."""
        return self.me.begins is not None and self.followed == self.me.begins

    @property
    def is_moving(self) -> bool:
        """True while a State moves between nodes, so that each step is heard of soon."""
        listed = self.listed
        return listed is not None and any(m.is_moving for m in listed.members.values())

    def moves_to(self, other: str) -> frozenset[str] | None:
        """The States that are moving between this node and another, and whose records are whole on both; None if none.

        What is personal in them is shared meanwhile, so that neither way anything is lost.
        """
        listed = self.listed
        if listed is None or (not self.own.is_centre and other != listed.centre):
            return None
        moving = listed.members.get(other) if self.own.is_centre else listed.members.get(self.own.name)
        return moving.states if moving and moving.is_moving else None

    def makers_of(self, node: str) -> frozenset[str]:
        """The nodes whose versions are a node's to lend: itself, and the Centre for States that have moved to it."""
        member = self.member(node)
        moved = self.listed is not None and member is not None and member.handover == "confirmed"
        return frozenset({node, self.listed.centre}) if moved and self.listed else frozenset({node})

    async def load(self) -> None:
        """Take up the last good list that was kept; to be called at start."""
        async with self.registry.database.read() as conn:
            row = await store.known_list(conn)
        if row is not None:
            self.listed, self.fetched_at, self.fault = parse_list(row["signed"]), row["fetched_at"], row["fault"]
        if self.own.is_centre:
            await self.issue()

    async def issue(self) -> NodeList:
        """The list as the Centre signs it now, from its records of nodes. Raises Problem 404 on any other node."""
        if not self.own.is_centre:
            raise not_found(f"The list of nodes is published by the Centre{self._where()}.", "not-the-centre")
        async with self._lock:
            if self.listed is None or time.monotonic() >= self._until:
                self.listed = await self._issued()
                self._until = time.monotonic() + _FRESH
            return self.listed

    async def fetch(self, client: httpx.AsyncClient) -> None:
        """Ask the Centre for its list, and take it if it is good; what was known stays in any other case."""
        if self.own.is_centre or self.own.centre is None:
            return
        now = self.registry.clock.now()
        try:
            answer = await client.get(self.own.centre.rstrip("/") + LIST, timeout=_PATIENCE)
            answer.raise_for_status()
            await self.take(answer.text)
        except (httpx.HTTPError, Problem) as error:
            self.fault = error.detail if isinstance(error, Problem) else f"The Centre does not answer: {error!r}"
            async with self.registry.database.write() as conn:
                await store.note_try(conn, now, self.fault)

    async def take(self, signed: str) -> NodeList:
        """Take a list if the Centre signed it and it is not older. Raises Problem `list-unsigned`, `list-older`."""
        known = self.listed
        trusted = {self.own.pinned} if self.own.pinned else set[str]()
        trusted |= thumbprints(known.centre_member.keys) if known else set()
        found = read_list(signed, trusted)
        require_newer(found, known)
        now = self.registry.clock.now()
        async with self.registry.database.write() as conn:
            await store.keep_list(conn, found, now)
        self.listed, self.fetched_at, self.fault = found, now, None
        return found

    def descriptor(self) -> dict[str, Any]:
        """What this node says of itself, to be signed by it."""
        now = self.registry.clock.now().isoformat().replace("+00:00", "Z")
        return {**self.me.as_json(), **self._itself().as_json(), "states": sorted(self.me.states), "issued": now}

    async def _issued(self) -> NodeList:
        now = self.registry.clock.now()
        members = {m.name: m for m in [*await self._recorded(), self._itself()]}
        found = digest([members[name].as_json() for name in sorted(members)])
        async with self.registry.database.write() as conn:
            before = await store.known_list(conn)
            same = before is not None and before["digest"] == found
            serial = (before["serial"] if before else 0) + (0 if same else 1)
            listed = NodeList(self.own.name, serial, now, members)
            listed = replace(listed, signed=self.key.sign(content(listed)))
            if not same:
                await store.keep_list(conn, listed, now, found)
        self.fetched_at = now
        return listed

    async def _recorded(self) -> list[Member]:
        """The nodes that stand in the Centre's registry and take part, with how it stands with States that move.

        One to which a State moves is listed whatever becomes of its record, though not as active: the State's authority
        does not change hands by the way.
        """
        if _TYPE not in self.registry.tables:
            return []
        found: list[Member] = []
        async with self.registry.database.read() as conn:
            known, after = await store.handovers(conn), cast("Any", ())
            while True:
                ask = Ask(limit=1_000, after=after)
                read = await page(self.registry, conn, NODE, self.registry.table(_TYPE), ask)
                records = [r for item in read.items if (r := orjson.loads(dumps(item)))["name"] != self.own.name]
                made = [(r["status"], _member(r, known.get(r["name"]))) for r in records]
                found += [member for status, member in made if status in _LISTED or member.is_moving]
                if not (after := read.next):
                    return found

    def _itself(self) -> Member:
        standards = {name: s.version for name, s in self.registry.catalogue.types.items()}
        return Member(
            self.own.name,
            "centre" if self.own.is_centre else "state",
            self.own.title,
            self.own.address,
            keys=self.key.public(),
            ledger=self.own.ledger,
            pushes=self.own.address is None,
            software=self.own.software,
            standards=standards,
        )

    def _where(self) -> str:
        return f", at {self.own.centre}{LIST}" if self.own.centre else "; this node belongs to no federation"


def _member(record: Mapping[str, Any], moving: Mapping[str, Any] | None) -> Member:
    types = record.get("types")
    return Member(
        name=record["name"],
        role="state",
        title=record.get("title", record["name"]),
        address=record.get("address"),
        states=frozenset(id.removeprefix("STA-") for id in record.get("states", ())),
        types=None if types is None else frozenset(types),
        keys={"keys": record.get("keys", [])},
        ledger=record.get("ledger_key"),
        pushes=record.get("exchange") == "push" or "address" not in record,
        active=_LISTED.get(record["status"], False),
        software=record.get("software"),
        standards={str(k): str(v) for k, v in record.get("standards", {}).items()},
        handover=moving["state"] if moving else None,
        begins=moving["position"] if moving else None,
    )
