"""The page of an area: where it lies, what lies in it, and how many of its households have a tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.kit import Problem, ReadConnection
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.registry import AsOf
from jjm.standards import Standard
from jjm.web import figures, places
from jjm.web.life import identifiers, life_of
from jjm.web.pages.gone import gone_or_raise
from jjm.web.places import Area
from jjm.web.site import Page

A_PAGE = 100


async def area(page: Page) -> Response:
    """An area, today or at another point in time."""
    level, code = page.request.path_params["level"], page.request.path_params["code"]
    if level == "village":
        return RedirectResponse(page.url(f"/villages/{code}"), 308)
    as_of = page.as_of
    async with page.read() as conn:
        try:
            found, record = await places.find(page.registry, conn, level, code, as_of)
        except Problem as problem:
            return await gone_or_raise(page, conn, problem, page.registry.catalogue.level(level))
        values: dict[str, object] = {
            "area": found,
            "record": record,
            "trails": await places.trails(page.registry, conn, found.id, as_of),
            **await _drill_down(page, conn, found, as_of),
            **await about(page, conn, found, record),
        }
    return page.render("area.html", values)


async def about(page: Page, conn: ReadConnection, found: Area, record: Mapping[str, Any]) -> dict[str, object]:
    """What is recorded of an area itself, its life, and when the sums shown for it were made."""
    facts = page.shown.fields(found.standard, record)
    await page.shown.learn(conn, facts)
    return {
        "facts": facts,
        "external": identifiers(record),
        "life": await life_of(page.registry, conn, found.standard, found.id, page.shown),
        "summed_at": await figures.summed_at(conn) if page.as_of is None else None,
    }


async def _drill_down(page: Page, conn: ReadConnection, found: Area, as_of: AsOf | None) -> dict[str, object]:
    """The levels inside, the areas of the chosen one with their coverage, and the coverage of the whole."""
    levels = await places.levels_inside(page.registry, conn, found, as_of)
    chosen = _chosen(levels, page.query.get("by"))
    rows: list[Area] = []
    following = None
    if chosen is not None:
        standard, count = chosen
        after = decode_cursor(page.query["after"]) if page.query.get("after") else []
        rows = await places.children(
            page.registry, conn, found, standard, count=count, after=after, limit=A_PAGE + 1, as_of=as_of
        )
        if len(rows) > A_PAGE:
            rows = rows[:A_PAGE]
            following = page.here(after=encode_cursor([rows[-1].name, rows[-1].id]))
    coverage = await figures.coverage_of(conn, [found.id, *(r.id for r in rows)], as_of)
    return {
        "levels": levels,
        "chosen": chosen[0] if chosen else None,
        "rows": rows,
        "locals": await places.local_names(page.registry, conn, rows),
        "coverage": coverage,
        "whole": coverage.get(found.id, figures.NOTHING),
        "following": following,
        "villages": next((n for s, n in levels if s.level and s.level.name == "village"), None),
    }


def _chosen(levels: Sequence[tuple[Standard, int]], by: str | None) -> tuple[Standard, int] | None:
    """The level asked for, or the next below."""
    named: Mapping[str, Any] = {s.level.name: (s, n) for s, n in levels if s.level}
    return named.get(by or "") or next(iter(levels), None)
