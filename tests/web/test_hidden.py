"""A page about a person hides what is personal, and shows it for a purpose that is named and noted."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import people_kit
import pytest_asyncio
from people_kit import House, Somebody, role

from jjm.app.asgi import application
from jjm.kit import DatabaseUrl

BODY, NAME, PHONE = "local_body/901300", "Kalpit Nayak", "9811100001"
HTML = {"accept": "text/html"}


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[House, None]:
    """A node with a village and nobody in it yet."""
    async with people_kit.house(tmp_path / "node", database_url) as opened:
        yield opened


async def household(house: House) -> str:
    """A household of the village; its identifier."""
    told = {"village": "VIL-901400", "head_name": NAME, "phone": PHONE, "members": 4}
    made = await house.keeper.post("/api/v1/households", json=told)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def browser(house: House, somebody: Somebody | None) -> httpx.AsyncClient:
    """The browser of somebody who is signed in, or of a stranger."""
    cookies = {"jjm_session": somebody.token} if somebody else None
    transport = httpx.ASGITransport(application(house.node))
    return httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=HTML, cookies=cookies)


def token_in(page: httpx.Response) -> str:
    """What the form on a page carries."""
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', page.text)
    assert found, page.text
    return found[1]


async def readings(house: House) -> list[tuple[str, ...]]:
    """All that was noted: reader, purpose, way, fields."""
    assert house.node.registry.readings is not None
    await house.node.registry.readings.settle(house.node.database)
    rows = await house.rows(
        "select reader, purpose, way, fields from access.reading r "
        "left join access.field_list l on l.id = field_list order by r.id"
    )
    return [tuple(row) for row in rows]


async def test_it_is_shown_for_the_purpose_that_is_named_and_noted(house: House) -> None:
    at = f"/types/households/{await household(house)}"
    before = len(await readings(house))
    secretary = await house.somebody(None, BODY, role("panchayat_secretary", BODY))
    async with browser(house, secretary) as seen:
        page = await seen.get(at)
        assert page.status_code == 200
        assert NAME not in page.text and PHONE not in page.text
        assert "Head of the household" in page.text and "Settling a complaint" in page.text
        assert "<script" not in page.text and "agreed to" not in page.text
        assert len(await readings(house)) == before, "what is not shown is not noted"
        fields = {"form_token": token_in(page), "purpose": "grievance"}
        shown = await seen.post(at, data=fields)
        assert shown.status_code == 200, shown.text
        assert NAME in shown.text and PHONE in shown.text and "Shown for:" in shown.text
        assert shown.headers["cache-control"] == "private, no-store"
        assert (await readings(house))[before:] == [(secretary.id, "grievance", "record", "head_name phone")]
        assert NAME not in (await seen.get(at)).text, "for this once"
        hindi = await seen.get(at, headers={"accept-language": "hi"})
        assert "इस उद्देश्य से दिखाएँ" in hindi.text
        for purpose in ("", "curiosity", "agreed_service"):
            refused = await seen.post(at, data=fields | {"purpose": purpose})
            assert refused.status_code in (400, 403) and NAME not in refused.text, purpose
        forged = await seen.post(at, data=fields | {"form_token": "0" * 64})
        assert forged.status_code == 403 and NAME not in forged.text
    assert len(await readings(house)) == before + 1


async def test_nothing_is_offered_to_who_may_not_see_it(house: House) -> None:
    at = f"/types/households/{await household(house)}"
    auditor = await house.somebody(None, "district/901", role("auditor", "district/901"))
    async with browser(house, auditor) as seen:
        page = await seen.get(at)
        assert page.status_code == 200 and NAME not in page.text and 'name="purpose"' not in page.text
        assert "Hidden, since it is about a person" in page.text and "Head of the household" in page.text
        assert "Shown only to those whose work needs it" in page.text
        hindi = await seen.get(at, headers={"accept-language": "hi"})
        assert "केवल उन्हें दिखाया जाता है" in hindi.text
        own = token_in(await seen.get("/me"))
        assert NAME not in (await seen.post(at, data={"form_token": own, "purpose": "grievance"})).text
    async with browser(house, None) as stranger:
        assert NAME not in (await stranger.get(at)).text


async def test_only_where_the_record_lies_in_the_own_place(house: House) -> None:
    """An auditor of the district who keeps the registers of one panchayat sees the personal part only there."""
    here = await household(house)
    village = {"code": "901401", "name": "Upar", "subdistrict": "SDT-9011"}
    assert (await house.keeper.post("/api/v1/villages", json=village)).status_code == 201
    told = {"village": "VIL-901401", "head_name": "Door Nayak"}
    there = (await house.keeper.post("/api/v1/households", json=told)).json()["id"]
    both = await house.somebody(
        None, "district/901", role("auditor", "district/901"), role("panchayat_secretary", BODY)
    )
    async with browser(house, both) as seen:
        assert 'name="purpose"' in (await seen.get(f"/types/households/{here}")).text
        page = await seen.get(f"/types/households/{there}")
        assert page.status_code == 200 and 'name="purpose"' not in page.text


async def test_what_is_erased_is_not_offered(house: House) -> None:
    id = await household(house)
    secretary = await house.somebody(None, BODY, role("panchayat_secretary", BODY))
    house.later(days=400)
    await house.call(None, "POST", f"/households/{id}:erase", {"reason": "demanded"})
    await house.sign_in(secretary)
    async with browser(house, secretary) as seen:
        assert 'name="purpose"' not in (await seen.get(f"/types/households/{id}")).text
