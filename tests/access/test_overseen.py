"""Who read what in my place: an officer whose role oversees readings sees those of the own place, and no others."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import people_kit
import pytest_asyncio
from nodes import sequenced
from people_kit import House, Somebody, role

from jjm.app.asgi import application
from jjm.kit import DatabaseUrl

HERE, THERE = "district/901", "district/902"


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[House, None]:
    """A node with two districts, a village in each."""
    async with people_kit.house(tmp_path / "node", database_url) as opened:
        for plural, told in (
            ("blocks", {"code": "9022", "name": "Pashchim Block", "districts": ["DIS-902"]}),
            ("villages", {"code": "902400", "name": "Neeche", "blocks": ["BLK-9022"]}),
        ):
            made = await opened.keeper.post(f"/api/v1/{plural}", json=told)
            assert made.status_code == 201, made.text
        yield opened


async def household(house: House, village: str) -> str:
    """A household in a village."""
    told = {"village": f"VIL-{village}", "head_name": "Kalpit Nayak", "phone": "9811100001"}
    return (await house.keeper.post("/api/v1/households", json=told)).json()["id"]


async def told(house: House, by: Somebody | None, query: str = "", status: int = 200) -> Any:
    """What an overseer is told, with all that was noted so far."""
    assert house.node.registry.readings is not None
    await house.node.registry.readings.settle(house.node.database)
    return await house.call(by, "GET", f"/readings{query}", status=status)


async def test_readings_of_the_own_district_and_no_others(house: House) -> None:
    here, there = await household(house, "901400"), await household(house, "902400")
    async with house.node.database.write() as conn:
        await conn.execute("delete from access.reading")
    body = "local_body/901300"
    secretary = await house.somebody(None, body, role("panchayat_secretary", body))
    officer = await house.somebody(None, HERE, role("district_officer", HERE))
    neighbour = await house.somebody(None, THERE, role("district_officer", THERE))
    asked = {"fields": "head_name"}
    seen = await house.anybody.get(
        f"/api/v1/households/{here}", params=asked, headers=secretary.auth | {"purpose": "grievance"}
    )
    assert "head_name" in seen.json(), seen.text
    house.later(minutes=2)
    await house.keeper.post("/api/v1/households:batchGet", json={"ids": [here, there]})
    house.later(minutes=2)
    await sequenced(house.node)
    await house.keeper.get("/api/v1/changes?types=households")
    found = await told(house, officer)
    assert (found["place"], found["next"]) == (HERE, None)
    assert [(one["way"], one["records"], one["is_exact"]) for one in found["items"]] == [
        ("feed", [], False), ("list", [here], True), ("record", [here], True),
    ]  # fmt: skip
    newest = found["items"][-1]
    assert (newest["reader"]["name"], newest["reader"]["office"]) == (secretary.id, body)
    assert (newest["purpose"]["code"], newest["fields"]) == ("grievance", ["head_name"])
    assert [one["records"] for one in (await told(house, neighbour))["items"]] == [[], [there]]
    assert (await told(house, neighbour, f"?place={HERE}", 403))["code"] == "may-not-oversee"
    assert (await told(house, secretary, "", 403))["code"] == "may-not-oversee"
    narrower = await told(house, officer, "?place=local_body/901300&purpose=grievance")
    assert [one["records"] for one in narrower["items"]] == [[here]]
    of_one = await told(house, officer, f"?reader={secretary.id}&type=household")
    assert [one["way"] for one in of_one["items"]] == ["record"]
    everything = await told(house, None)
    assert (everything["place"], [one["records"] for one in everything["items"]][1]) == ("node", [here, there])


async def test_pages_leave_nothing_out(house: House) -> None:
    ids = [await household(house, "901400") for _ in range(5)]
    officer = await house.somebody(None, HERE, role("district_officer", HERE))
    async with house.node.database.write() as conn:
        await conn.execute("delete from access.reading")
    for id in ids:
        house.later(minutes=2)
        seen = await house.keeper.get(f"/api/v1/households/{id}")
        assert "head_name" in seen.json(), seen.text
    found: list[str] = []
    path = "?limit=2"
    while path:
        page = await told(house, officer, path)
        found += [record for one in page["items"] for record in one["records"]]
        path = (page["next"] or "").removeprefix("/api/v1/readings")
    assert found == ids[::-1]


async def test_who_oversees_two_places_names_one(house: House) -> None:
    auditor = await house.somebody(None, "state/21", role("auditor", HERE), role("auditor", THERE))
    refused = await told(house, auditor, "", 400)
    assert refused["code"] == "place-needed"
    assert refused["errors"][0]["remedy"] == f"Name one with `place`: {HERE}, {THERE}."
    assert (await told(house, auditor, f"?place={THERE}"))["place"] == THERE
    assert (await told(house, auditor, "?place=state/21", 403))["code"] == "may-not-oversee"


async def test_the_page_tells_the_same_without_scripts(house: House) -> None:
    id = await household(house, "901400")
    officer = await house.somebody(None, HERE, role("district_officer", HERE))
    await told(house, officer)
    transport = httpx.ASGITransport(application(house.node))
    cookies = {"jjm_session": officer.token}
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", cookies=cookies) as browser:
        assert 'href="/readings"' in (await browser.get("/me")).text
        await house.keeper.get(f"/api/v1/households/{id}")
        await told(house, officer)
        page = await browser.get("/readings", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert id in page.text and "Head of the household" in page.text and "<script" not in page.text
        hindi = await browser.get("/readings", headers={"accept-language": "hi"})
        assert "किसने क्या पढ़ा" in hindi.text
        assert (await browser.get(f"/readings?place={THERE}")).status_code == 403
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test") as stranger:
        assert (await stranger.get("/readings")).status_code == 303
