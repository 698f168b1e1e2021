"""Proposals between nodes: what another node relayed is put before this node's people, and told back once decided.

A proposal of another node stands here as a copy, which nobody here writes. For each that this node has authority over,
it makes one of its own, with a key that names the copy. What only concerns fields that the State decides is accepted at
once. The other node, which has copies of this node's proposals in turn, closes its own as this node decided.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from jjm.access import NODE
from jjm.federation.context import Federation
from jjm.kit import Problem, WriteConnection, load_queries, savepoint
from jjm.registry import Change, Decision, Draft, Table, decide, examine, newest_version, record

_sql = load_queries("jjm.federation", "relayed")
_log = logging.getLogger(__name__)
_TYPE = "proposal"
_KEPT = ("kind", "about_type", "about", "other", "state", "data", "since", "grounds")
_DECIDED = ("status", "decided_by", "decided_on", "decision_note")


async def bring_proposals(federation: Federation) -> int:
    """Put what was relayed before this node's people, and close what other nodes decided; how many were dealt with."""
    registry = federation.registry
    table = registry.tables.get(_TYPE)
    if table is None:
        return 0
    async with registry.database.write() as conn:
        asked = [dict(row) async for row in _sql.relayed(conn, node=registry.node, types=_own_types(federation))]
        done = [dict(row) async for row in _sql.decided(conn, node=registry.node)]
        for row in asked:
            await _take(federation, conn, table, row["id"], row["node"])
        for row in done:
            await _close(federation, conn, table, row["own"], row["theirs"])
    if asked or done:
        federation.wake()
    return len(asked) + len(done)


def _own_types(federation: Federation) -> list[str]:
    """The types of which this node may be asked; of a State's records it is told only those of its States."""
    whose = "centre" if federation.network.own.is_centre else "state"
    return [name for name, table in federation.registry.tables.items() if table.standard.authority == whose]


def _key(node: str, id: str) -> str:
    return f"relayed:{node}:{id}"


async def _take(federation: Federation, conn: WriteConnection, table: Table, id: str, node: str) -> None:
    said = await _values(federation, conn, table, id)
    kept = {name: said[name] for name in _KEPT if name in said}
    member = federation.network.member(node)
    if "state" not in kept and member and member.states:
        kept["state"] = f"STA-{min(member.states)}"  # by it the decision finds its way back
    data = {**kept, "status": "open", "made_on": node, "key": _key(node, id)}
    draft = Draft(Change.CREATE, data, source=f"/nodes/{node}/proposals/{id}")
    faults = (await examine(federation.registry, conn, table, [draft]))[0]
    if faults:
        _log.warning("the proposal %s of %s cannot be put before anybody: %s", id, node, faults[0])
        data = {"kind": said["kind"], "status": "rejected", "about_type": said["about_type"], "made_on": node}
        data |= {"key": _key(node, id), "decision_note": str(faults[0])[:1_000], "decided_by": federation.registry.node}
        draft = Draft(Change.CREATE, data)
        assert not (await examine(federation.registry, conn, table, [draft]))[0]
    made = (await record(federation.registry, conn, NODE, table, [draft]))[0]
    if not faults and _is_for_the_state(federation, kept):
        await _accept(federation, conn, made.id, node)


def _is_for_the_state(federation: Federation, kept: Mapping[str, Any]) -> bool:
    """True if the State that relayed it decides all that it would change."""
    about = federation.registry.tables.get(str(kept.get("about_type")))
    if about is None or kept["kind"] not in ("change", "correct"):
        return False
    names = set(kept.get("data") or {})
    return bool(names) and names <= set(about.standard.fields_of_state)


async def _accept(federation: Federation, conn: WriteConnection, id: str, node: str) -> None:
    note = f"{node} decides these fields"
    try:
        async with savepoint(conn):
            decision = Decision(note=note)
            await decide(federation.registry, conn, NODE, id, accept=True, decision=decision, behalf=node)
    except Problem as problem:
        _log.info("the proposal %s waits for a person: %s", id, problem.detail)


async def _close(federation: Federation, conn: WriteConnection, table: Table, own: str, theirs: str) -> None:
    """This node's proposal is decided as its copy at the owner's was."""
    mine, decided = await _values(federation, conn, table, own), await _values(federation, conn, table, theirs)
    data = mine | {name: decided[name] for name in _DECIDED if name in decided}
    if "about" in decided:
        data["about"] = decided["about"]
    draft = Draft(Change.CHANGE, data, own)
    faults = (await examine(federation.registry, conn, table, [draft]))[0]
    if not faults:
        await record(federation.registry, conn, NODE, table, [draft])


async def _values(federation: Federation, conn: WriteConnection, table: Table, id: str) -> dict[str, Any]:
    return dict((await newest_version(federation.registry, conn, NODE, table, id)).data)
