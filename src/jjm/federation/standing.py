"""How it stands between the nodes: who there is, how far each is followed, what was held back, what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from jjm.federation.context import Federation
from jjm.federation.following import store
from jjm.federation.following.model import Peer
from jjm.federation.network.model import Member
from jjm.kit import ReadConnection


class ListState(BaseModel):
    """The last good list of nodes."""

    centre: str = Field(description="Name of the node that signed it")
    serial: int = Field(description="Rises with every change of the list")
    issued: datetime = Field(description="When the Centre signed it, by the Centre's clock")
    fetched_at: datetime | None = Field(description="When this node had it, by its own clock")
    fault: str | None = Field(description="Why the last try to have a newer one failed")


class NodeState(BaseModel):
    """One node as this one sees it. What is null is not known, or not for this node to know."""

    name: str
    title: str
    role: str
    address: str | None
    states: list[str] = Field(description="LGD codes of the States whose records are its own")
    active: bool
    is_this: bool = Field(description="True for the node that answers")
    followed: bool = Field(description="True if this node keeps copies of its records")
    size: int | None = Field(default=None, description="Entries of its ledger taken up here")
    behind: int | None = Field(default=None, description="Entries known to be there and not taken up")
    taken: int | None = Field(default=None, description="Versions taken as copies")
    held: int = Field(default=0, description="Copies that could not be taken")
    reached_at: datetime | None = Field(default=None, description="When something was last taken up from it")
    fault: str | None = Field(default=None, description="Why the last try failed")
    forked_at: datetime | None = Field(default=None, description="Since when nothing is taken from it, for its ledger")


class ForkState(BaseModel):
    """Two checkpoints of one node that do not continue each other."""

    id: int
    node: str
    found_at: datetime
    why: str
    before: str = Field(description="The checkpoint seen before, as the node signed it")
    after: str = Field(description="The checkpoint shown then, as the node signed it")
    cleared_at: datetime | None
    cleared_by: str | None
    reason: str | None


class Status(BaseModel):
    """The federation as one node sees it."""

    node: str
    role: str = Field(description="`alone`, `centre` or `state`")
    list: ListState | None
    nodes: list[NodeState]
    forks: list[ForkState]


async def status(federation: Federation, conn: ReadConnection) -> Status:
    """How it stands between the nodes."""
    network = federation.network
    peers = {peer.name: peer for peer in await store.peers(conn)}
    held, forks = await store.held_counts(conn), await store.forks(conn)
    listed = network.listed
    followed = {name for name, push in network.to_follow() if not push}
    members: Sequence[Member] = list(listed.members.values()) if listed else [network.me]
    nodes = [
        _node(m, peers.get(m.name), held.get(m.name, 0), m.name == network.own.name, m.name in followed)
        for m in sorted(members, key=lambda m: (m.role, m.name))
    ]
    role = "centre" if network.own.is_centre else "state" if network.own.centre else "alone"
    told = ListState(
        centre=listed.centre, serial=listed.serial, issued=listed.issued, fetched_at=network.fetched_at,
        fault=network.fault,
    ) if listed else None  # fmt: skip
    return Status(node=network.own.name, role=role, list=told, nodes=nodes, forks=[ForkState(**f) for f in forks])


def _node(member: Member, peer: Peer | None, held: int, is_this: bool, followed: bool) -> NodeState:
    more: dict[str, Any] = {}
    if peer is not None:
        more = {
            "size": peer.edge.size,
            "behind": peer.behind,
            "taken": peer.taken,
            "reached_at": peer.reached_at,
            "fault": peer.fault,
            "forked_at": peer.forked_at,
        }
    return NodeState(
        name=member.name,
        title=member.title,
        role=member.role,
        address=member.address,
        states=sorted(member.states),
        active=member.active,
        is_this=is_this,
        followed=followed,
        held=held,
        **more,
    )
