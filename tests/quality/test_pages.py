"""A sample on its page: the forms of a laboratory, with its table of results, are filled in by those who work there."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from page_structure import PageRead, faults_of
from remedy_world import RemedyWorld, remedy_world

from jjm.app.asgi import application
from jjm.kit import IST

pytestmark = pytest.mark.long


@pytest_asyncio.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested."""
    async with remedy_world(tmp_path / "node", database_url) as opened:
        yield opened


@pytest.mark.parametrize("lang", ["en", "hi"])
async def test_every_form_of_a_sample_is_sound(world: RemedyWorld, lang: str) -> None:
    sample = await world.sampled()
    for somebody in (world.tester, world.analyst):
        transport = httpx.ASGITransport(application(world.house.node))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://node.test", cookies={"jjm_session": somebody.token}
        ) as browser:
            answer = await browser.get(f"/cases/{sample['id']}", headers={"accept-language": lang})
            assert answer.status_code == 200, answer.text
            assert list(faults_of(PageRead(answer.text))) == []


async def test_results_are_typed_into_a_table_row_by_row(world: RemedyWorld) -> None:
    sample = await world.sampled()
    told = {"laboratory": world.ids["laboratory"], "received_at": world.at(), "condition": "good"}
    await world.do(world.analyst, sample["id"], "RECEIVE", told)
    await world.do(world.analyst, sample["id"], "ACCEPT")
    path, transport = f"/cases/{sample['id']}", httpx.ASGITransport(application(world.house.node))
    cookies, tested = {"jjm_session": world.analyst.token}, world.house.clock.instant.astimezone(IST)
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", cookies=cookies) as browser:
        page = PageRead((await browser.get(path)).text)
        given = {e.attributes["name"]: e.attributes["value"] for e in page.all("input") if "value" in e.attributes}
        form = {name: given[name] for name in ("form_token", "expected")} | {"what": "action"}
        row = {"parameter": "as", "value": "0.08", "method": "aas", "tested_at": f"{tested:%Y-%m-%dT%H:%M:%S}"}
        form |= {"action": "SUBMIT_RESULTS"} | {f"data.results.0.{name}": text for name, text in row.items()}
        more = PageRead((await browser.post(path, data=form | {"more": "data.results"})).text)
        assert list(faults_of(more)) == []
        (value,) = [e for e in more.elements if e.attributes.get("id") == "SUBMIT_RESULTS.data.results.0.value"]
        assert value.attributes["value"] == "0.08"
        assert [e for e in more.elements if e.attributes.get("id") == "SUBMIT_RESULTS.data.results.4.value"]
        answer = await browser.post(path, data=form)
        assert answer.status_code == 303, answer.text
    found = (await world.case(sample["id"]))["record"]["results"]
    assert [(one["parameter"], one["value"]) for one in found] == [("as", 0.08)]
