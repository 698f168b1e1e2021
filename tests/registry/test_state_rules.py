"""What a State tightens holds for the records that lie in it, its areas included, and for no other State's."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.usefixtures("small_world", "marwar")


async def test_the_code_of_a_village_is_as_its_state_has_it(writer: httpx.AsyncClient) -> None:
    for place in ({"blocks": ["BLK-3339"]}, {"subdistrict": "SDT-1", "blocks": ["BLK-3339"]}):
        refused = await writer.post("/api/v1/villages", json={"code": "41458", "name": "Rampur", **place})
        assert refused.status_code == 422
        assert "/code" in [error["pointer"] for error in refused.json()["errors"]]
    elsewhere = await writer.post("/api/v1/villages", json={"code": "41458", "name": "Aau", "subdistrict": "SDT-7146"})
    assert elsewhere.status_code == 201


async def test_what_lies_in_an_area_follows_the_rules_of_its_state(writer: httpx.AsyncClient) -> None:
    habitation = {"name": "Rampur Tala", "village": "VIL-399515", "households": 20_001}
    refused = await writer.post("/api/v1/habitations", json=habitation)
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/households"]
    assert (await writer.post("/api/v1/habitations", json=habitation | {"village": "VIL-1001"})).status_code == 201
