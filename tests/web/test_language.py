"""In which language a page comes, and how numbers, days and instants read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx
import pytest
from page_structure import PageRead

from jjm.web import language

ENGLISH, HINDI = language.load()["en"], language.load()["hi"]


def _lang(answer: httpx.Response) -> str:
    return PageRead(answer.text).one("html").attributes["lang"]


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("hi-IN,hi;q=0.9,en;q=0.8", "hi"),
        ("fr,en;q=0.5,hi;q=0.4", "en"),
        ("fr", "en"),
        ("", "en"),
        ("hi;q=zero,*", "en"),
    ],
)
async def test_the_browser_asks_for_a_language(visitor: httpx.AsyncClient, header: str, lang: str) -> None:
    assert _lang(await visitor.get("/accessibility", headers={"accept-language": header})) == lang


async def test_a_choice_is_kept_and_goes_before_what_the_browser_asks(visitor: httpx.AsyncClient) -> None:
    chosen = await visitor.get("/accessibility?lang=hi")
    assert _lang(chosen) == "hi" and "lang=hi" in chosen.headers["set-cookie"]
    kept = {"cookie": "lang=hi", "accept-language": "en"}
    assert _lang(await visitor.get("/accessibility", headers=kept)) == "hi"
    assert _lang(await visitor.get("/accessibility?lang=en", headers=kept)) == "en"
    unknown = await visitor.get("/accessibility?lang=xx", headers=kept)
    assert _lang(unknown) == "hi" and "set-cookie" not in unknown.headers
    visitor.cookies.clear()


async def test_what_is_not_there_is_said_in_hindi_alone(visitor: httpx.AsyncClient) -> None:
    for path in ("/area/village/999999", "/nothing-here", "/types/nothing"):
        asked = {"accept": "text/html", "accept-language": "hi"}
        answer = await visitor.get(path, headers=asked)
        assert answer.status_code == 404 and _lang(answer) == "hi", path
        content = PageRead(answer.text).one("main")
        assert path in answer.text and ' lang="en"' not in answer.text.partition("<main")[2].partition("</main>")[0]
        assert content is not None


def test_numbers_are_grouped_as_in_india() -> None:
    assert ENGLISH.number(1234567) == "12,34,567" == HINDI.number(1234567)


def test_only_the_whole_is_a_hundred_per_cent() -> None:
    assert [ENGLISH.percent(s) for s in (0, 0.5, 0.1234, 0.99999, 1)] == ["0%", "50%", "12.3%", "99.9%", "100%"]


def test_times_are_shown_as_clocks_in_india_show_them() -> None:
    instant = datetime(2026, 3, 31, 20, 15, tzinfo=UTC)
    assert ENGLISH.instant(instant) == "1 April 2026, 01:45 IST"
    assert ENGLISH.instant("2026-03-31T20:15:00Z") == "1 April 2026, 01:45 IST"
    assert HINDI.day(date(2026, 4, 1)) == "1 अप्रैल 2026" == HINDI.day("2026-04-01")


def test_the_tongue_of_a_name_is_told_by_its_script() -> None:
    names = {"कतादा": "hi", "ଓଡ଼ିଶା": "or", "অসম": "bn", "தமிழ்நாடு": "ta", "Katada": "en", "": "en"}
    assert {name: language.tongue(name) for name in names} == names


def test_languages_call_themselves_by_their_own_names() -> None:
    assert {code: spoken.name for code, spoken in language.load().items()} == {"en": "English", "hi": "हिन्दी"}
