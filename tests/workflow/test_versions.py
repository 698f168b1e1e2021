"""A workflow gets a new version: running cases are taken over by a declared mapping, or the start is refused."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from people_kit import house
from workflow_standards import CODES, WORKFLOW, inspection_standards

from jjm.app.node import running
from jjm.app.settings import Settings
from jjm.kit import Problem, WriteConnection
from jjm.standards import Workflow
from jjm.workflow import Deeds, Workflows, replacing, take_over, verify_steps
from jjm.workflow.model import Item

from .conftest import Works, count_closed, finding

DEEDS = Deeds({}, {"count-closed": count_closed}, {"finding": finding}, {"finding": ("village",)})
NEXT = (
    WORKFLOW.replace("inspection/1.0.0", "inspection/2.0.0")
    .replace("to: ASKED", "to: WANTED")
    .replace(
        "  ASKED:\n    responsible: [nal_jal_mitra, district_officer]", "  WANTED:\n    responsible: [district_officer]"
    )
)


def newer(folder: Path, states: str) -> Path:
    """The standards with the second version, that takes over the first with this mapping."""
    text = f"{NEXT}replaces: {{version: 1.0.0, states: {states}}}\n"
    standards = inspection_standards(folder, text)
    codes = CODES["inspection-status"] + "WANTED,Wanted,चाहिए,JJM DPI,2026-11-01\n"
    codes = codes.replace("ASKED,Asked for,मांगा गया,JJM DPI,2026-11-01\n", "")
    (standards / "codes" / "inspection-status.csv").write_text(codes, "utf-8")
    return standards


async def test_running_cases_are_taken_over_by_a_recorded_step(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = inspection_standards(tmp_path / "first")
    async with house(tmp_path / "node", database_url, DEEDS, standards=first) as opened:
        works = Works(opened)
        await works.people()
        stuck, asked, going = await works.begun(), await works.begun(), await works.begun()
        await works.do(works.mitra, going, "GO")
    lost = newer(tmp_path / "lost", "{}")
    with pytest.raises(Problem) as refused:
        async with running(Settings(tmp_path / "node", database=database_url, standards=lost), deeds=DEEDS):
            pass
    assert (refused.value.code, "ASKED" in refused.value.detail) == ("workflow-replaces", True)
    move = vars(replacing)["_move"]

    async def moved(workflows: Workflows, conn: WriteConnection, workflow: Workflow, item: Item) -> None:
        if item.id == stuck["id"]:
            raise Problem("stuck", 409, "It stays", "It keeps nobody behind it from going on.")
        await move(workflows, conn, workflow, item)

    monkeypatch.setattr(replacing, "_move", moved)
    monkeypatch.setattr(replacing, "_AT_ONCE", 1)
    settings = Settings(tmp_path / "node", database=database_url, standards=newer(tmp_path / "next", "{ASKED: WANTED}"))
    async with running(settings, deeds=DEEDS) as node:
        async with asyncio.timeout(60):
            while True:
                async with node.database.write() as conn:
                    await take_over(node.workflows, conn)
                async with node.database.read() as conn:
                    left = await conn.fetch("select id from workflow.item where version = '1.0.0'")
                if [row["id"] for row in left] == [stuck["id"]]:
                    break
        async with node.database.snapshot() as conn:
            rows = {row["id"]: row for row in await conn.fetch("select * from workflow.item")}
            steps = await conn.fetch("select * from workflow.step where action = 'MIGRATE'")
            status = await conn.fetchval("select status from registry.inspection where id = $1", asked["id"])
            assert [fault async for fault in verify_steps(conn)] == []
    assert (rows[asked["id"]]["state"], rows[asked["id"]]["role"], status) == ("WANTED", "district_officer", "WANTED")
    assert (rows[going["id"]]["state"], rows[going["id"]]["role"]) == ("GOING_ON", "nal_jal_mitra")
    assert {(step["from_state"], step["to_state"]) for step in steps} == {("ASKED", "WANTED"), ("GOING_ON", "GOING_ON")}
