"""Proof files of records: checked offline, and refused once a letter of them is another."""

from __future__ import annotations

import httpx
import pytest
import pytest_asyncio

from jjm.app.node import Node
from jjm.kit import Problem
from jjm.ledger import verify_proof


@pytest_asyncio.fixture
async def household(client: httpx.AsyncClient) -> str:
    """The address of a household in a village of Odisha."""
    for plural, record in (
        ("districts", {"code": "345", "name": "Angul", "state": "STA-21"}),
        ("blocks", {"code": "3339", "name": "Athamallik", "districts": ["DIS-345"]}),
        ("villages", {"code": "399515", "name": "Rampur", "blocks": ["BLK-3339"]}),
    ):
        assert (await client.post(f"/api/v1/{plural}", json=record)).status_code == 201
    made = await client.post("/api/v1/households", json={"village": "VIL-399515", "head_name": "Sita"})
    return made.headers["location"]


async def test_anyone_proves_a_public_record_offline(
    node: Node, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    state = await anonymous.get("/api/v1/states/STA-21")
    body = state.json() | {"name_local": "ओड़िशा"}
    await client.put("/api/v1/states/STA-21", json=body, headers={"if-match": state.headers["etag"]})
    for version, name in ((None, "ओड़िशा"), (1, state.json()["name_local"])):
        asked = {"version": version} if version else {}
        answer = await anonymous.get("/api/v1/states/STA-21/proof", params=asked)
        proven = verify_proof(answer.text, node.verifier.vkey)
        assert proven.record is not None
        assert proven.record["data"]["name_local"] == name  # pyright: ignore
        assert proven.leaf["subject"] == "STA-21"
    missing = await anonymous.get("/api/v1/states/STA-21/proof", params={"version": 9})
    assert missing.status_code == 404


async def test_personal_values_are_in_the_proof_for_those_who_may_see_them(
    node: Node, client: httpx.AsyncClient, reader: httpx.AsyncClient, anonymous: httpx.AsyncClient, household: str
) -> None:
    whole = verify_proof((await client.get(f"{household}/proof")).text, node.verifier.vkey)
    assert "Sita" in str(whole.personal)
    assert "Sita" not in str(whole.record)
    bare = (await reader.get(f"{household}/proof")).text
    proven = verify_proof(bare, node.verifier.vkey)
    # Who may not see them still proves the rest, and that they have not changed since.
    assert (proven.record, proven.leaf, proven.personal) == (whole.record, whole.leaf, None)
    assert proven.record is not None
    assert proven.record["personal"]
    assert (await anonymous.get(f"{household}/proof")).status_code == 401


async def test_an_altered_proof_is_refused(node: Node, anonymous: httpx.AsyncClient) -> None:
    text = (await anonymous.get("/api/v1/states/STA-21/proof")).text
    verify_proof(text, node.verifier.vkey)
    for place in range(0, len(text), 7):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(Problem):
            verify_proof(text[:place] + other + text[place + 1 :], node.verifier.vkey)
