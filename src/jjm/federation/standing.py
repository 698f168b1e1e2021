"""How it stands between the nodes: who there is, how far each is followed, what was held back, what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from jjm.access import agreed_with
from jjm.federation.context import Federation
from jjm.federation.following import store
from jjm.federation.following.model import Peer
from jjm.federation.network.model import Member
from jjm.federation.sharing import store as sharing
from jjm.kit import ReadConnection

_UNSIGNED = ("draft", "proposed")


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
    handover: str | None = Field(
        description="`begun`, `returning`, `taken_back`, `called_off`, `confirmed`: States that move to it"
    )
    is_this: bool = Field(description="True for the node that answers")
    followed: bool = Field(description="True if this node keeps copies of its records")
    size: int | None = Field(default=None, description="Entries of its ledger taken up here")
    behind: int | None = Field(default=None, description="Entries known to be there and not taken up")
    taken: int | None = Field(default=None, description="Versions taken as copies")
    held: int = Field(default=0, description="Copies that could not be taken")
    reached_at: datetime | None = Field(default=None, description="When something was last taken up from it")
    fault: str | None = Field(default=None, description="Why the last try failed")
    forked_at: datetime | None = Field(default=None, description="Since when nothing is taken from it, for its ledger")


class AgreementState(BaseModel):
    """An agreement by which one node lends another what is personal, as both have signed it."""

    id: str
    lends: str = Field(description="The node whose records they are")
    borrows: str = Field(description="The node that has copies of them")
    types: list[str]
    areas: list[str] | None = Field(description="Such as state/21; null for everywhere")
    purpose: str = Field(description="Code of `purpose`")
    until: datetime
    state: str = Field(description="`agreed`, `in_force`, `revoked`, `expired`, or `gone` where it is told of no more")
    taken: int | None = Field(default=None, description="Personal parts taken here under it; null on the other node")


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
    agreements: list[AgreementState]


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
    return Status(
        node=network.own.name,
        role=role,
        list=told,
        nodes=nodes,
        forks=[ForkState(**f) for f in forks],
        agreements=[*await _borrowed(federation, conn), *await _lent(federation, conn, members)],
    )


async def _borrowed(federation: Federation, conn: ReadConnection) -> list[AgreementState]:
    own = federation.network.own.name
    return [
        _agreement(one.id, one.node, own, one.document, one.state, one.taken)
        for one in await sharing.lent(conn)
        if one.document is not None and one.state not in _UNSIGNED
    ]


async def _lent(federation: Federation, conn: ReadConnection, members: Sequence[Member]) -> list[AgreementState]:
    own = federation.network.own.name
    return [
        _agreement(one["id"], own, member.name, one["document"], one["state"], None)
        for member in members
        if member.name != own
        for one in await agreed_with(federation.access, conn, member.name)
        if one["state"] not in _UNSIGNED
    ]


def _agreement(
    id: str, lends: str, borrows: str, document: Mapping[str, Any], state: str, taken: int | None
) -> AgreementState:
    scope = document["scope"]
    return AgreementState(
        id=id, lends=lends, borrows=borrows, types=list(scope["types"]), areas=scope["areas"],
        purpose=document["purpose"]["code"], until=document["until"], state=state, taken=taken,
    )  # fmt: skip


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
        states=sorted(member.states) if member.has_authority else [],
        active=member.active,
        handover=member.handover,
        is_this=is_this,
        followed=followed,
        held=held,
        **more,
    )
