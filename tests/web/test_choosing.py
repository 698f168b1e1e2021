"""References in the forms of cases are chosen by name or from what is near, without scripts; nothing typed is lost."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_structure import PageRead
from solutions.progress.test_milestone_page import browser_of, read, sound
from solutions.progress.test_works import AT, Site, site

from jjm.web.choosing import is_seeking, picked, seeking

pytestmark = pytest.mark.long

__all__ = ["site"]


def _offered(page: PageRead, path: str) -> dict[str, str]:
    """What can be chosen for a field: identifiers with the words beside them."""
    labels = {e.attributes.get("for"): e.text for e in page.all("label")}
    chosen = [e for e in page.all("input") if e.attributes.get("name", "") == f"pick.{path}"]
    chosen += [e for e in page.all("input") if e.attributes.get("name", "").startswith(f"also.{path}.")]
    found = {e.attributes["name"].rpartition(".")[2]: e for e in chosen if e.attributes["type"] == "checkbox"}
    found |= {e.attributes["value"]: e for e in chosen if e.attributes["value"] not in ("", "1")}
    return {id: labels[e.attributes["id"]] for id, e in found.items()}


def _typed(page: PageRead, id: str) -> str:
    (found,) = [e for e in page.elements if e.attributes.get("id") == id]
    return found.text if found.name == "textarea" else found.attributes.get("value", "")


async def _nothing(*asked: object) -> list[dict[str, object]]:
    """What lies near, where nothing does."""
    return []


async def _sent(browser: httpx.AsyncClient, path: str, fields: dict[str, str], **more: str) -> PageRead:
    answer = await browser.post(path, data=fields | more)
    assert answer.status_code in (200, 422), answer.text
    return sound(answer)


async def test_what_a_case_refers_to_is_chosen_by_name_or_from_what_is_near(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = await site.under_way()
    path = "/workflows/progress-report"
    async with browser_of(site, site.engineer) as browser:
        page = await read(browser, path)
        token = next(e.attributes["value"] for e in page.all("input") if e.attributes.get("name") == "form_token")
        form = {"form_token": token, "what": "action", "action": "REPORT", "data.quantity": "5,900"}
        page = await _sent(browser, path, form | {"find.data.work": ""}, seek="data.work")
        (words,) = [_offered(page, "data.work")[work["id"]]]
        for said in ("Katada in-village works", "Work on a scheme", "Katada", work["id"]):
            assert said in words, words
        assert _typed(page, "REPORT.data.quantity") == "5,900", "what was filled in is kept"
        assert (
            "required" not in next(e for e in page.elements if e.attributes.get("id") == "REPORT.data.work").attributes
        )

        form |= {"pick.data.work": work["id"]}
        page = await _sent(browser, path, form | {"find.data.village": "katad"}, seek="data.village")
        assert _typed(page, "REPORT.data.work") == work["id"] and "Katada in-village works" in page.text
        assert "Purva Sadar" in _offered(page, "data.village")["VIL-901400"]
        page = await _sent(browser, path, form | {"find.data.village": ""}, seek="data.village")
        assert "VIL-901400" in _offered(page, "data.village"), "what is near the reader's own places"
        page = await _sent(browser, path, form | {"find.data.village": "nowhere at all"})
        assert "Nothing of this name is found" in page.text, "a word that was typed is not passed over"
        page = await _sent(browser, path, form | {"find.data.work": "in-village"}, seek="data.work")
        assert work["id"] in _offered(page, "data.work"), "found by its label, where a type has no names"
        with monkeypatch.context() as far:
            far.setattr("jjm.web.offering._within", _nothing)
            for begun in (work["id"][:-4].lower(), work["id"][4:-4]):
                page = await _sent(browser, path, form | {"find.data.work": begun}, seek="data.work")
                assert work["id"] in _offered(page, "data.work"), "found by how its identifier begins, wherever it lies"
            page = await _sent(browser, path, form | {"find.data.work": work["id"][:-4] + "zzzz"}, seek="data.work")
            assert not _offered(page, "data.work")

        form |= {
            "data.component": "network",
            "data.reached_on": "2026-11-25",
            "data.client_key": "page-0000000000000000",
        }
        form |= {"data.location.lat": str(AT["coordinates"][1]), "data.location.lon": str(AT["coordinates"][0])}
        lost = {**form, "data.village": "VIL-901400", "pick.data.work": "", "data.work": "WRK-21-NONE-0"}
        page = await _sent(browser, path, lost)
        (fault,) = [e for e in page.elements if e.attributes.get("id") == "REPORT.data.work-fault"]
        assert "Work on a scheme: nothing with the identifier WRK-21-NONE-0 is recorded here" in fault.text
        hindi = await browser.post(path, data=lost, headers={"accept-language": "hi"})
        assert "योजना का कार्य: पहचान WRK-21-NONE-0 से यहाँ कुछ दर्ज नहीं है" in sound(hindi).text
        bare = {name: value for name, value in form.items() if name != "data.quantity"}
        hindi = await browser.post(path, data=bare | {"data.village": "VIL-901400"}, headers={"accept-language": "hi"})
        (fault,) = [e for e in sound(hindi).elements if e.attributes.get("id") == "REPORT.data.quantity-fault"]
        assert fault.text.strip() == "यह नहीं भरा गया। इसे भरें; इस चरण के लिए यह आवश्यक है।"
        for typed, said in (("बहुत", "यह संख्या नहीं है"), ("-1", "कम से कम 0 लिखें"), ("20000000", "अधिकतम 1,00,00,000 लिखें")):
            wrong = bare | {"data.village": "VIL-901400", "data.quantity": typed}
            hindi = await browser.post(path, data=wrong, headers={"accept-language": "hi"})
            (fault,) = [e for e in sound(hindi).elements if e.attributes.get("id") == "REPORT.data.quantity-fault"]
            assert said in fault.text, fault.text
        other = bare | {"data.village": "VIL-901400", "data.quantity": "10", "data.component": "painting"}
        hindi = await browser.post(path, data=other, headers={"accept-language": "hi"})
        (fault,) = [e for e in sound(hindi).elements if e.attributes.get("id") == "REPORT.data.component-fault"]
        assert "`painting` इस काम की योजना में नहीं है। विस्तृत परियोजना रिपोर्ट का कोई अवयव दें।" in fault.text, "a guard"
        begun = await browser.post(path, data={**form, "pick.data.village": "VIL-901400"})
        assert begun.status_code == 303 and begun.headers["location"].startswith("/cases/PRG-"), begun.text

        page = await read(browser, "/workflows/work")
        form = {"form_token": token, "what": "action", "action": "PLAN", "data.title": "Second"}
        page = await _sent(browser, "/workflows/work", form | {"find.data.villages": "katada"}, seek="data.villages")
        assert "VIL-901400" in _offered(page, "data.villages")
        form |= {"also.data.villages.VIL-901400": "1"}
        page = await _sent(browser, "/workflows/work", form | {"find.data.scheme": ""}, seek="data.scheme")
        assert _typed(page, "PLAN.data.villages") == "VIL-901400" and site.scheme in _offered(page, "data.scheme")
        begun = await browser.post("/workflows/work", data=form | {"pick.data.scheme": site.scheme})
        assert begun.status_code == 303, begun.text

        form = {"form_token": token, "what": "action", "action": "PREPARE", "data.scheme": site.scheme}
        page = await _sent(browser, "/workflows/handover", form | {"find.data.work": ""}, seek="data.work")
        assert set(_offered(page, "data.work")) == {work["id"], begun.headers["location"][7:].partition("?")[0]}
        page = await _sent(browser, "/workflows/handover", form | {"data.villages": "VIL-901400"}, seek="data.to")
        assert "LOB-901300" in _offered(page, "data.to"), "the body above the village"


_WORDS = st.text("ab ", max_size=3)
_FORMS = st.dictionaries(
    st.sampled_from(["data.a", "find.data.a", "sought.data.a", "pick.data.a", "also.data.b.X", "data.b", "seek"]),
    _WORDS,
)


@given(_FORMS)
def test_a_choice_stands_in_its_field_once_and_a_new_word_is_always_sought(sent: dict[str, str]) -> None:
    once = picked(sent)
    assert picked(once) == once
    if sent.get("pick.data.a"):
        assert once["data.a"] == sent["pick.data.a"]
    if "also.data.b.X" in sent:
        assert once["data.b"].split().count("X") == max(1, sent.get("data.b", "").split().count("X"))
    word = sent.get("find.data.a", "").strip()
    if word and not sent.get("pick.data.a") and sent.get("sought.data.a", "") != word:
        assert seeking(sent)["data.a"] == word
    assert bool(seeking(sent)) == is_seeking(sent)
