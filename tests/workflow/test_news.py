"""Cases that begin by themselves: by a record that comes in or meets a condition, and by a step of another case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import nodes
import pytest
import pytest_asyncio
from people_kit import house
from workflow_standards import WORKFLOW, inspection_standards

from jjm.kit import Fault
from jjm.workflow import Deed, Deeds, behind

from .conftest import Works, count_closed, finding

pytestmark = pytest.mark.long

BEGINS = """\
begins:
  - start: HEAR
    on: {type: habitation}
    guards: [is-dry]
    takes: {village: village}
    gives: {kind: urgent}
  - start: HEAR
    on: {type: flow_reading}
    guards: [is-dry]
    takes: {village: village}
  - start: AGAIN
    on: {workflow: inspection, state: DROPPED}
    takes: {village: village}
    link: follows
"""
STARTS = """\
starts:
  HEAR: {to: ASKED, title: {en: Hear, hi: सुनें}, by: [node]}
  AGAIN: {to: ASKED, title: {en: Again, hi: फिर}, by: [node], guards: [not-thrice]}
"""


READING = """\
$id: jjm:registry/assets/flow_reading/1.0.0
title: {en: Reading of a flow, hi: प्रवाह का पाठ}
type: object
required: [village, measured_at, flow]
properties:
  village: {title: {en: Village, hi: गाँव}, x-ref: village}
  measured_at: {title: {en: Measured at, hi: मापन समय}, type: string, format: date-time}
  flow: {title: {en: Flow, hi: प्रवाह}, type: number, minimum: 0, maximum: 1000, x-unit: L/s}
x-jjm:
  group: assets
  plural: flow_readings
  plural_title: {en: Readings of flows, hi: प्रवाह के पाठ}
  id: "FLW-{state}-{serial}-{check}"
  authority: state
  area: village
"""
"""What is measured, as a type that is one file dropped into the standards."""


def is_dry(deed: Deed) -> list[Fault]:
    """Only a habitation without water, or a measured flow of nothing."""
    dry = deed.record["flow"] == 0 if "flow" in deed.record else "dry" in deed.record["name"].lower()
    return [] if dry else [Fault("there is water", "Nothing to do.")]


def not_thrice(deed: Deed) -> list[Fault]:
    """Whoever was dropped twice is not asked a third time."""
    dropped = deed.linked["follows"]
    return [Fault("dropped before", "See why.")] if dropped[0].get("kind") == "yearly" else []


@pytest_asyncio.fixture
async def works(tmp_path: Path, database_url: str) -> AsyncGenerator[Works, None]:
    """A node whose inspections begin by dry habitations, and again when one was dropped."""
    workflow = WORKFLOW.replace("starts:\n", STARTS) + BEGINS
    standards = inspection_standards(tmp_path / "standards", workflow)
    (standards / "registries/assets/flow_reading.yaml").write_text(READING, "utf-8")
    guards = {"is-dry": is_dry, "not-thrice": not_thrice}
    deeds = Deeds(guards, {"count-closed": count_closed}, {"finding": finding}, {"finding": ("village",)})
    async with house(tmp_path / "node", database_url, deeds, standards=standards) as opened:
        found = Works(opened)
        await found.people()
        yield found


async def heard(works: Works) -> list[Any]:
    """All cases there are, once the news were read to their end."""
    node = works.house.node
    await nodes.sequenced(node)
    async with asyncio.timeout(30):
        while True:
            async with node.database.read() as conn:
                if not await behind(node.workflows, conn):
                    return await conn.fetch("select * from workflow.item order by begun_at, id")
            await asyncio.sleep(0.1)


async def test_a_record_that_came_in_becomes_a_case_in_the_state_it_says(works: Works) -> None:
    open_ones = [{"village": "VIL-901400", "status": "GOING_ON"}, {"village": "VIL-901400"}]
    for record in open_ones:
        await works.house.call(None, "POST", "/inspections", record, 201)
    cases = await heard(works)
    assert sorted(case["state"] for case in cases) == ["ASKED", "GOING_ON"]
    assert {case["role"] for case in cases} == {"nal_jal_mitra"}
    asked = next(case for case in cases if case["state"] == "ASKED")
    told = await works.house.call(works.mitra, "GET", f"/cases/{asked['id']}")
    assert (told["record"]["status"], told["record"]["_meta"]["version"]) == ("ASKED", 2)
    assert told["clock"]["left_hours"] == 14
    steps = (await works.house.call(works.mitra, "GET", f"/cases/{asked['id']}/steps"))["items"]
    assert [(step["action"], step["actor"]) for step in steps] == [("ADOPTED", "node")]
    await works.do(works.mitra, dict(asked), "GO")


async def test_a_record_that_came_in_closed_waits_for_nobody(works: Works) -> None:
    await works.house.call(None, "POST", "/inspections", {"village": "VIL-901400", "status": "CLOSED"}, 201)
    assert [case["ended_at"] is not None for case in await heard(works)] == [True]
    assert await works.inbox(works.officer) == []


async def test_a_record_begins_a_case_once_it_meets_the_condition_and_only_once(works: Works) -> None:
    habitation = {"village": "VIL-901400", "name": "Full tola"}
    made = await works.house.call(None, "POST", "/habitations", habitation, 201)
    assert await heard(works) == []
    for name in ("Dry tola", "Drier tola", "Dryest tola"):
        etag = f'"{made["_meta"]["version"]}"'
        answer = await works.house.keeper.patch(
            f"/api/v1/habitations/{made['id']}", json={"name": name}, headers={"if-match": etag}
        )
        assert answer.status_code == 200, answer.text
        made = answer.json()
        (case,) = await heard(works)
    assert (case["begun_by"], case["state"], case["role"]) == ("node", "ASKED", "nal_jal_mitra")
    told = await works.house.call(works.mitra, "GET", f"/cases/{case['id']}")
    assert (told["record"]["village"], told["record"]["kind"]) == ("VIL-901400", "urgent")

    # What is measured begins cases by the same door, one by each reading that meets the condition.
    for flow in (2.5, 0, 0):
        reading = {"village": "VIL-901400", "measured_at": "2026-11-30T05:00:00Z", "flow": flow}
        await works.house.call(None, "POST", "/flow_readings", reading, 201)
    assert [one["begun_by"] for one in await heard(works)] == ["node"] * 3


async def test_a_step_of_a_case_begins_another_that_is_linked_with_it(works: Works) -> None:
    first = await works.begun()
    await works.do(works.member, first, "DROP")
    _, second = await heard(works)
    links = (await works.house.call(works.mitra, "GET", f"/cases/{second['id']}"))["links"]
    assert [(link["kind"], link["id"]) for link in links] == [("follows", first["id"])]


async def test_what_cannot_begin_a_case_is_written_down_and_holds_nothing_up(works: Works) -> None:
    refused = await works.begun(kind="yearly")
    await works.do(works.member, refused, "DROP")
    other = await works.begun()
    await works.do(works.member, other, "DROP")
    assert len(await heard(works)) == 3
    told = await works.house.call(None, "GET", "/workflows/inspection/refused")
    assert [(one["source"], "dropped before" in one["refused"]) for one in told["items"]] == [(refused["id"], True)]
