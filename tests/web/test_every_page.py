"""A walk over all pages, link by link, in every language: nothing is broken, unnamed, untranslated or personal."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from functools import cache
from typing import Any

import httpx
import pytest
from page_structure import PageRead, faults_of

from jjm.app.asgi import application
from jjm.app.node import Node
from jjm.web import language
from tools.messages import lacking, messages

pytestmark = pytest.mark.long

LANGUAGES = sorted(language.load())
A_KIND = 3
_NOT_PAGES = ("/api/", "/log/", "/openapi.json", "/static/")
STARTS = ("/", "/search?q=gaon", "/search", "/accessibility", "/docs/problems", "/docs/calls/access")


def _kind(path: str) -> str:
    """The kind of page behind an address: of each kind a few are looked at."""
    plain = path.partition("#")[0].partition("?")
    parts = plain[0].split("/")[1:]
    last = parts[:-1] if len(parts) > 2 or parts[0] == "villages" else parts
    return "/".join(last) + ("?" + re.sub(r"=[^&]*", "", plain[2]) if plain[2] else "")


@cache
def _long_texts() -> list[str]:
    ids = [m.id if isinstance(m.id, str) else m.id[0] for m in messages()]
    return [i for i in ids if len(i) > 15 and "%(" not in i]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_can_be_read_and_leads_on(visitor: httpx.AsyncClient, lang: str) -> None:
    waiting, seen, kinds = list(STARTS), set[str](), Counter[str]()
    while waiting:
        path = waiting.pop(0).partition("#")[0]
        path = re.sub(r"[?&]lang=\w+", "", path)
        kind = _kind(path)
        if path in seen or path.startswith(_NOT_PAGES) or kinds[kind] >= A_KIND:
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = await visitor.get(path, headers={"accept-language": lang}, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        page = PageRead(answer.text)
        assert list(faults_of(page)) == [], path
        _is_in(page, lang, path)
        assert page.all("aside")[0].attributes["class"] == "synthetic", path
        waiting += page.links
    expected = {"types/schemes", "villages", "areas/district", "docs/types", "docs/calls", "types/water_sources"}
    assert expected | {"workflows"} <= set(kinds)


def _is_in(page: PageRead, lang: str, path: str) -> None:
    assert page.one("html").attributes["lang"] == lang
    if lang == language.DEFAULT:
        return
    foreign = [t for t in _long_texts() if t in page.own_text]
    assert foreign == [], f"{path} says {foreign} in English"


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != language.DEFAULT])
def test_every_text_is_translated(lang: str) -> None:
    assert list(lacking(lang)) == []


async def test_links_to_calls_answer_too(visitor: httpx.AsyncClient) -> None:
    village = PageRead((await visitor.get("/villages/99000001")).text)
    calls = [link for link in village.links if link.startswith(_NOT_PAGES)]
    assert any("/proof" in link for link in calls)
    for link in {*calls, "/openapi.json"}:
        assert (await visitor.get(link)).status_code == 200, link


async def test_no_page_tells_of_persons(node: Node, visitor: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    personal = {t.standard.plural for t in node.registry.tables.values() if t.standard.is_personal}
    assert {"households", "functionaries"} <= personal
    households = (await admin.get("/api/v1/households", params={"limit": 1000})).json()["items"]
    heads, household = {h["head_name"] for h in households if "head_name" in h}, households[0]["id"]
    assert heads
    for plural in personal:
        listed = await visitor.get(f"/types/{plural}")
        assert listed.status_code == 200 and "not public" in listed.text
        assert not [name for name in heads if name and name in listed.text]
    one = await visitor.get(f"/types/households/{household}")
    assert one.status_code == 401 and not [name for name in heads if name and name in one.text]
    village = (await visitor.get("/villages/99000001")).text
    assert "/types/households" not in village and not [name for name in heads if name and name in village]


async def test_pages_may_run_nothing(visitor: httpx.AsyncClient) -> None:
    for path in ("/", "/villages/99000001", "/nowhere"):
        policy = (await visitor.get(path)).headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy


async def test_static_files_are_kept_for_ever_under_an_address_of_their_content(visitor: httpx.AsyncClient) -> None:
    page = PageRead((await visitor.get("/")).text)
    sheet = next(e.attributes["href"] for e in page.all("link") if e.attributes["rel"] == "stylesheet")
    answer = await visitor.get(sheet)
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    again = await visitor.get(sheet, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (await visitor.get("/static/nothing.css")).status_code == 404


async def test_pages_not_asked_for_so_far_are_those_of_the_start(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release put in place under a running node does not give it templates that its program does not know."""
    transport, headers = httpx.ASGITransport(application(node)), {"accept": "text/html"}
    read: Any = builtins.open

    def not_templates(file: Any, *rest: Any, **more: Any) -> Any:
        assert not str(file).endswith(".html"), file
        return read(file, *rest, **more)

    monkeypatch.setattr(builtins, "open", not_templates)
    async with httpx.AsyncClient(transport=transport, base_url="http://node.test", headers=headers) as client:
        for path in ("/", "/types/schemes", "/villages/99000001", "/docs"):
            assert (await client.get(path)).status_code == 200
