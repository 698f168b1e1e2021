"""Looking up what a re-organisation of areas is planned on: the areas it names, their children, what lies below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from jjm.kit import ReadConnection, WriteConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.model import Change, Header
from jjm.registry.operations import Abolish, Merge, Operation, Reparent, Split, Urbanise
from jjm.registry.reorganise import Area, Data, Scene, Span
from jjm.registry.rules import stretches, turning_days, winner
from jjm.registry.service.context import Registry
from jjm.registry.service.identify import is_identifier
from jjm.registry.store import lineage
from jjm.registry.table import Table

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def new_ids(registry: Registry, table: Table, subject: str, asked: Operation) -> dict[str, str]:
    """Identifiers of the areas to be made, by JSON Pointer into what is asked; those without a code are left out."""
    if isinstance(asked, Split):
        wanted = {f"/into/{n}": values for n, values in enumerate(asked.into)}
    elif isinstance(asked, Merge) and isinstance(asked.into, dict) and "code" in asked.into:
        wanted = {"/into": asked.into}
    else:
        return {}
    template = table.standard.id
    if not is_identifier(subject):
        return {}
    if "{serial}" in template:
        prefix = subject.rsplit("-", 2)[0]
        return dict(zip(wanted, registry.minter.mint(prefix, len(wanted)), strict=True))
    found = {
        pointer: _PLACEHOLDER.sub(lambda m, v=values: str(v[m[1]]), template)
        for pointer, values in wanted.items()
        if all(isinstance(values.get(name), str) for name in _PLACEHOLDER.findall(template))
    }
    return {pointer: id for pointer, id in found.items() if is_identifier(id)}


def named(subject: str, asked: Operation) -> list[str]:
    """The areas that a re-organisation names beside their children."""
    match asked:
        case Merge():
            return [subject, *asked.with_, *([asked.into] if isinstance(asked.into, str) else [])]
        case Abolish():
            return [subject, *(s.id for s in asked.heirs())]
        case Urbanise():
            return [subject, asked.into]
        case _:
            return [subject]


def targets(subject: str, asked: Operation, new: Mapping[str, str]) -> list[str]:
    """The areas that take something over, and so must not lie in what they take it from."""
    match asked:
        case Merge():
            return [asked.into if isinstance(asked.into, str) else new.get("/into", subject)]
        case Abolish():
            return [s.id for s in asked.heirs()]
        case Reparent():
            return [id for value in asked.parents.values() for id in entries(value)]
        case _:
            return []


def losing(subject: str, asked: Operation, heirs: Sequence[str]) -> list[str]:
    """The areas whose children go over to others, or that come to lie elsewhere."""
    return [id for id in (subject, *asked.with_) if id not in heirs] if isinstance(asked, Merge) else [subject]


async def scene(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    subject: str,
    asked: Operation,
    new: Mapping[str, str],
    hold: WriteConnection | None,
) -> Scene:
    """All that the plan of a re-organisation looks at; with `hold` the areas are held until its transaction ends."""
    day, heirs = asked.effective, targets(subject, asked, new)
    roots = losing(subject, asked, heirs)
    inside = {row["id"] async for row in lineage.inside(conn, ids=heirs, roots=roots, day=day)}
    below = await _below(conn, subject, day) if isinstance(asked, Urbanise) else set[str]()
    handing_over = isinstance(asked, Split | Merge | Abolish)
    candidates = [row["id"] async for row in lineage.children(conn, ids=roots, day=day)] if handing_over else []
    areas = await look(registry, conn, table, [*named(subject, asked), *new.values(), *candidates, *below], day, hold)
    children = {root: [id for id in candidates if areas[id].lies_in(root)] for root in roots}
    return Scene(day, areas, children, frozenset(inside), frozenset(below))


async def _below(conn: ReadConnection, subject: str, day: date) -> set[str]:
    return {row["id"] async for row in lineage.below(conn, root=subject, day=day)} - {subject}


async def look(
    registry: Registry,
    conn: ReadConnection,
    table: Table,
    ids: Iterable[str],
    day: date,
    hold: WriteConnection | None = None,
) -> dict[str, Area]:
    """These areas as they are believed to be from a day on; one never recorded counts as of the table's type."""
    wanted = list(dict.fromkeys(ids))
    types = {row["id"]: row["type"] async for row in lineage.types(conn, ids=wanted)}
    found: dict[str, Area] = {}
    for type in sorted({types.get(id, table.standard.name) for id in wanted}):
        of_type = [id for id in wanted if types.get(id, table.standard.name) == type]
        if hold is not None:
            await store.lock(hold, registry.table(type), of_type)
        found |= await _look(conn, registry.table(type), of_type, day)
    return found


async def _look(conn: ReadConnection, table: Table, ids: Sequence[str], day: date) -> dict[str, Area]:
    headers = await store.headers(conn, table, ids)
    parts = {id: stretches(known, day) for id, known in headers.items()}
    held = [(id, h.version) for id, found in parts.items() for *_, h in found if h is not None and _holds(h)]
    data = await store.values_at(conn, table, list(dict.fromkeys(held)))
    return {id: _area(table, id, headers[id], parts[id], data) for id in ids}


def _area(
    table: Table,
    id: str,
    headers: Sequence[Header],
    parts: Sequence[tuple[date, date | None, Header | None]],
    data: Mapping[tuple[str, int], Data],
) -> Area:
    spans = [
        Span(first, last, h.version if h else None, data.get((id, h.version)) if h and _holds(h) else None)
        for first, last, h in parts
    ]
    ever = any(_holds(winner(headers, turn)) for turn in turning_days(headers))
    return Area(id, table.standard, spans, bool(headers), ever)


def _holds(header: Header | None) -> bool:
    return header is not None and header.change != Change.RETIRE
