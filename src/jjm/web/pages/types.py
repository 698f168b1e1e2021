"""The registries: all of them, and the records of each; a type added to the standards has its pages by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from jjm.kit import Problem, ReadConnection, bad_request
from jjm.kit.http import decode_cursor, encode_cursor
from jjm.registry import Ask, get
from jjm.registry import page as list_page
from jjm.standards import Field, Standard
from jjm.web import places
from jjm.web.figures import number_of
from jjm.web.hidden import asking, hidden_of
from jjm.web.life import identifiers, life_of
from jjm.web.pages.gone import gone_or_raise
from jjm.web.places import Area
from jjm.web.shown import is_open, label_of
from jjm.web.site import Page

_A_PAGE, _COLUMNS, _CHOICES = 50, 5, 3
_FILTERABLE = {"code", "ref", "boolean", "integer", "text", "date"}


async def types(page: Page) -> Response:
    """Every registry of this node, by group, with about how many records hold today."""
    groups: dict[str, list[tuple[Standard, tuple[int, bool] | None]]] = {}
    async with page.read() as conn:
        for table in sorted(page.registry.tables.values(), key=lambda t: page.language.of(t.standard.plural_title)):
            standard = table.standard
            groups.setdefault(standard.group, []).append((standard, await number_of(page.registry, conn, table)))
    return page.render("types.html", {"groups": groups})


async def records(page: Page) -> Response:
    """The records of one type, by pages; of a type that is not open what it is, and who may see it."""
    standard = page.registry.by_plural(page.request.path_params["plural"]).standard
    if not is_open(standard, page.actor):
        return page.render("closed.html", {"standard": standard})
    async with page.read() as conn:
        within = await _within(page, conn, standard)
        found = await list_page(page.registry, conn, page.actor, page.registry.table(standard.name), _ask(page, within))
        columns = columns_of(standard)
        shown = [(f, record.get(f.name)) for record in found.items for f in columns]
        await page.shown.learn(conn, shown)
        values: dict[str, object] = {
            "standard": standard,
            "columns": columns,
            "rows": [_row(page, standard, record) for record in found.items],
            "choices": choices_of(standard),
            "within": within,
            "following": page.here(cursor=encode_cursor(found.next)) if found.next else None,
        }
    return page.render("records.html", values)


def _row(page: Page, standard: Standard, record: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    name = page.shown.name(standard, record["id"], record.get("code"), label_of(standard, record))
    return name, places.address(standard, record["id"], record.get("code")), record


def columns_of(standard: Standard) -> list[Field]:
    """The fields shown of each record in a list beside its name: those that it is indexed by."""
    label = standard.label or "name"
    return [f for name in standard.index if (f := standard.field(name)).name != label][:_COLUMNS]


def choices_of(standard: Standard) -> list[Field]:
    """The indexed fields by whose code a list can be narrowed."""
    return [f for name in standard.index if (f := standard.field(name)).kind == "code"][:_CHOICES]


async def _within(page: Page, conn: ReadConnection, standard: Standard) -> Area | None:
    asked = page.query.get("within")
    if not asked:
        return None
    level, _, code = asked.partition("/")
    found, id = await places.find_id(page.registry, conn, level, code)
    known = await places.named(page.registry, conn, [id])
    return known.get(id) or Area(id, found, code, id)


def _ask(page: Page, within: Area | None) -> Ask:
    cursor = decode_cursor(page.query["cursor"]) if page.query.get("cursor") else []
    if len(cursor) > (2 if within else 1):
        raise bad_request("bad-cursor", "The cursor belongs to another list; follow `next` as it was given.")
    known = page.registry.by_plural(page.request.path_params["plural"]).standard
    equals = {f.name: [value] for f in known.fields if f.kind in _FILTERABLE and (value := page.query.get(f.name))}
    return Ask(_A_PAGE, equals, within=within.id if within else None, as_of=page.as_of, after=cursor)


async def record(page: Page) -> Response:
    """One record of any type: all that it says, its life and its proof.

    What is personal is shown where the form on the page named what for; its life is told without it.
    """
    registry, params = page.registry, page.request.path_params
    table = registry.by_plural(params["plural"])
    actor, problem = await asking(page)
    async with page.read() as conn:
        try:
            found, _ = await get(registry, conn, actor, table, params["id"], page.as_of)
        except Problem as problem:
            return await gone_or_raise(page, conn, problem, table.standard)
        own = places.address(table.standard, found["id"], found.get("code"))
        if table.standard.level is not None:
            return RedirectResponse(page.url(own), 308)
        facts = page.shown.fields(table.standard, found)
        await page.shown.learn(conn, facts)
        values: dict[str, object] = {
            "standard": table.standard,
            "record": found,
            "name": label_of(table.standard, found),
            "facts": facts,
            "hidden": await hidden_of(page, conn, table, found, actor, problem),
            "unseen": [f for f in table.standard.fields if f.name in found["_meta"].get("hidden", ())],
            "external": identifiers(found),
            "parts": await page.parts_of(conn, table.standard.name, found),
            "trails": await _trails(page, conn, table.standard, found),
            "life": await life_of(registry, conn, table.standard, found["id"], page.shown),
        }
    return page.render("record.html", values, problem.status if problem else 200)


async def _trails(page: Page, conn: ReadConnection, standard: Standard, found: Mapping[str, Any]) -> list[list[Area]]:
    """The ways down to the one area that a record lies in, the area included."""
    placed = found.get(standard.area) if standard.area else None
    areas = placed if isinstance(placed, list) else [placed]  # pyright: ignore[reportUnknownVariableType]
    if len(areas) != 1 or not isinstance(areas[0], str):  # pyright: ignore[reportUnknownArgumentType]
        return []
    known = await places.named(page.registry, conn, [areas[0]])
    above = await places.trails(page.registry, conn, areas[0], page.as_of) or [[]]
    return [[*trail, *known.values()] for trail in above]
