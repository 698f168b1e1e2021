"""Findings: what the records of an area say that cannot be right, with who must act. Open to all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from jjm.kit import ReadConnection, bad_request
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.registry import area_id
from jjm.web import places
from jjm.web.shown import Link
from jjm.web.site import Page

_ASKED = ("within", "valid_at", "known_at")


async def findings(page: Page) -> Response:
    """Findings of an area, or of all that this node holds. Raises Problem 404 for an area that is not known."""
    within, parts = page.query.get("within"), page.site.findings_parts
    begin, after = _place(page) if page.query.get("cursor") else (0, [])
    async with page.registry.database.snapshot() as conn:
        area = await area_id(page.registry, conn, within) if within else None
        items, files, next = list[Any](), list[tuple[str, str]](), list[str]()
        # A part that is told to its end is followed by the next one on the same page.
        for number, part in list(enumerate(parts))[begin:]:
            told = await part(page.registry, conn, area, page.as_of, after, page.language.code)
            items, files, after = [*items, *told.items], [*files, *told.files], []
            if told.next:
                next = [str(number), *told.next]
                break
        values = await _values(page, conn, area, items)
    following = page.here(cursor=encode_cursor(next)) if next else None
    files = [(kind, page.at(path, _kept(page, kind))) for kind, path in files]
    return page.render("findings.html", values | {"following": following, "files": files})


async def _values(page: Page, conn: ReadConnection, area: str | None, items: Sequence[Any]) -> dict[str, object]:
    wanted: list[str] = [one.finding.place for one in items]
    named = await places.named(page.registry, conn, [*wanted, *([area] if area else [])])
    trails = await places.trails(page.registry, conn, area, page.as_of) if area else []
    return {
        "items": items,
        "area": named.get(area or ""),
        "above": trails[0] if trails else [],
        "links": {id: Link(page.shown.area(one), page.url(one.path)) for id, one in named.items()},
        "paths": {one.finding.record: _path(page, one) for one in items},
        "states": [] if area else await places.states(page.registry, conn),
    }


def _path(page: Page, one: Any) -> str:
    if one.address:
        return page.url(one.address)
    standard = page.registry.table(one.finding.type).standard
    return page.url(places.address(standard, one.finding.record, None))


def _place(page: Page) -> tuple[int, list[str]]:
    """Which solution's findings come next, and where they go on."""
    number, *after = decode_cursor(page.query["cursor"])
    if not str(number).isdecimal():
        raise bad_request("bad-cursor", "Follow the link to the next page as it was given.")
    return int(number), after


def _kept(page: Page, kind: str) -> dict[str, str]:
    asked = {word: page.query[word] for word in _ASKED if page.query.get(word)}
    return asked | ({"lang": page.language.code} if kind == "CSV" else {})
