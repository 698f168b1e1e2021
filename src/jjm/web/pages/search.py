"""Search by name or code."""

from __future__ import annotations

from starlette.responses import Response

from jjm.registry import Sought
from jjm.web import finding, places
from jjm.web.finding import Suggestion
from jjm.web.shown import is_open
from jjm.web.site import Page

_MOST, _LONGEST = 50, 200


async def search(page: Page) -> Response:
    """What is called as somebody typed it, or nearly so; the closest first."""
    name = page.query.get("q", "").strip()[:_LONGEST]
    plural, within = page.query.get("type", ""), page.query.get("within", "")
    hits: list[Suggestion] = []
    async with page.read() as conn:
        area = None
        if within:
            level, _, code = within.partition("/")
            _, id = await places.find_id(page.registry, conn, level, code)
            area = (await places.named(page.registry, conn, [id])).get(id)
        if name:
            sought = Sought(name, [plural] if plural else [], area.id if area else None, limit=_MOST)
            hits = await finding.found(page.registry, conn, sought, page.actor)
    known = [t.standard for t in page.registry.tables.values()]
    kinds = [standard for standard in known if standard.search and is_open(standard, page.actor)]
    kinds.sort(key=lambda s: (s.level is None, s.level.rank if s.level else 0, page.language.of(s.plural_title)))
    values = {"name": name, "hits": hits, "kinds": kinds, "plural": plural, "area": area, "most": _MOST}
    return page.render("search.html", values)
