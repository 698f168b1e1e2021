"""Cases on pages, by people who sign in with a browser: the inbox, a case with its forms, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from page_structure import PageRead, faults_of
from people_kit import Somebody
from workflow.conftest import Works, works
from workflow.test_documents import photo

from jjm.app.asgi import application

pytestmark = pytest.mark.long

__all__ = ["works"]


@asynccontextmanager
async def _in_a_browser(works: Works, somebody: Somebody | None) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A browser in which somebody is signed in."""
    transport = httpx.ASGITransport(application(works.house.node))
    cookies = {"jjm_session": somebody.token} if somebody else {}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://node.test", cookies=cookies, headers={"accept": "text/html"}
    ) as browser:
        yield browser


async def _page(browser: httpx.AsyncClient, path: str, status: int = 200, lang: str = "en") -> PageRead:
    answer = await browser.get(path, headers={"accept-language": lang})
    assert answer.status_code == status, answer.text
    return _sound(answer)


def _sound(answer: httpx.Response) -> PageRead:
    page = PageRead(answer.text)
    assert list(faults_of(page)) == []
    return page


def _form(page: PageRead, **more: str) -> dict[str, str]:
    """What a page's forms carry besides what is typed."""
    token = next(e.attributes["value"] for e in page.all("input") if e.attributes.get("name") == "form_token")
    expected = [e.attributes["value"] for e in page.all("input") if e.attributes.get("name") == "expected"]
    return {"form_token": token, **({"expected": expected[0]} if expected else {}), **more}


def _typed(page: PageRead, id: str) -> str:
    """What a field says."""
    (found,) = [e for e in page.elements if e.attributes.get("id") == id]
    return found.text if found.name == "textarea" else found.attributes.get("value", "")


async def test_an_inbox_says_what_waits_and_how_urgent_it_is(works: Works) -> None:
    async with _in_a_browser(works, works.mitra) as browser:
        assert "Nothing waits for you" in (await _page(browser, "/inbox")).text
        assert "nothing waits for you" in (await _page(browser, "/")).text
        first, second = await works.begun(kind="urgent"), await works.begun()
        await works.do(works.mitra, second, "GO")
        page = await _page(browser, "/inbox")
        assert "2 cases wait for you" in page.text and "Nal Jal Mitra: Katada" in page.text
        assert {f"/cases/{one['id']}" for one in (first, second)} <= set(page.links)
        assert "2 cases wait for you" in (await _page(browser, "/")).text
        chosen = await _page(browser, "/inbox?workflow=inspection&state=ASKED")
        assert f"/cases/{first['id']}" in chosen.links and f"/cases/{second['id']}" not in chosen.links
        assert "Asked for (1)" in chosen.text and "Going on (1)" in chosen.text
        works.house.later(hours=25)
        await works.fire()
        await works.house.sign_in(works.officer)
    async with _in_a_browser(works, works.officer) as browser:
        page = await _page(browser, "/inbox?clock=late")
        assert "1 of them is late" in page.text and f"/cases/{first['id']}" in page.links
    async with _in_a_browser(works, None) as browser:
        answer = await browser.get("/inbox")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "/inbox" not in (await _page(browser, "/")).links


async def test_a_long_inbox_comes_in_pages(works: Works) -> None:
    made = {(await works.begun())["id"] for _ in range(26)}
    async with _in_a_browser(works, works.mitra) as browser:
        first = await _page(browser, "/inbox")
        following = next(e.attributes["href"] for e in first.all("a") if e.attributes.get("rel") == "next")
        second = await _page(browser, following)
        seen = [link for page in (first, second) for link in page.links if link.startswith("/cases/")]
        assert sorted(seen) == sorted(f"/cases/{id}" for id in made)
        assert (await browser.get("/inbox?cursor=nonsense")).status_code == 400


@pytest.mark.parametrize("lang", ["en", "hi"])
async def test_a_case_is_explained(works: Works, lang: str) -> None:
    case = await works.begun(kind="urgent")
    await works.do(works.mitra, case, "GO", comment="On my way")
    works.house.later(days=3)
    await works.house.sign_in(works.mitra)
    async with _in_a_browser(works, works.mitra) as browser:
        page = await _page(browser, f"/cases/{case['id']}", lang=lang)
    drawn = [e for e in page.all("g") if e.attributes.get("aria-current") == "step"]
    assert [e.attributes["id"] for e in drawn] == ["state-GOING_ON"]
    said = {"en": ("Going on", "Why it is late", "only working hours count", "Nal Jal Mitra", "From here: Wait"),
            "hi": ("जारी", "देर क्यों हुई", "केवल कार्य के घंटे गिने जाते हैं", "यहाँ से: प्रतीक्षा")}[lang]  # fmt: skip
    assert [words for words in said if words not in page.text] == []
    assert "On my way" in page.text and works.member.id in page.text
    assert "/workflows/inspection" in page.links and "/villages/901400" in page.links


async def test_an_action_is_taken_by_its_form(works: Works) -> None:
    case = await works.begun()
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.mitra) as browser:
        page = await _page(browser, path)
        sent = _form(page, what="action", action="GO", comment="Off")
        answer = await browser.post(path, data=sent)
        assert answer.status_code == 303, answer.text
        page = await _page(browser, answer.headers["location"].partition("#")[0])
        assert "Done. The case is now: Going on." in page.text and "Off" in page.text
        form = _form(page) | {"what": "action", "action": "REPORT", "data.leaks": "3", "data.remark": "Behind the well"}
        assert (await browser.post(path, data=form)).status_code == 303
    found = await works.house.call(works.officer, "GET", f"/cases/{case['id']}")
    assert (found["state"], found["record"]["leaks"], found["record"]["remark"]) == ("REPORTED", 3, "Behind the well")


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(works: Works) -> None:
    case = await works.begun()
    await works.do(works.mitra, case, "GO")
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.mitra) as browser:
        form = _form(await _page(browser, path)) | {"what": "action", "action": "REPORT"}
        for leaks, remedy in (("", "asks for it"), ("many", "whole number"), ("-1", "at least")):
            typed = {"data.leaks": leaks, "data.remark": "Behind the <well>"}
            answer = await browser.post(path, data=form | typed)
            assert answer.status_code == 422, answer.text
            page = _sound(answer)
            (fault,) = [e for e in page.elements if e.attributes.get("id") == "REPORT.data.leaks-fault"]
            assert remedy in fault.text
            (field,) = [e for e in page.elements if e.attributes.get("id") == "REPORT.data.leaks"]
            assert field.attributes["aria-invalid"] == "true" and field.attributes["value"] == leaks
            assert "REPORT.data.leaks-fault" in field.attributes["aria-describedby"]
            assert _typed(page, "REPORT.data.remark") == "Behind the <well>"
        form = _form(await _page(browser, path)) | {"what": "action", "action": "HOLD", "data.hold_reason": "keys"}
        page = _sound(await browser.post(path, data=form))
        assert [e for e in page.elements if e.attributes.get("id") == "HOLD.comment-fault"]


async def test_a_photo_is_added_by_its_form_and_what_is_wrong_with_it_is_said_there(works: Works) -> None:
    case = await works.begun()
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.mitra) as browser:
        form = _form(await _page(browser, path)) | {"kind": "photo"}
        answer = await browser.post(f"{path}/documents", data=form, files={"file": ('a "b".jpg', photo())})
        assert answer.status_code == 303, answer.text
        page = await _page(browser, answer.headers["location"].partition("#")[0])
        assert "The document is with the case." in page.text and "Photo image/jpeg" in page.text
        shown = await browser.get(next(link for link in page.links if link.startswith(f"{path}/documents/")))
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        for status, content, kind, field, said in (
            (422, b"", "photo", "file", "no file was chosen"),
            (415, b"#!/bin/sh", "photo", "file", "Send one of: image/jpeg"),
            (413, b"%PDF-1.7\n" + bytes(10 << 20) + b"\n%%EOF\n", "document", "file", "has at most 10,485,760 bytes"),
            (422, photo(), "poem", "kind", "is no kind of document of this case"),
        ):  # fmt: skip
            refused = await browser.post(f"{path}/documents", data=form | {"kind": kind}, files={"file": content})
            assert refused.status_code == status, refused.text
            page = _sound(refused)
            (fault,) = [e for e in page.elements if e.attributes.get("id") == f"document-{field}-fault"]
            assert said in fault.text
        foreign = await browser.post(f"{path}/documents", data=form | {"form_token": "x"}, files={"file": photo()})
        assert foreign.status_code == 403
        assert (await browser.post(f"{path}/documents", data=form)).status_code == 403
    far = await works.house.somebody(None, "district/902", {"role": "district_officer", "place": "district/902"})
    async with _in_a_browser(works, far) as browser:
        page = await _page(browser, path)
        assert not [e for e in page.elements if e.attributes.get("id") == "document-file"]
        answer = await browser.post(f"{path}/documents", data=_form(page, kind="photo"), files={"file": photo()})
        assert answer.status_code == 403 and "not-yours" not in _sound(answer).links
    async with _in_a_browser(works, None) as browser:
        assert (await browser.post(f"{path}/documents", data=form)).headers["location"] == "/sign-in"
    assert len((await works.house.call(works.officer, "GET", f"/cases/{case['id']}/documents"))["items"]) == 1


async def test_who_read_before_another_acted_is_told_and_keeps_what_was_typed(works: Works) -> None:
    case = await works.begun()
    await works.do(works.mitra, case, "GO")
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.mitra) as browser:
        form = _form(await _page(browser, path)) | {"what": "action", "action": "REPORT", "data.leaks": "5"}
        await works.do(works.officer, case, "HOLD", data={"hold_reason": "keys"}, comment="No keys")
        answer = await browser.post(path, data=form)
        assert answer.status_code == 412
        page = _sound(answer)
        assert _typed(page, "REPORT.data.leaks") == "5" and "still in the form" in page.text
        again = form | {"expected": _form(page)["expected"]}
        await works.do(works.officer, case, "REPORT", data={"leaks": 1})
        answer = await browser.post(path, data=again | {"data.remark": "Seen by me"})
        assert answer.status_code in (403, 409)
        page = _sound(answer)
        assert "What you had typed" in page.text and "Seen by me" in page.text


async def test_a_rule_of_the_workflow_is_told_on_the_page(works: Works) -> None:
    case = await works.begun()
    await works.do(works.officer, case, "GO")
    await works.do(works.officer, case, "REPORT", data={"leaks": 0})
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.officer) as browser:
        form = _form(await _page(browser, path)) | {"what": "action", "action": "CLOSE", "comment": "All well"}
        answer = await browser.post(path, data=form)
        assert answer.status_code == 422
        page = _sound(answer)
        assert "you took REPORT in this case yourself" in page.text
        assert _typed(page, "CLOSE.comment") == "All well"


async def test_only_forms_of_this_page_are_taken_and_only_those_who_may_have_one(works: Works) -> None:
    case = await works.begun()
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.mitra) as browser:
        form = _form(await _page(browser, path)) | {"what": "action", "action": "GO"}
        assert (await browser.post(path, data=form | {"form_token": "0" * 64})).status_code == 403
        other = await browser.post(path, data=form, headers={"origin": "https://elsewhere.test"})
        assert other.status_code == 403
    async with _in_a_browser(works, works.member) as browser:
        page = await _page(browser, path)
        assert [e for e in page.elements if e.attributes.get("id") == "do-GO"] == []
        answer = await browser.post(path, data=_form(page) | {"what": "action", "action": "GO"})
        assert answer.status_code == 403
    async with _in_a_browser(works, None) as browser:
        assert (await browser.get(path)).headers["location"] == "/sign-in"
        assert (await browser.post(path, data=form)).headers["location"] == "/sign-in"
    assert (await works.house.call(works.officer, "GET", f"/cases/{case['id']}"))["state"] == "ASKED"


async def test_something_is_said_and_a_case_given_on(works: Works) -> None:
    case = await works.begun()
    path = f"/cases/{case['id']}"
    async with _in_a_browser(works, works.mitra) as browser:
        page = await _page(browser, path)
        said = "नल खुला है"
        assert (await browser.post(path, data=_form(page, what="comment", comment=said))).status_code == 303
        assert said in (await _page(browser, path)).text
        wrong = await browser.post(path, data=_form(page, what="assign", person=works.member.id, comment="Yours"))
        assert wrong.status_code == 409
        kept = [e for e in _sound(wrong).all("option") if "selected" in e.attributes]
        assert [e.attributes["value"] for e in kept] == [works.member.id]
        offered = {
            e.attributes["value"]: e.text for e in page.all("option") if e.attributes["value"].startswith("PER-")
        }
        assert set(offered) == {works.mitra.id, works.officer.id}, "a choice of those who may answer for it, by name"
        assert offered[works.officer.id].startswith("Asha ") and "Purva" in offered[works.officer.id]
        given = await browser.post(path, data=_form(page, what="assign", person=works.mitra.id))
        assert given.status_code == 303, given.text
        assert "Given to you" in (await _page(browser, "/inbox")).text
        long = await browser.post(path, data=_form(page, what="comment", comment="x" * 4_001))
        assert long.status_code == 422 and _typed(_sound(long), "say") == "x" * 4_001


async def test_one_thing_is_done_in_several_cases_and_each_answers_for_itself(works: Works) -> None:
    cases = [await works.begun() for _ in range(3)]
    async with _in_a_browser(works, works.mitra) as browser:
        assert "choose a workflow and a state" in (await _page(browser, "/inbox")).text
        path = "/inbox?workflow=inspection&state=ASKED"
        page = await _page(browser, path)
        chosen = {f"case.{one['id']}": "1" for one in cases[:2]}
        assert set(chosen) <= {e.attributes.get("name") for e in page.all("input")}
        nothing = await browser.post(path, data=_form(page, action="GO"))
        assert nothing.status_code == 422 and "Choose at least one case" in _sound(nothing).text
        assert (await browser.post(path, data={"action": "GO", **chosen})).status_code == 403, "another site's form"
        await works.do(works.mitra, cases[1], "GO")
        told = _sound(await browser.post(path, data=_form(page, action="GO", **chosen)))
        assert "Done in 1 case." in told.text and "`GO` cannot be done in the state GOING_ON" in told.text
        states = {one["id"]: one["state"] for one in (await works.house.call(works.mitra, "GET", "/inbox"))["items"]}
        assert [states[one["id"]] for one in cases] == ["GOING_ON", "GOING_ON", "ASKED"]
        going = await _page(browser, "/inbox?workflow=inspection&state=GOING_ON")
        assert [e.attributes["value"] for e in going.all("option") if e.attributes["value"]] == [], "fields: one by one"


async def test_a_case_is_begun_on_the_page_of_its_workflow_by_those_who_may(works: Works) -> None:
    path = "/workflows/inspection"
    async with _in_a_browser(works, works.mitra) as browser:
        assert "Begin a case" not in (await _page(browser, path)).text
    async with _in_a_browser(works, works.member) as browser:
        page = await _page(browser, path)
        typed = _form(page, what="action", action="ASK")
        refused = await browser.post(path, data=typed | {"data.village": "VIL-000000", "data.remark": "नल बंद है"})
        assert refused.status_code == 422 and "/data/village" not in _sound(refused).text
        assert _typed(_sound(refused), "ASK.data.village") == "VIL-000000", "what was typed stays"
        begun = await browser.post(path, data=typed | {"data.village": "VIL-901400"})
        assert begun.status_code == 303 and begun.headers["location"].startswith("/cases/NSP-")
        assert "Asked for" in (await _page(browser, begun.headers["location"])).text
        assert (await browser.post(path, data={"what": "action", "action": "ASK"})).status_code == 403
    async with _in_a_browser(works, None) as browser:
        answer = await browser.get(path)
        assert answer.status_code == 200 and "form_token" not in answer.text


@pytest.mark.parametrize("lang", ["en", "hi"])
async def test_workflows_are_open_to_all(works: Works, lang: str) -> None:
    async with _in_a_browser(works, None) as browser:
        assert "/workflows" in (await _page(browser, "/docs")).links
        listed = await _page(browser, "/workflows", lang=lang)
        assert "/workflows/inspection" in listed.links
        page = await _page(browser, "/workflows/inspection", lang=lang)
        assert {"en": "Send back", "hi": "वापस भेजें"}[lang] in page.text and len(page.all("svg")) == 1
        await _page(browser, "/workflows/none", 404)
