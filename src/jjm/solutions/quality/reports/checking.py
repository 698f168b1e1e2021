"""Checks a report against the ledger: its values, their digest, its place in the tree, the root, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection
from jjm.ledger import Proven, proof_file, verify_proof
from jjm.registry import Placed, Registry, open_proof, open_versions
from jjm.solutions.quality.homes import points_to_family
from jjm.solutions.quality.reports.model import APPROVED, Checked, Doubt, Later
from jjm.solutions.quality.reports.service import MOST_VERSIONS
from jjm.solutions.quality.served.service import records_of
from jjm.solutions.quality.times import instant
from jjm.workflow import Workflows, shown_case

_UNREADABLE = (ValueError, TypeError)


async def check(known: Workflows, conn: ReadConnection, vkey: str, id: str, number: int | None) -> Checked:
    """What the ledger proves of a version of a sample, by default of the newest; and what came of it since.

    The values are read from where they are kept, their digest is made anew, the hashes are followed up to the root and
    the root's signature is checked with `vkey`: the same as anybody does offline with the proof file.
    Raises Problem `not-sequenced` for a version to which the ledger is about to give its place.
    """
    registry = known.registry
    placed = await open_versions(conn, registry.table("sample"), id, MOST_VERSIONS)
    meant = [one for one in placed if number in (None, one.version.version)]
    if not meant:
        return Checked(id, number, Doubt.MISSING)
    version, newest = meant[0].version, placed[0].version
    proven = await _proven(registry, conn, vkey, meant[0])
    doubt = proven if isinstance(proven, Doubt) else None
    if doubt is None and version.data.get("status") != APPROVED:
        doubt = Doubt.NOT_APPROVED
    head = None if isinstance(proven, Doubt) else proven.head
    return Checked(
        id, version.version, doubt, version, meant[0].position, newest.version, str(newest.data.get("status")),
        head.size if head else None, head.root.hex() if head else None,
        [] if doubt or points_to_family(version.data) else await _later(known, conn, id, version.data),
    )  # fmt: skip


async def _proven(registry: Registry, conn: ReadConnection, vkey: str, placed: Placed) -> Proven | Doubt:
    try:
        proven = verify_proof(await open_proof(conn, registry.table("sample"), placed), vkey)
    except _UNREADABLE:
        return Doubt.ALTERED
    except Problem as problem:
        if problem.code == "not-sequenced":
            raise
        return await _whose_fault(conn, vkey, placed)
    return proven if proven.record is not None and _is_framed(placed, proven.leaf) else Doubt.ALTERED


async def _whose_fault(conn: ReadConnection, vkey: str, placed: Placed) -> Doubt:
    """Whether the record is not what the ledger has, or the ledger itself does not hold together there."""
    try:
        verify_proof(await proof_file(conn, placed.position or 0), vkey)
    except Problem:
        return Doubt.LEDGER
    return Doubt.ALTERED


def _is_framed(placed: Placed, leaf: Mapping[str, object]) -> bool:
    """True if by whom and on which node it was recorded is as the ledger has it."""
    version = placed.version
    return (leaf["actor"], leaf["node"], leaf["digest"]) == (version.actor, version.node, version.digest.hex())


async def _links(known: Workflows, conn: ReadConnection, id: str) -> Sequence[Mapping[str, Any]]:
    """What the case of a sample is linked with; nothing of a copy, whose case is at another node."""
    try:
        case, _ = await shown_case(known, conn, NODE, id)
    except Problem as problem:
        if problem.status != 404:
            raise
        return ()
    return case["links"]


async def _later(known: Workflows, conn: ReadConnection, id: str, sample: Mapping[str, Any]) -> Sequence[Later]:
    """Contaminations that the report opened or joined, and later approved samples of the same point."""
    linked = {one["id"]: one["state"] for one in await _links(known, conn, id) if one["type"] == "contamination"}
    found = [Later(case, "contamination", state) for case, state in linked.items()]
    point, taken = sample.get("sampling_point"), instant(sample, "collected_at")
    if point and taken:
        others = await records_of(known.registry, conn, "sample", sampling_point=[str(point)], status=[APPROVED])
        for one in others:
            at = instant(one, "collected_at")
            if at is not None and at > taken:
                found.append(Later(one["id"], "sample", str(one.get("verdict")), at))
    return sorted(found, key=lambda one: (one.what, str(one.at), one.id))
