"""Records offered for the references of a form: those of a name, or those near what the form is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jjm.kit import Problem, ReadConnection
from jjm.registry import Ask, Hit, Reach, Sought, Table, batch_get, search
from jjm.registry import page as list_page
from jjm.standards import Field, Standard
from jjm.web import places
from jjm.web.choosing import Choice, Found, Reference, kin, named, references, seeking
from jjm.web.shown import label_of, plain
from jjm.web.site import Page

_MOST, _LOOKED_THROUGH, _FEW_AREAS, _MOST_PLACES = 12, 200, 3, 3
_STATE = 0  # rank of the level in which nobody looks for what is near, once anything nearer is found


async def offered(
    page: Page, conn: ReadConnection, standard: Standard, fields: Sequence[Field], about: Mapping[str, Any],
    sent: Mapping[str, str],
) -> dict[str, Found]:  # fmt: skip
    """Choices for each reference that is sought, by its path; what is named already is looked up by the way.

    `about` is what is recorded of the case; nothing where it is about to begin.
    """
    there = [one for of in fields for one in references(of, sent, f"data.{of.name}")]
    known = [(one.type, id) for one in there for id in named(sent, one)]
    await _learn(page, conn, known)
    sought = seeking(sent)
    wanted = [one for one in there if one.path in sought]
    if not wanted:
        return {}
    known += [pair for of in standard.fields for pair in _recorded(of, plain(about.get(of.name)))]
    around = await _around(page, conn, standard, known)
    return {one.path: await _offered(page, conn, one, sought[one.path], known, around) for one in wanted}


async def _learn(page: Page, conn: ReadConnection, known: Iterable[tuple[str, str]]) -> None:
    """What the records are called that a form names."""
    for type in dict.fromkeys(type for type, _ in known):
        of = Field("", "ref", {}, ref=type)
        await page.shown.learn(conn, [(of, id) for kind, id in known if kind == type])


def _recorded(of: Field, value: Any) -> list[tuple[str, str]]:
    if of.kind == "ref" and value:
        return [(str(of.ref), str(value))]
    return [(str(of.item.ref), str(one)) for one in value or ()] if of.is_list_of_refs and of.item else []


async def _around(
    page: Page, conn: ReadConnection, standard: Standard, known: Sequence[tuple[str, str]]
) -> list[places.Area]:
    """The areas around what a form is about, the nearest first; around where the reader works, where it names none."""
    levels = {one.name for one in page.registry.levels()}
    own = standard.field(standard.area) if standard.area else None
    first = {own.ref or (own.item.ref if own.item else None)} if own else set[str | None]()
    ids = [id for type, id in known if type in first] or [id for type, id in known if type in levels]
    ids = ids or await _held(page, conn)
    found: dict[str, places.Area] = {}
    for id in ids[:_MOST_PLACES]:
        found |= await places.named(page.registry, conn, [id])
        found |= {one.id: one for trail in await places.trails(page.registry, conn, id, None) for one in trail}
    return sorted(found.values(), key=lambda one: -_rank(one))


def _rank(area: places.Area) -> int:
    return area.standard.level.rank if area.standard.level else 0


async def _held(page: Page, conn: ReadConnection) -> list[str]:
    """The areas for which the reader holds a role."""
    found: list[str] = []
    for place in dict.fromkeys(one.place for one in page.actor.holds):
        try:
            found += await Reach(page.registry).ids(conn, place)
        except Problem:
            continue
    return found


async def _offered(
    page: Page, conn: ReadConnection, one: Reference, word: str, known: Sequence[tuple[str, str]],
    around: Sequence[places.Area],
) -> Found:  # fmt: skip
    table = page.registry.table(one.type)
    try:
        if word:
            return Found(word, await _called(page, conn, table, word, around))
        return Found(word, await _near(page, conn, table, known, around))
    except Problem as problem:
        if problem.status not in (401, 403):
            raise
        return Found(word, [], closed=True)


async def _called(
    page: Page, conn: ReadConnection, table: Table, word: str, around: Sequence[places.Area]
) -> list[Choice]:
    """The record of that identifier, and those of such a name.

    Of a type without names those whose identifier begins so, wherever they lie, and those near that say it.
    """
    standard, registry = table.standard, page.registry
    exact, _ = await batch_get(registry, conn, page.actor, table, [word.upper()])
    found = {record["id"]: await _choice(page, conn, standard, record) for record in exact}
    if standard.search:
        near = around[0].id if around else None
        hits = await search(registry, conn, page.actor, Sought(word, [standard.plural], near=near, limit=_MOST))
        return list((found | {hit.id: _of_hit(page, standard, hit) for hit in hits}).values())
    for record in await _beginning(page, conn, table, word):
        found[record["id"]] = await _choice(page, conn, standard, record)
    for record in await _within(page, conn, table, around, _LOOKED_THROUGH):
        said = f"{label_of(standard, record)} {record['id']}".casefold()
        if word.casefold() in said and record["id"] not in found and len(found) < _MOST:
            found[record["id"]] = await _choice(page, conn, standard, record)
    return list(found.values())


async def _beginning(page: Page, conn: ReadConnection, table: Table, word: str) -> list[Mapping[str, Any]]:
    """The first records whose identifier begins so, with the letters of its type in front or without."""
    letters, typed = table.standard.id.partition("{")[0], word.upper()
    begins = typed if typed.startswith(letters) else letters + typed
    # A list goes on behind a place in the order of identifiers: those that begin with it stand right behind it.
    listed = (await list_page(page.registry, conn, page.actor, table, Ask(_MOST, after=[begins]))).items
    return [record for record in listed if record["id"].startswith(begins)]


async def _near(
    page: Page, conn: ReadConnection, table: Table, known: Sequence[tuple[str, str]], around: Sequence[places.Area]
) -> list[Choice]:
    """What belongs to a record that is named already, then what lies in the nearest area that has any."""
    standard, found = table.standard, dict[str, Mapping[str, Any]]()
    for name, id in kin(standard, known):
        asked = Ask(_MOST, equals={name: [id]})
        found |= {r["id"]: r for r in (await list_page(page.registry, conn, page.actor, table, asked)).items}
    if standard.level is not None:
        above = [one.id for one in around if one.standard.name == standard.name]
        records, _ = await batch_get(page.registry, conn, page.actor, table, above)
        found |= {record["id"]: record for record in records}
    if len(found) < _MOST:
        found |= {r["id"]: r for r in await _within(page, conn, table, around, _MOST)}
    return [await _choice(page, conn, standard, record) for record in list(found.values())[:_MOST]]


async def _within(
    page: Page, conn: ReadConnection, table: Table, around: Sequence[places.Area], most: int
) -> Sequence[Mapping[str, Any]]:
    """The records in the areas around, from the nearest area outwards, until there are enough of them."""
    standard, found = table.standard, dict[str, Mapping[str, Any]]()
    if not standard.area and standard.level is None:
        return (await list_page(page.registry, conn, page.actor, table, Ask(most))).items
    for area in around:
        if found and _rank(area) == _STATE:
            break
        asked = Ask(most, within=area.id)
        found |= {r["id"]: r for r in (await list_page(page.registry, conn, page.actor, table, asked)).items}
        if len(found) >= most:
            break
    return list(found.values())[:most]


async def _choice(page: Page, conn: ReadConnection, standard: Standard, record: Mapping[str, Any]) -> Choice:
    name = page.shown.name(standard, record["id"], record.get("code"), label_of(standard, record))
    if standard.level is not None:
        above = [t[-1].name for t in await places.trails(page.registry, conn, record["id"], None)]
    else:
        above = await _areas_of(page, conn, standard, record)
    return Choice(record["id"], name, page.language.of(standard.title), ", ".join(above))


async def _areas_of(page: Page, conn: ReadConnection, standard: Standard, record: Mapping[str, Any]) -> list[str]:
    of = standard.field(standard.area) if standard.area else None
    ids = [id for _, id in _recorded(of, plain(record.get(of.name)))] if of else []
    if of is None or not ids:
        return []
    few = ids[:_FEW_AREAS]
    await page.shown.learn(conn, [(of, few if of.kind == "list" else few[0])])
    return [*(page.shown.link(id).name for id in few), *(["…"] if len(ids) > len(few) else [])]


def _of_hit(page: Page, standard: Standard, hit: Hit) -> Choice:
    above = [area.name for area in reversed(hit.path)][:_FEW_AREAS]
    name = page.shown.name(standard, hit.id, hit.code, hit.name)
    return Choice(hit.id, name, page.language.of(standard.title), ", ".join(above))
