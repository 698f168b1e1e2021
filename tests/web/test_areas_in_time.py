"""Areas on their pages today and in the past: renamed, merged, corrected; and what is told of those that ended."""

from __future__ import annotations

import sys
from datetime import timedelta

import areas_kit
import httpx
import pytest
from page_structure import PageRead, faults_of

from jjm.kit import SystemClock

ORDERED = "2023-02-24"
VILLAGES = 25  # of the synthetic State that the shared node holds


async def _put(client: httpx.AsyncClient, plural: str, **body: object) -> None:
    answer = await client.post(f"/api/v1/{plural}?valid_from=2020-02-01", json=body)
    assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
async def osmanabad(admin: httpx.AsyncClient) -> str:
    """The page of the district that was Osmanabad until 24 February 2023, and is Dharashiv since."""
    await _put(admin, "districts", code="488", name="Osmanabad", state="STA-27")
    await _put(admin, "subdistricts", code="4880", name="Tuljapur", district="DIS-488")
    await areas_kit.do(admin, "districts/DIS-488:rename", ORDERED, name="Dharashiv")
    return "/areas/district/488"


@pytest.fixture(scope="module")
async def merged(admin: httpx.AsyncClient, osmanabad: str) -> str:
    """The page of a sub-district that became part of another."""
    await _put(admin, "subdistricts", code="4881", name="Lohara", name_local="लोहारा", district="DIS-488")
    await areas_kit.do(admin, "subdistricts/SDT-4881:merge", ORDERED, into="SDT-4880")
    return "/areas/subdistrict/4881"


def _heading(answer: httpx.Response) -> str:
    return " ".join(PageRead(answer.text).one("h1").text.split())


async def test_a_renamed_district_has_its_name_of_the_day(visitor: httpx.AsyncClient, osmanabad: str) -> None:
    assert _heading(await visitor.get(osmanabad)) == "Dharashiv"
    then = await visitor.get(osmanabad, params={"valid_at": "2022-06-01"})
    assert _heading(then) == "Osmanabad"
    page = PageRead(then.text)
    assert "As it was on 1 June 2022" in page.text
    assert "/areas/state/27?valid_at=2022-06-01" in page.links, "links keep the day that is looked at"
    listed = await visitor.get("/areas/state/27", params={"valid_at": "2022-06-01"})
    assert "Osmanabad" in listed.text and "Dharashiv" not in listed.text


async def test_what_was_known_is_asked_apart_from_what_was_true(visitor: httpx.AsyncClient, osmanabad: str) -> None:
    before = await visitor.get(osmanabad, params={"known_at": "2021-01-01"})
    assert before.status_code == 404, "nothing was known of it then"
    day = SystemClock().today() + timedelta(days=1)
    assert _heading(await visitor.get(osmanabad, params={"known_at": day.isoformat()})) == "Dharashiv"


async def test_a_change_and_a_correction_read_differently(
    visitor: httpx.AsyncClient, admin: httpx.AsyncClient, osmanabad: str
) -> None:
    seen = await admin.get("/api/v1/districts/DIS-488")
    answer = await admin.patch(
        "/api/v1/districts/DIS-488",
        params={"change": "correct", "valid_from": "2020-02-01", "valid_to": ORDERED, "reason": "Misread letter"},
        json={"name": "Usmanabad"},
        headers={"if-match": seen.headers["etag"]},
    )
    assert answer.status_code == 200, answer.text
    text = PageRead((await visitor.get(osmanabad)).text).text
    assert "Corrected: what was recorded had been wrong" in text and "Misread letter" in text
    assert "For the days from 1 February 2020 until 24 February 2023" in text
    assert "Changed in the world True from 24 February 2023 on" in text
    assert text.count("Osmanabad → now: Usmanabad") == 1, "a correction is told against what it corrects"
    then = await visitor.get(osmanabad, params={"valid_at": "2022-06-01"})
    assert _heading(then) == "Usmanabad"


async def test_what_ended_says_what_came_after_it(visitor: httpx.AsyncClient, merged: str) -> None:
    answer = await visitor.get(merged)
    page = PageRead(answer.text)
    assert answer.status_code == 410 and list(faults_of(page)) == []
    assert "Lohara is no longer in force" in page.text and "24 February 2023" in page.text
    assert "/areas/subdistrict/4880" in page.links
    last = next(link for link in page.links if "valid_at=2023-02-23" in link)
    assert _heading(await visitor.get(last)) == "Lohara लोहारा"
    hindi = PageRead((await visitor.get(merged, headers={"accept-language": "hi"})).text)
    assert "लोहारा अब लागू नहीं है Lohara" in hindi.text


async def test_any_record_that_ended_has_a_page_that_says_so(
    visitor: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = await admin.post("/api/v1/organisations?valid_from=2020-02-01", json=await _organisation(admin))
    path = made.json()["id"]
    seen = await admin.get(f"/api/v1/organisations/{path}")
    gone = await admin.delete(f"/api/v1/organisations/{path}", headers={"if-match": seen.headers["etag"]})
    assert gone.status_code == 200, gone.text
    answer = await visitor.get(f"/types/organisations/{path}")
    page = PageRead(answer.text)
    assert answer.status_code == 410 and "No successor is recorded" in page.text
    assert (await visitor.get(next(link for link in page.links if "valid_at=" in link))).status_code == 200


async def _organisation(admin: httpx.AsyncClient) -> dict[str, object]:
    known = (await admin.get("/api/v1/organisations?limit=1")).json()["items"][0]
    kept = {name: known[name] for name in ("kind", "state", "status") if name in known}
    return kept | {"name": "Tuljapur Pani Samiti"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/areas/district/999999", "area-unknown"),
        ("/areas/planet/3", "area-unknown"),
        ("/villages/399515", "area-unknown"),
        ("/types/dragons", "registry-unknown"),
        ("/nowhere/at/all", "not-found"),
        ("/types/schemes?cursor=x", "bad-cursor"),
        ("/types/schemes?cursor=WyJWSUwtOTkwMDAwMDEiXQ", "bad-cursor"),
        ("/areas/state/27?valid_at=yesterday", "bad-parameter"),
        ("/docs/calls/dragons", "not-found"),
        ("/docs/types/dragon", "not-found"),
    ],
)
async def test_a_page_that_is_not_here_helps(visitor: httpx.AsyncClient, path: str, code: str) -> None:
    for lang in ("en", "hi"):
        answer = await visitor.get(path, headers={"accept-language": lang})
        page = PageRead(answer.text)
        assert answer.status_code in (400, 404) and list(faults_of(page)) == []
        assert f"/docs/problems#{code}" in page.links and "/types" in page.links
        assert page.one("html").attributes["lang"] == lang
    as_json = await visitor.get(path, headers={"accept": "application/json"})
    assert as_json.json()["code"] == code


async def test_a_page_that_is_not_here_names_what_comes_near(visitor: httpx.AsyncClient, osmanabad: str) -> None:
    by_name = PageRead((await visitor.get("/areas/district/Dharashive")).text)
    assert osmanabad in by_name.links, "a slip in a name"
    by_code = PageRead((await visitor.get("/villages/488")).text)
    assert osmanabad in by_code.links, "a code of another level"


async def test_an_area_by_its_record_is_its_own_page(visitor: httpx.AsyncClient, osmanabad: str) -> None:
    answer = await visitor.get("/types/districts/DIS-488?valid_at=2022-06-01")
    assert (answer.status_code, answer.headers["location"]) == (308, osmanabad + "?valid_at=2022-06-01")
    answer = await visitor.get("/areas/village/99000001")
    assert (answer.status_code, answer.headers["location"]) == (308, "/villages/99000001")


async def test_a_long_list_is_turned_page_by_page(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["jjm.web.pages.area"], "A_PAGE", 10)
    for query in ("by=village", "by=village&valid_at=2025-01-01"):
        within = "/areas/block/990001" if "valid_at" in query else "/areas/state/99"
        seen: list[str] = []
        path: str | None = f"{within}?{query}"
        while path:
            page = PageRead((await visitor.get(path)).text)
            rows = [e.attributes["href"] for e in page.all("a") if "table" in e.inside]
            assert 0 < len(rows) <= 10
            seen += rows
            path = next((e.attributes["href"] for e in page.all("a") if e.attributes.get("rel") == "next"), None)
        assert len(set(seen)) == len(seen) and (len(seen) == VILLAGES or "valid_at" in query)


async def test_search_finds_names_old_spellings_and_codes(visitor: httpx.AsyncClient, osmanabad: str) -> None:
    for sought in ("dharashiv", "Dharashv", "488"):
        found = PageRead((await visitor.get("/search", params={"q": sought})).text)
        assert osmanabad in found.links, sought
    narrowed = PageRead((await visitor.get("/search?q=dharashiv&type=villages")).text)
    assert osmanabad not in narrowed.links
    nothing = PageRead((await visitor.get("/search?q=qqqqzzzzxxxx")).text)
    assert "Nothing is called like that" in nothing.text
