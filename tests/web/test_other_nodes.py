"""Pages of nodes of other kinds: one of real records, one with a type of its own, one whose database is away."""

from __future__ import annotations

from pathlib import Path

import httpx
import nodes
import pytest
from databases import passable_folder
from new_type import HANDPUMP, add_handpump, copy_of_standards
from page_structure import PageRead, faults_of

from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.kit import DatabaseUrl

HTML = {"accept": "text/html"}
OPEN = "\n".join(line for line in HANDPUMP.splitlines() if "caretaker" not in line)


def _read(answer: httpx.Response) -> PageRead:
    page = PageRead(answer.text)
    assert list(faults_of(page)) == []
    return page


async def test_a_type_dropped_in_has_its_pages(tmp_path: Path, database_url: DatabaseUrl) -> None:
    standards = copy_of_standards(tmp_path / "standards")
    add_handpump(standards, OPEN)
    settings = Settings(tmp_path / "node", name="IN-OD", database=database_url, standards=standards)
    async with running(settings) as node, nodes.caller(node, "admin") as admin, nodes.caller(node) as visitor:
        for plural, body in (
            ("districts", {"code": "344", "name": "Angul", "state": "STA-21"}),
            ("subdistricts", {"code": "2900", "name": "Talcher", "district": "DIS-344"}),
            ("villages", {"code": "400001", "name": "Rampur", "subdistrict": "SDT-2900"}),
        ):
            assert (await admin.post(f"/api/v1/{plural}", json=body)).status_code == 201
        pump = {"number": "H-17", "village": "VIL-400001", "status": "active", "strokes": 12}
        id = (await admin.post("/api/v1/handpumps", json=pump)).json()["id"]
        await _is_shown(visitor, id)
        await _is_real(visitor)


async def _is_shown(visitor: httpx.AsyncClient, id: str) -> None:
    assert "/types/handpumps" in _read(await visitor.get("/types", headers=HTML)).links
    listed = _read(await visitor.get("/types/handpumps?status=active", headers=HTML))
    assert f"/types/handpumps/{id}" in listed.links
    assert f"/types/handpumps/{id}" not in (await visitor.get("/types/handpumps?status=abandoned")).text
    hindi = _read(await visitor.get(f"/types/handpumps/{id}", headers=HTML | {"accept-language": "hi"}))
    assert "हैंडपंप" in hindi.text and "स्ट्रोक" in hindi.text and "H-17" in hindi.one("h1").text
    assert "/villages/400001" in hindi.links and "/areas/district/344" in hindi.links
    assert "strokes" in _read(await visitor.get("/docs/types/handpump", headers=HTML)).text
    assert f"handpumps/{id}" in _read(await visitor.get("/docs/calls/handpumps", headers=HTML)).text
    village = _read(await visitor.get("/villages/400001", headers=HTML))
    assert "/types/handpumps?within=village/400001" in village.links
    within = _read(await visitor.get("/types/handpumps?within=village/400001", headers=HTML))
    assert f"/types/handpumps/{id}" in within.links


async def _is_real(visitor: httpx.AsyncClient) -> None:
    for path in ("/", "/villages/400001", "/nowhere"):
        page = _read(await visitor.get(path, headers=HTML))
        assert page.all("aside") == [] and "invented" not in page.text
    home = _read(await visitor.get("/", headers=HTML | {"accept-language": "hi"}))
    assert "ओडिशा" in home.one("header").text, "a State's node says whose it is"


async def test_a_page_says_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with passable_folder() as folder:
        async with running(Settings(folder / "node")) as node, nodes.caller(node) as visitor:
            assert (await visitor.get("/types/states", headers=HTML)).status_code == 200
            assert node.cluster is not None
            monkeypatch.setattr(node.cluster, "ensure_running", _leave_it_away)
            await node.cluster.stop()
            answer = await visitor.get("/types/states", headers=HTML)
            assert answer.status_code == 503 and answer.headers["retry-after"]
            assert "/docs/problems#database-unreachable" in _read(answer).links
            as_json = await visitor.get("/api/v1/search?q=Odisha")
            assert (as_json.status_code, as_json.json()["code"]) == (503, "database-unreachable")


async def _leave_it_away() -> bool:
    return False


async def test_a_fault_of_the_node_is_a_page_that_says_so(
    node: Node, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node.registry, "_plurals", None)
    answer = await visitor.get("/types/schemes")
    page = _read(answer)
    assert answer.status_code == 500 and "/docs/problems#internal" in page.links
    assert "NoneType" not in page.text, "the cause goes to the log"
