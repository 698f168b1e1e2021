"""The page of a village: its tap coverage as each source states it, its schemes and sources, its life and its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from jjm.kit import Problem, ReadConnection
from jjm.registry import Ask, count
from jjm.registry import page as list_page
from jjm.standards import Field, Standard
from jjm.web import places
from jjm.web.pages.area import about
from jjm.web.pages.gone import gone_or_raise
from jjm.web.places import Area
from jjm.web.shown import Link, is_open, label_of
from jjm.web.site import Page
from jjm.web.totals import FIGURE

_MOST = 50
_TELLING = {
    "kind", "status", "operating_status", "commissioned_on", "design_population", "service_level",
    "depth", "perennial", "drinking",
}  # fmt: skip
SCHEME, SOURCE = "scheme", "water_source"


@dataclass(frozen=True, slots=True)
class Told:
    """A record in few words: its name and page, all of it, and the fields that tell most."""

    link: Link
    record: dict[str, Any]
    facts: list[tuple[Field, Any]]


async def village(page: Page) -> Response:
    """A village, today or at another point in time."""
    code, registry = page.request.path_params["code"], page.registry
    async with page.read() as conn:
        try:
            found, record = await places.find(registry, conn, "village", code, page.as_of)
        except Problem as problem:
            return await gone_or_raise(page, conn, problem, registry.catalogue.level("village"))
        stated = sorted(await _inside(page, conn, FIGURE, found), key=_newest, reverse=True)
        values: dict[str, object] = {
            "area": found,
            "record": record,
            "trails": await places.trails(registry, conn, found.id, page.as_of),
            "stated": stated,
            "newest": next((f for f in stated if "households" in f and "households_with_tap" in f), None),
            "schemes": await _told(page, conn, SCHEME, found),
            "sources": await _told(page, conn, SOURCE, found),
            "parts": await _parts(page, conn, found),
            "own": await page.parts_of(conn, found.standard.name, record),
            "others": await _others(page, conn, found),
            **await about(page, conn, found, record),
        }
    return page.render("village.html", values)


def _newest(figure: dict[str, Any]) -> tuple[Any, ...]:
    return figure["year"], str(figure.get("as_on") or ""), figure["_meta"]["recorded_at"]


async def _inside(page: Page, conn: ReadConnection, type: str, found: Area) -> list[dict[str, Any]]:
    """Records of a type in the village, as far as anybody may see them."""
    table = page.registry.tables.get(type)
    if table is None or not is_open(table.standard, page.actor):
        return []
    asked = Ask(limit=_MOST, within=found.id, as_of=page.as_of)
    return (await list_page(page.registry, conn, page.actor, table, asked)).items


async def _parts(page: Page, conn: ReadConnection, found: Area) -> list[Any]:
    """What solutions tell of the village today; nothing of another time, since they tell what holds now."""
    if page.as_of is not None:
        return []
    return [await part(page.registry, conn, found.id, page.language.code) for part in page.site.village_parts]


async def _told(page: Page, conn: ReadConnection, type: str, found: Area) -> list[Told]:
    """Records of a type in the village, with the few fields that tell most of them."""
    told: list[Told] = []
    for record in await _inside(page, conn, type, found):
        standard = page.registry.table(type).standard
        facts = [pair for pair in page.shown.fields(standard, record) if pair[0].name in _TELLING]
        told.append(Told(Link(label_of(standard, record), places.address(standard, record["id"], None)), record, facts))
    await page.shown.learn(conn, (fact for one in told for fact in one.facts))
    return told


async def _others(page: Page, conn: ReadConnection, found: Area) -> list[tuple[Standard, int]]:
    """How much else is recorded in the village today, by type."""
    if page.as_of is not None:
        return []
    counted: list[tuple[Standard, int]] = []
    for table in page.registry.tables.values():
        standard = table.standard
        if standard.area and standard.level is None and is_open(standard, page.actor) and standard.name != FIGURE:
            number = await count(page.registry, conn, page.actor, table, Ask(within=found.id))
            counted += [(standard, number)] if number else []
    return counted
