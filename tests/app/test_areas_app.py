"""Areas and proposals on a whole node: the answers are those that the node's own description promises."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import jsonschema_rs
import nodes
import pytest

from jjm.app.node import Node

ORDER = {"number": "12", "date": "2026-01-01"}
DAY = {"effective": "2026-01-01", "order": ORDER}


@pytest.fixture
async def odisha(client: httpx.AsyncClient) -> None:
    """Two districts, two sub-districts and a village of Odisha, from 2020 on."""
    for path, body in (
        ("districts", {"code": "344", "name": "Angul", "state": "STA-21"}),
        ("districts", {"code": "345", "name": "Balangir", "state": "STA-21"}),
        ("subdistricts", {"code": "2900", "name": "Talcher", "district": "DIS-344"}),
        ("subdistricts", {"code": "2901", "name": "Pallahara", "district": "DIS-344"}),
        ("villages", {"code": "400001", "name": "Rampur", "subdistrict": "SDT-2900"}),
    ):
        answer = await client.post(f"/api/v1/{path}?valid_from=2020-02-01", json=body)
        assert answer.status_code == 201, answer.text


class Promised:
    """The node's OpenAPI document, to hold answers against."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def check(self, path: str, method: str, answer: httpx.Response) -> dict[str, Any]:
        """The body of an answer that is as promised."""
        call = self.document["paths"][path][method]
        described = call["responses"].get(str(answer.status_code), call["responses"]["default"])
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].rpartition("/")[2]]
        (content,) = described["content"].values()
        schema = {**content["schema"], "components": self.document["components"]}
        jsonschema_rs.validator_for(schema).validate(answer.json())
        return answer.json()


@pytest.fixture
async def promised(client: httpx.AsyncClient) -> Promised:
    """What the node says its answers look like."""
    return Promised((await client.get("/openapi.json")).json())


@pytest.mark.usefixtures("odisha")
async def test_every_answer_about_areas_is_as_described(client: httpx.AsyncClient, promised: Promised) -> None:
    split = {**DAY, "into": [{"code": "800", "name": "Talcher", "children": ["SDT-2900"]}], "keep": True}
    path = "/api/v1/districts/{id}:split"
    for query, status in (("?preview=true", 200), ("", 201), ("", 409)):
        answer = await client.post(f"/api/v1/districts/DIS-344:split{query}", json=split)
        assert answer.status_code == status, answer.text
        shown = promised.check(path, "post", answer)
        made = shown["id"] if status == 201 else ""
        operations = "/api/v1/areas/operations"
        if made:
            promised.check(f"{operations}/{{id}}", "get", await client.get(f"{operations}/{made}"))
            promised.check(operations, "get", await client.get(operations, params={"area": "district/800"}))
    for end in ("", "/ancestors", "/children", "/lineage"):
        for area in ("state/21", "district/344", "district/800", "village/400001", "district/999"):
            answer = await client.get(f"/api/v1/areas/{area}{end}")
            promised.check("/api/v1/areas/{level}/{code}" + end, "get", answer)
            assert answer.status_code == (404 if area.endswith("999") else 200)


@pytest.mark.usefixtures("odisha")
async def test_the_node_proposes_duplicates_by_itself(
    node: Node, client: httpx.AsyncClient, promised: Promised
) -> None:
    body = {"code": "400002", "name": "Raampur", "subdistrict": "SDT-2900"}
    assert (await client.post("/api/v1/villages", json=body)).status_code == 201
    await nodes.sequenced(node)
    found: list[dict[str, Any]] = []
    for _ in range(150):
        found = (await client.get("/api/v1/proposals")).json()["items"]
        if found:
            break
        await asyncio.sleep(0.1)
    assert [(p["about"], p["other"], p["state"]) for p in found] == [("VIL-400002", "VIL-400001", "STA-21")]
    answer = await client.post(f"/api/v1/proposals/{found[0]['id']}:reject", json={"note": "Two hamlets"})
    assert promised.check("/api/v1/proposals/{id}:reject", "post", answer)["status"] == "rejected"


@pytest.mark.usefixtures("odisha")
@pytest.mark.parametrize(
    "path", ["villages/a%00b", "areas/district/a%00b", "areas/operations/%00", "areas/operations?before=%00"]
)
async def test_a_character_that_no_text_can_hold_is_refused(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-text")
