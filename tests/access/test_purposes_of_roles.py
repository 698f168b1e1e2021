"""What is personal is shown for the purposes of one's roles alone, which `standards/roles.yaml` names."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import people_kit
import pytest_asyncio
from people_kit import House, Somebody, role

from jjm.app.asgi import application
from jjm.kit import DatabaseUrl

BODY, VILLAGE, LIST = "local_body/901300", "village/901401", "/api/v1/households"


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[House, None]:
    """A node with two villages, a household in each, and nobody in it yet."""
    async with people_kit.house(tmp_path / "node", database_url) as opened:
        told = {"code": "901401", "name": "Upar", "subdistrict": "SDT-9011"}
        assert (await opened.keeper.post("/api/v1/villages", json=told)).status_code == 201
        for village, name in (("VIL-901400", "Asha Kalpit"), ("VIL-901401", "Ravi Kalpit")):
            made = await opened.keeper.post(LIST, json={"village": village, "head_name": name})
            assert made.status_code == 201, made.text
        yield opened


async def seen(house: House, by: Somebody, purpose: str | None) -> httpx.Response:
    """All households, as somebody reads them for a purpose."""
    return await house.anybody.get(LIST, headers=by.auth | ({"purpose": purpose} if purpose else {}))


def names(answer: httpx.Response) -> set[str]:
    """The names that an answer tells."""
    assert answer.status_code == 200, answer.text
    return {one["head_name"] for one in answer.json()["items"] if "head_name" in one}


async def test_a_purpose_that_is_none_of_the_work_is_refused(house: House) -> None:
    secretary = await house.somebody(None, BODY, role("panchayat_secretary", BODY))
    assert names(await seen(house, secretary, "water_supply")) == {"Asha Kalpit"}
    assert names(await seen(house, secretary, None)) == set()
    refused = await seen(house, secretary, "research")
    told = refused.json()
    assert (refused.status_code, told["code"]) == (403, "purpose-not-yours")
    assert "grievance" in told["errors"][0]["remedy"] and "research" in told["errors"][0]["message"]
    headers = secretary.auth | {"purpose": "statistics"}
    assert (await house.anybody.post(f"{LIST}:export", headers=headers)).json()["code"] == "purpose-not-yours"
    assert (await house.anybody.get("/api/v1/changes", headers=headers)).json()["code"] == "purpose-not-yours"


async def test_each_role_shows_for_its_own_purposes_in_its_own_place(house: House) -> None:
    both = await house.somebody(
        None, "district/901", role("panchayat_secretary", BODY), role("tariff_collector", VILLAGE)
    )
    assert names(await seen(house, both, "user_charges")) == {"Asha Kalpit", "Ravi Kalpit"}
    assert names(await seen(house, both, "water_supply")) == {"Asha Kalpit"}, "a collector supplies no water"
    hidden = {
        one["id"]: one["_meta"].get("hidden") for one in (await seen(house, both, "water_supply")).json()["items"]
    }
    assert sorted(map(bool, hidden.values())) == [False, True]


async def test_the_page_offers_the_purposes_of_the_own_work(house: House) -> None:
    secretary = await house.somebody(None, BODY, role("panchayat_secretary", BODY))
    home = next(one["id"] for one in (await seen(house, secretary, "grievance")).json()["items"] if "head_name" in one)
    transport = httpx.ASGITransport(application(house.node))
    cookies, headers = {"jjm_session": secretary.token}, {"accept": "text/html"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://node.test", cookies=cookies, headers=headers
    ) as browser:
        page = (await browser.get(f"/types/households/{home}")).text
    assert 'value="grievance"' in page and 'value="research"' not in page and 'value="audit"' not in page
