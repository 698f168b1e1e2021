"""A village's page tells of its water with days and tests; a bottle's label leads to its sample and its custody."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from xml.etree import ElementTree

import pytest
import pytest_asyncio
import segno
from databases import Postgres
from remedy_world import VILLAGE, RemedyWorld, remedy_world


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested: one for all tests here, each of which takes samples of its own."""
    folder = tmp_path_factory.mktemp("world") / "node"
    async with postgres.fresh() as url, remedy_world(folder, url) as opened:
        yield opened


async def page(world: RemedyWorld, lang: str = "en") -> str:
    """The page of the village as anybody sees it."""
    answer = await world.house.anybody.get("/areas/village/901400", params={"lang": lang}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("kind", ["household", "private_source"])
async def test_a_home_is_not_told_singly(world: RemedyWorld, kind: str) -> None:
    point = {"point_kind": kind, "sampling_point": None, "water_source": None}
    world.house.later(minutes=1)
    told = {name: value for name, value in (world.point | point).items() if value}
    at = {"type": "Point", "coordinates": [85.1, 20.3]}
    more = {"collected_at": world.at(), "tests_asked": ["f"], "location": at}
    sample = await world.begun(world.tester, "sample", "REGISTER", told | more)
    await world.tested(sample["id"], f=0.4)
    kit_test = {name: value for name, value in (world.kit_test(f="safe") | point).items() if value}
    await world.begun(world.tester, "kit-test", "REPORT", kit_test)
    text = await page(world)
    assert "Untested is not safe" in text and "household taps and private sources are not shown singly" in text
    # The report follows the same rule.
    address = f"/api/v1/quality/samples/{sample['id']}/report.pdf"
    assert (await world.house.anybody.get(address)).status_code in (401, 403)
    checked = await world.house.anybody.get(f"/api/v1/quality/samples/{sample['id']}/verification")
    assert (checked.json()["sample"], checked.json()["report"]) == (sample["id"], None)


async def test_the_page_of_a_village_tells_what_was_tested_and_when(world: RemedyWorld) -> None:
    assert "No test of this village&#39;s water is recorded here. Untested is not safe." in await page(world)
    await world.begun(world.tester, "kit-test", "REPORT", world.kit_test(f="safe"))
    text = await page(world)
    assert "30.11.2026, Source of a scheme: a field kit found nothing out of range in Fluoride." in text
    sample = await world.sampled()
    await world.tested(sample["id"], **{"as": 0.08})
    text = await page(world)
    assert "is not safe to drink" in text and "a laboratory found Total arsenic beyond the limit" in text
    case = await world.only("contaminations", village=VILLAGE)
    # Odisha's own language stands beside that of the page, the advice and what was found in it too.
    assert '<p class="flag" lang="or">' in text and "ସମୁଦାୟ ଆର୍ସେନିକ୍ ସୀମାଠାରୁ ଅଧିକ ପାଇଛି" in text
    notice = f"/api/v1/quality/contaminations/{case['id']}/notice"
    assert (await world.house.anybody.get(notice, params={"lang": "or"})).json()["text"] in text
    refused = await world.house.anybody.get(notice, params={"lang": "ta"})
    assert refused.status_code == 400 and refused.json()["errors"][0]["remedy"] == "Known: en, hi, or."
    await world.remedied(case["id"])
    retest = await world.sampled(purpose="retest")
    link = [{"kind": "retest", "id": retest["id"]}]
    await world.do(world.tester, case["id"], "RETEST_SAMPLED", links=link)
    await world.tested(retest["id"], **{"as": {"below": 0.005}})
    text = await page(world)
    assert "is not safe to drink" not in text and "It was tested again in a sample taken on 30.11.2026" in text
    assert "a laboratory tested Total arsenic. All of it was within the limits." in text
    told = await world.house.anybody.get("/api/v1/quality/villages/901400", params={"lang": "hi"})
    assert told.json()["title"] == "जल गुणवत्ता" and "कुल आर्सेनिक" in told.json()["lines"][0]


async def test_a_label_leads_to_the_sample_and_its_hands_are_told_in_order(world: RemedyWorld) -> None:
    sample = await world.sampled(seal_number="S-77")
    address = f"/api/v1/quality/samples/{sample['id']}"
    label = await world.house.anybody.get(f"{address}/label.svg", headers=world.tester.auth)
    assert label.headers["content-type"].startswith("image/svg+xml")
    drawn = ElementTree.fromstring(label.text)
    led = segno.make(f"http://node.test/samples/{sample['id']}", error="m", micro=False)
    assert led.svg_inline(border=2).partition(' d="')[2].partition('"')[0] in label.text
    assert sample["id"] in "".join(drawn.itertext()) and "S-77" in "".join(drawn.itertext())
    assert (await world.house.anybody.get(f"{address}/label.svg")).status_code == 401
    world.house.later(minutes=1)
    handed = {"custodian": "carrier", "handed_over_at": world.at(), "carried_at": 4.5}
    await world.do(world.tester, sample["id"], "HAND_OVER", handed)
    await world.tested(sample["id"], approve=False, **{"as": 0.004})
    chain = (await world.house.call(world.officer, "GET", f"/quality/samples/{sample['id']}/custody"))["items"]
    assert [(one["action"], one["custodian"]) for one in chain] == [
        ("REGISTER", "sampler"), ("HAND_OVER", "carrier"), ("RECEIVE", "laboratory")
    ]  # fmt: skip
    assert (chain[1]["carried_at"], chain[1]["seal_number"], chain[2]["condition"]) == (4.5, "S-77", "good")
