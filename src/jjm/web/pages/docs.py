"""The documentation of the API, to be read without scripts: calls from the OpenAPI document, fields from standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from jjm.access import ANONYMOUS
from jjm.kit import not_found
from jjm.registry import Ask
from jjm.registry import page as list_page
from jjm.standards import Codelist, Field, Standard, describe, sample_id
from jjm.web import places
from jjm.web.curl import Examples
from jjm.web.shown import is_open
from jjm.web.site import Page

_WITH_TOKEN = ("access", "jobs")
# What examples ask for: the first version, the first entry of the ledger, the first hash of its first tile.
_ANYWHERE = {"version": "1", "position": "0", "old": "1", "path": "0/000.p/1"}


async def docs(page: Page) -> Response:
    """How to call this node, first examples, and where each group of calls is described."""
    catalogue, document = page.registry.catalogue, page.site.document
    async with page.read() as conn:
        state = await places.fullest_state(page.registry, conn)
    general = [tag for tag in document.groups if catalogue.plural(tag) is None]
    kinds = [s for tag in document.groups if (s := catalogue.plural(tag))]
    kinds.sort(key=lambda s: page.language.of(s.plural_title))
    values: dict[str, object] = {
        "about": document.about,
        "general": general,
        "kinds": kinds,
        "base": str(page.request.base_url).rstrip("/"),
        "state": state,
        "today": page.registry.clock.today(),
    }
    return page.render("docs.html", values)


async def group(page: Page) -> Response:
    """Every call of one group, with what it takes and answers, and an example to copy."""
    tag = page.request.path_params["tag"]
    calls = page.site.document.groups.get(tag)
    if calls is None:
        raise not_found(f"There is no group of calls `{tag}`.")
    standard = page.registry.catalogue.plural(tag)
    known, etag = await _known(page, standard)
    base = str(page.request.base_url).rstrip("/")
    examples = Examples(base, page.site.document, page.registry.catalogue, known, etag)
    public = is_open(standard) if standard else tag not in _WITH_TOKEN
    shown = [(call, examples.of(call, public)) for call in calls]
    return page.render("calls.html", {"tag": tag, "standard": standard, "calls": shown, "public": public})


async def _known(page: Page, standard: Standard | None) -> tuple[Mapping[str, str], str]:
    """What stands for the parts of addresses in examples: a record that is really there, where anybody may see one."""
    registry, known, etag = page.registry, dict(_ANYWHERE), '"1"'
    async with page.read() as conn:
        if state := await places.fullest_state(registry, conn):
            known |= {"level": state.level, "code": state.code, "q": state.name}
        if standard is not None:
            known["id"] = sample_id(registry.catalogue, standard.name)
            if is_open(standard):
                first = await list_page(registry, conn, ANONYMOUS, registry.table(standard.name), Ask(limit=1))
                for record in first.items:
                    known["id"], etag = record["id"], f'"{record["_meta"]["version"]}"'
    return known, etag


async def standard(page: Page) -> Response:
    """The fields of a type, the codes they take, and what its State additions are."""
    name, catalogue = page.request.path_params["type"], page.registry.catalogue
    found = catalogue.types.get(name)
    if found is None:
        raise not_found(f"There is no standard of a type `{name}`.")
    added = [(s, s.fields[name]) for s in catalogue.states.values() if s.fields.get(name)]
    every = [*found.fields, *(f for _, fields in added for f in fields)]
    values: dict[str, object] = {
        "standard": found,
        "rows": _rows(found.fields),
        "added": [(state, _rows(fields)) for state, fields in added],
        "codelists": _codelists(catalogue.codelists, every),
        "describe": describe,
    }
    return page.render("standard.html", values)


def _rows(fields: tuple[Field, ...], above: str = "") -> list[tuple[str, Field]]:
    """Fields with those inside them, each by its path."""
    rows: list[tuple[str, Field]] = []
    for of in fields:
        rows.append((above + of.name, of))
        inside = of.fields or (of.item.fields if of.item else ())
        rows += _rows(inside, f"{above}{of.name}{'[]' if of.item else ''}.")
    return rows


def _codelists(known: Mapping[str, Codelist], fields: list[Any]) -> list[Codelist]:
    named = {of.code for _, of in _rows(tuple(fields)) if of.code} | {f.item.code for f in fields if f.item}
    return [known[name] for name in sorted(n for n in named if n) if name in known]


async def problems(page: Page) -> Response:
    """Every code of a refusal, what it means and how it is mended."""
    return page.render("problems.html")
