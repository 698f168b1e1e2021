"""The BusinessService of the how-to runs as it is: cases move by the roles it names, and it is given back equal."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from documents import blocks
from new_type import copy_of_standards
from nodes import REPOSITORY
from people_kit import house, role
from photos import photo_at

from .conftest import Works

pytestmark = pytest.mark.long

PLACES = {"water-leak.json": "workflows", "service_case.yaml": "registries/work", "digit-role.csv": "codes"}


def shown(folder: Path) -> Path:
    """The shipped standards with the files that the how-to shows."""
    standards = copy_of_standards(folder)
    text = (REPOSITORY / "docs/how-to/bring-a-workflow-from-digit.md").read_text("utf-8")
    files = {block.name: block for block in blocks(text) if block.name}
    for name, place in PLACES.items():
        (standards / place / name).write_text("\n".join(files[name].lines) + "\n", "utf-8")
    return standards


async def test_a_business_service_runs_as_it_is(tmp_path: Path, database_url: str) -> None:
    standards = shown(tmp_path / "standards")
    async with house(tmp_path / "node", database_url, standards=standards) as opened:
        works = Works(opened)
        await works.people()
        desk = await opened.somebody(None, "district/901", role("coordinator", "district/901"))
        told = {"workflow": "water-leak", "action": "REPORT", "data": {"village": "VIL-901400", "about": "At the tank"}}
        await opened.call(works.mitra, "POST", "/cases", told, 403)
        case = await opened.call(desk, "POST", "/cases", told, 201)
        assert (case["state"], case["responsible"]["role"]) == ("REPORTED", "district_officer")
        assert case["clock"]["promised_hours"] == timedelta(hours=72) / timedelta(hours=1)
        await works.do(works.officer, case, "FORWARD", 409)
        await works.do(works.mitra, case, "ASSIGN", 403)
        await works.do(works.officer, case, "ASSIGN")
        refused = await works.do(works.mitra, case, "RESOLVE", 422)
        assert refused["errors"][0]["message"] == "no document `document` is there"
        path = f"/api/v1/cases/{case['id']}/documents?kind=document"
        sent = await opened.anybody.post(path, content=photo_at(20.3, 85.1), headers=works.mitra.auth)
        assert sent.status_code == 201, sent.text
        done = await works.do(works.mitra, case, "RESOLVE")
        assert (done["state"], done["ended_at"] is None) == ("RESOLVED", False)
        given = await opened.call(desk, "GET", "/workflows/water-leak?form=digit")
        assert given == json.loads((standards / "workflows/water-leak.json").read_text("utf-8"))
