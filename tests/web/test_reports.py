"""Reports as pages: the names people know, in two languages, down to the village and back to another day."""

from __future__ import annotations

import re

import httpx
from page_structure import PageRead


async def test_reports_are_listed_and_lead_down_to_the_village(visitor: httpx.AsyncClient) -> None:
    page = PageRead((await visitor.get("/reports")).text)
    assert "/reports/j1" in page.links
    path = "/reports/j1?within=state%2F99"
    for level in ("district", "subdistrict"):
        text = (await visitor.get(path)).text
        assert "With tap connection, %" in text and "Households" in text
        path = next(link for link in PageRead(text).links if f"within={level}%2F" in link)
    villages = (await visitor.get(f"{path}&by=village")).text
    assert re.search(r'href="/villages/99\d+"', villages)
    assert "Still to be checked" in villages, "what is not known of the portal's report is said"


async def test_a_report_in_hindi_is_all_hindi_and_in_lakh(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/reports/j3", params={"lang": "hi"})).text
    visitor.cookies.clear()
    for word in ("राज्यवार नल कनेक्शन", "नल जल आपूर्ति वाले गाँव", "(लाख)", "उप-योग: पूर्वोत्तर", "योग", "ज्ञात नहीं"):
        assert word in text, word
    assert "Balance" not in text


async def test_a_report_can_be_asked_for_another_day(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/reports/j8", params={"valid_at": "2019-01-01", "known_at": ""})).text
    assert "As it was on 1 January 2019" in text
    assert "valid_at=2019-01-01" in next(link for link in PageRead(text).links if ".xlsx" in link)


async def test_what_is_not_there_helps(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/reports/j99")
    assert answer.status_code == 404 and "There is no report" in answer.text
