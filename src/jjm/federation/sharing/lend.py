"""What this node lends another: the agreements with it, and under one of them what is personal in this node's records.

Each part is opened for that agreement, by the one decision that every door asks, and noted as a reading of the other
node under it, before it goes out.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from jjm.access import Actor, Permit, Scope, Way, agreed_with, read_by_node
from jjm.federation.context import Federation
from jjm.federation.network.model import Member
from jjm.federation.sharing.model import HANDOVER, Parts
from jjm.kit import Problem, ReadConnection
from jjm.ledger import BatchSlice, entries, history, size
from jjm.registry import Part, Whole, parts_of, state_in_id, wholes_of

_AT_ONCE = 5_000
_PURPOSE = "administration"


async def offers(federation: Federation, conn: ReadConnection, other: Member) -> dict[str, Any]:
    """The agreements with another node, and whether a State is moving between the two."""
    items = await agreed_with(federation.access, conn, other.name)
    return {"items": items, HANDOVER: federation.network.moves_to(other.name) is not None}


async def parts(
    federation: Federation, other: Member, id: str, *, after: int, until: int, epoch: str | None, path: str, trace: str
) -> Parts:
    """The next personal parts behind a position that an agreement opens, up to before `until`; `id` may be `handover`.

    Raises Problem 403 where no agreement allows it, 429 where it is asked too often, 410 for a position of a history
    that was rewritten since.
    """
    async with _reader(federation, other, id, path, trace) as actor:
        async with federation.registry.database.snapshot() as conn:
            known, there = await history(conn), await size(conn)
            known.require(after, epoch, there - 1)
            found = await _next(federation, conn, actor, other, Parts(known.epoch, after, after, ()), min(until, there))
        _note(federation, actor, None if id == HANDOVER else id, found)
        return found


@asynccontextmanager
async def _reader(federation: Federation, other: Member, id: str, path: str, trace: str) -> AsyncGenerator[Actor, None]:
    if id != HANDOVER:
        async with read_by_node(federation.access, other.name, id, path, trace) as actor:
            yield actor
        return
    if federation.network.moves_to(other.name) is None:
        raise Problem("no-handover", 403, "No State is moving", f"No State is moving between here and {other.name}.")
    permits = frozenset({Permit(Scope.READ), Permit(Scope.PERSONAL)})
    yield Actor(other.name, permits, "node", other.name, purpose=_PURPOSE)


async def _next(
    federation: Federation, conn: ReadConnection, actor: Actor, other: Member, begun: Parts, until: int
) -> Parts:
    """What was found, and up to where was looked; stretches without anything are passed over."""
    registry, makers = federation.registry, federation.network.makers_of(federation.registry.node)
    types = [name for name, table in registry.tables.items() if table.personal and _is_open(actor, name)]
    states = federation.network.moves_to(other.name) if not actor.terms else _states(other)
    found: list[tuple[str, list[Part]]] = []
    wholes: list[tuple[str, list[Whole]]] = []
    after, last = begun.after, until - 1
    while types and after < last and not found and not wholes:
        count = min(_AT_ONCE, last - after)
        for piece in await entries(conn, after, count, types):
            # A State that is handed over once more gets back what its node wrote before it was taken back.
            is_before = other.begins is None or piece.first <= other.begins
            before = not actor.terms and piece.node == other.name and is_before
            own = _of(piece, states) if before or piece.node in makers else []
            if own and (made := await parts_of(registry, conn, actor, piece.type, own)):
                found.append((piece.type, made))
            if own and not actor.terms and (whole := await wholes_of(registry, conn, actor, piece.type, own)):
                wholes.append((piece.type, whole))
        after += count
    return replace(begun, upto=after if types else max(after, last), pieces=found, wholes=wholes)


def _is_open(actor: Actor, type: str) -> bool:
    return not actor.terms or type in actor.terms[0].fields


def _states(other: Member) -> frozenset[str] | None:
    """The States of whose records another node has copies; None for all."""
    return None if other.role == "centre" else other.states


def _of(piece: BatchSlice, states: frozenset[str] | None) -> list[tuple[str, int]]:
    """The versions in a slice of records in these States."""
    both = zip(piece.subjects, piece.versions, strict=True)
    return [(id, version) for id, version in both if states is None or state_in_id(id) in states]


def _note(federation: Federation, actor: Actor, agreement: str | None, told: Parts) -> None:
    readings = federation.registry.readings
    assert readings is not None, "a running node notes readings"
    shown = [(type, [part.id for part in made]) for type, made in told.pieces]
    shown += [(type, [whole.id for whole in made if not whole.is_erased]) for type, made in told.wholes]
    for type, ids in shown:
        if ids:
            readings.note(actor, type, Way.FEED, list(dict.fromkeys(ids)), agreement)
