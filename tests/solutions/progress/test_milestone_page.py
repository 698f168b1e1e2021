"""Milestones on a page: an engineer with a telephone sees how far a work is, and records what was reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import date

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_structure import PageRead, faults_of
from people_kit import Somebody
from photos import photo_at
from solutions.progress.test_works import Site, site

from jjm.app.asgi import application
from jjm.solutions.progress.works.typed import is_same, milestone_of
from jjm.solutions.progress.works.words import say

pytestmark = pytest.mark.long

__all__ = ["site"]

NETWORK = {"component": "network", "village": "VIL-901400", "reached_on": "2026-11-25", "quantity": "5,900"}


@asynccontextmanager
async def browser_of(
    site: Site, somebody: Somebody | None, lang: str = "en"
) -> AsyncGenerator[httpx.AsyncClient, None]:
    transport = httpx.ASGITransport(application(site.house.node))
    headers = {"accept": "text/html", "accept-language": lang}
    cookies = {"jjm_session": somebody.token} if somebody else {}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://node.test", headers=headers, cookies=cookies
    ) as one:
        yield one


async def read(browser: httpx.AsyncClient, path: str) -> PageRead:
    """A page that is there and sound."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return sound(answer)


def sound(answer: httpx.Response) -> PageRead:
    """A page without a fault in its structure."""
    page = PageRead(answer.text)
    assert list(faults_of(page)) == []
    return page


def _kept(page: PageRead) -> dict[str, str]:
    names = ("form_token", "key")
    return {e.attributes["name"]: e.attributes["value"] for e in page.all("input") if e.attributes.get("name") in names}


async def _send(browser: httpx.AsyncClient, path: str, photo: bytes, **fields: str) -> httpx.Response:
    return await browser.post(path, data=fields, files={"photo": ("site.jpg", photo)})


def _faults(page: PageRead) -> Mapping[str, str]:
    ids = {e.attributes["id"].removesuffix("-fault"): e.text for e in page.all("ul") if "id" in e.attributes}
    marked = {e.attributes["id"] for e in page.elements if e.attributes.get("aria-invalid") == "true"}
    assert marked == set(ids), "what is wrong is said at the field that it marks"
    return ids


async def test_an_engineer_records_a_milestone_on_a_page_and_everybody_sees_how_far_the_work_is(site: Site) -> None:
    work = await site.under_way()
    path = f"/works/{work['id']}/milestones"
    async with browser_of(site, site.engineer) as browser:
        scheme = await read(browser, f"/types/schemes/{site.scheme}")
        assert path in scheme.links and "Katada in-village works: In progress, 0 %" in scheme.text
        assert path in (await read(browser, f"/cases/{work['id']}")).links
        assert path in (await read(browser, "/villages/901400")).links
        page = await read(browser, path)
        assert "Distribution network (weight 50)" in page.text and "12,000 m" in page.text
        assert "No milestone is recorded yet" in page.text and "0 of 12,000 m" in page.text

        sent = {**_kept(page), **NETWORK}
        both = await asyncio.gather(*(_send(browser, path, photo_at(20.3, 85.1), **sent) for _ in range(2)))
        assert [a.status_code for a in both] == [303, 303], both[0].text
        assert both[0].headers["location"] == both[1].headers["location"], "sent twice it is recorded once"
        page = await read(browser, both[0].headers["location"])
        report = both[0].headers["location"].partition("done=")[2]
        assert f"The milestone is recorded: {report}." in page.text and "No milestone" not in page.text
        for words in ("25 November 2026", "5,900 m", "20.3° N, 85.1° E", "Reported byyou"):
            assert words in page.text, (words, page.text[page.text.index("Milestones rec") :])
        photo = next(link for link in page.links if link.startswith(f"/cases/{report}/documents/"))
        assert (await browser.get(photo)).headers["content-type"] == "image/jpeg"

        other = await _send(browser, path, b"", **sent | {"quantity": "6000", "lat": "20.3", "lon": "85.1"})
        assert other.status_code == 409, "what was typed behind a milestone that is recorded is not lost"
        page = sound(other)
        assert f"This form recorded {report} before" in page.text and _kept(page)["key"] != sent["key"]
        moved = await _send(browser, path, b"", **sent | {"lat": "20.4", "lon": "85.1"})
        assert moved.status_code == 409, "another position is not passed over"
        later = await _send(browser, path, photo_at(20.3, 85.1), **sent | {"lat": "20.3", "lon": "85.1"})
        added = await _send(browser, path, photo_at(20.2, 85.1), **sent | {"lat": "20.3", "lon": "85.1"})
        for answer in (later, added):
            assert answer.headers["location"] == both[0].headers["location"]
        foreign = await _send(browser, path, b"", **sent | {"form_token": "x"})
        assert foreign.status_code == 403
    assert len((await site.house.call(None, "GET", f"/progress/works/{work['id']}/milestones"))["items"]) == 1
    kept = await site.kept("progress_reports", report)
    assert kept["location"]["coordinates"] == pytest.approx([85.1, 20.3]), "where nothing is typed, the photo says it"
    documents = (await site.house.call(site.officer, "GET", f"/cases/{report}/documents"))["items"]
    assert [one["kind"] for one in documents] == ["photo", "photo"], "each photo once, also one that came later"

    async with browser_of(site, None) as browser:
        page = await read(browser, path)
        assert "5,900 m" in page.text and site.engineer.id not in page.text and "/sign-in" in page.links
        assert not page.all("button") or "Record a milestone" not in [e.text.strip() for e in page.all("button")]
        assert (await _send(browser, path, b"", **NETWORK)).headers["location"] == "/sign-in"
        assert (await browser.get("/works/WRK-21-0-0/milestones")).status_code == 404
    async with browser_of(site, site.officer) as browser:
        page = await read(browser, path)
        assert "Record a milestone" not in page.text and "taken at 20.3° N, 85.1° E" in page.text
        refused = await _send(browser, path, b"", **_kept(page), **NETWORK)
        assert refused.status_code == 403, "who may not report over the API may not here"


@pytest.mark.parametrize("lang", ["en", "hi"])
async def test_what_is_wrong_with_a_milestone_is_said_at_its_field(site: Site, lang: str) -> None:
    work = await site.under_way()
    path = f"/works/{work['id']}/milestones"
    nowhere = photo_at(20.3, 85.1).split(b"Exif")[0]
    said = {
        "en": ("Fill this in", "has not come", "Type a number", "Are north and east exchanged", "is no photo", "1,000"),
        "hi": ("इसे भरें", "अभी नहीं आई", "संख्या लिखें", "बदल गए हैं", "फ़ोटो नहीं है", "1,000 अक्षर"),
    }[lang]
    at = {"lat": "20.3", "lon": "85.1"}
    async with browser_of(site, site.engineer, lang) as browser:
        kept = _kept(await read(browser, path))
        for changed, photo, field, words in (
            ({"component": ""}, b"", "component", said[0]),
            ({"reached_on": "2026-12-01"}, b"", "reached_on", said[1]),
            ({"quantity": "many"}, b"", "quantity", said[2]),
            ({"lat": "85.1", "lon": "20.3"}, b"", "lat", said[3]),
            ({"remark": "x" * 1_001}, b"", "remark", said[5]),
            ({}, b"%PDF-1.7\n%%EOF\n", "photo", said[4]),
        ):
            answer = await _send(browser, path, photo, **kept, **NETWORK | at | changed)
            assert answer.status_code == 422, answer.text
            page = sound(answer)
            found = _faults(page)
            assert set(found) == {field} and words in found[field], found
            (day,) = [e for e in page.elements if e.attributes.get("id") == "reached_on"]
            assert day.attributes["value"] == changed.get("reached_on", "2026-11-25"), "what was typed is kept"
        answer = await _send(browser, path, b"", **kept, **NETWORK)
        assert set(_faults(sound(answer))) == {"lat"} and answer.status_code == 422
        broken = await _send(browser, path, nowhere + b"\xff\xd8\xff\xe0", **kept, **NETWORK | at)
        assert set(_faults(sound(broken))) == {"photo"}
    assert (await site.house.call(None, "GET", f"/progress/works/{work['id']}/milestones"))["items"] == []


_SAID = ["network", "VIL-1", "2026-11-25", "20261125", "20.3", "85.1", "nan", "1e999"]
_TEXT = st.one_of(st.text(max_size=6), st.sampled_from(_SAID))
_NAMES = st.sampled_from(["component", "village", "reached_on", "quantity", "lat", "lon", "remark"])


@given(st.dictionaries(_NAMES, _TEXT), st.one_of(st.none(), st.just((85.1, 20.3))))
def test_whatever_is_typed_is_a_whole_milestone_or_wrong_at_some_field(
    typed: dict[str, str], photo: tuple[float, float] | None
) -> None:
    work = {"components": [{"component": "network"}], "villages": ["VIL-1"]}
    found = milestone_of(work, typed, photo, date(2026, 11, 30))
    whole = {"component", "village", "reached_on", "quantity", "location"} <= set(found.data)
    assert whole != bool(found.wrong)
    if whole:
        assert date.fromisoformat(found.data["reached_on"]).isoformat() == found.data["reached_on"]
        assert is_same(found.data | {"work": None}, found.data)
    for wrong in found.wrong.values():
        assert say(f"wrong {wrong}", "hi") != say(f"wrong {wrong}", "en")
