"""Gathers what a report tells, as it was known when the sample was approved, so that the same report is made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection, not_found, recall
from jjm.registry import AsOf, Placed, get, open_versions
from jjm.solutions.quality.limits import edition_for
from jjm.solutions.quality.reports.model import APPROVED, Report
from jjm.solutions.quality.samples.custody import hands_of
from jjm.solutions.quality.times import day_in_india, instant
from jjm.workflow import Workflows, shown_steps

MOST_VERSIONS = 200
_PLACES = ("village", "habitation", "scheme", "water_source", "component", "sampling_point")
_TYPES = {"component": "scheme_component"}
_NAMES = ("name", "name_local")
_LABORATORY = (*_NAMES, "accreditation", "accreditation_number", "accredited_upto")


async def report_of(known: Workflows, conn: ReadConnection, id: str) -> Report:
    """The report of an approved sample. Raises Problem 404 `not-found`, or `no-report` before it is approved, and 503
    `not-sequenced` in the moment before the ledger has given the approval its place."""
    placed = await open_versions(conn, known.registry.table("sample"), id, MOST_VERSIONS)
    if not placed:
        raise not_found(f"There is no sample `{id}` here.", id=id)
    version, position = placed[0]
    taken = instant(version.data, "collected_at")
    if version.data.get("status") != APPROVED or taken is None:
        status = version.data.get("status")
        raise not_found(f"Sample `{id}` has no approved report; it is {status}.", "no-report", id=id)
    if position is None:
        detail = "The approval is recorded, and the ledger is about to give it its place. Ask again in a moment."
        raise Problem("not-sequenced", 503, "Not available now", detail, headers={"Retry-After": "1"})
    at = AsOf(day_in_india(version.recorded_at), version.recorded_at)
    edition = edition_for(known.registry.catalogue.limits, day_in_india(taken), version.data.get("edition"))
    return Report(
        version, position, taken, await _laboratory(known, conn, version.data, at),
        await _names(known, conn, version.data, at), await _hands(known, conn, id, placed), edition,
        known.registry.node, await recall(conn, "synthetic") is True,
    )  # fmt: skip


async def _hands(known: Workflows, conn: ReadConnection, id: str, placed: Sequence[Placed]) -> list[dict[str, Any]]:
    try:
        steps = await shown_steps(known, conn, NODE, id)
    except Problem as problem:
        if problem.status != 404:
            raise
        owner = placed[0].version.node
        raise not_found(f"Sample `{id}` is a copy; {owner} gives out its report.", "no-report", id=id) from problem
    versions = [{**one.version.data, "_meta": {"version": one.version.version}} for one in placed]
    return hands_of(steps, versions)


async def _laboratory(known: Workflows, conn: ReadConnection, sample: Mapping[str, Any], at: AsOf) -> Mapping[str, Any]:
    id = sample.get("laboratory")
    return {"id": id} | (await _record(known, conn, "laboratory", str(id), _LABORATORY, at)) if id else {}


async def _names(
    known: Workflows, conn: ReadConnection, sample: Mapping[str, Any], at: AsOf
) -> dict[str, Mapping[str, Any]]:
    """What the places of a sample were called; nothing of those that had no name."""
    places = {field: str(sample[field]) for field in _PLACES if sample.get(field)}
    return {field: await _record(known, conn, _TYPES.get(field, field), id, _NAMES, at) for field, id in places.items()}


async def _record(
    known: Workflows, conn: ReadConnection, type: str, id: str, fields: Sequence[str], at: AsOf
) -> dict[str, Any]:
    """Some fields of a record as they were known then; nothing for one that was not."""
    table = known.registry.table(type)
    wanted = frozenset(fields)
    try:
        record, _ = await get(known.registry, conn, NODE, table, id, at, wanted)
    except Problem as problem:
        if problem.status not in (404, 410):
            raise
        return {}
    plain: dict[str, Any] = orjson.loads(orjson.dumps(record, default=str))
    return {name: plain[name] for name in fields if plain.get(name) is not None}
