"""The trees of areas: kept right under every change, for today and for all other days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from jjm.kit import Fault, Problem, WriteConnection
from jjm.registry.columns import entries
from jjm.registry.model import Version
from jjm.registry.service.context import Registry
from jjm.registry.store import trees
from jjm.registry.table import Table
from jjm.standards import Catalogue, Standard

Today: TypeAlias = Mapping[str, Version | None]
LOOP = "area-loop"


def parents_of(standard: Standard, data: Mapping[str, Any]) -> list[str]:
    """The areas that an area lies in, in both trees."""
    names = standard.level.parents if standard.level else ()
    return list(dict.fromkeys(area for name in names for area in entries(data.get(name))))


def code_of(standard: Standard, id: str, data: Mapping[str, Any]) -> str:
    """The code of an area: its own where it has one, else its identifier."""
    return str(data.get("code") or id)


def name_of(standard: Standard, id: str, data: Mapping[str, Any]) -> str:
    """The name of an area, or its identifier while it is known by its code alone."""
    return str(data.get(standard.label or "name") or id)


async def keep_trees(registry: Registry, conn: WriteConnection, standard: Standard, today: Today, fresh: bool) -> None:
    """Bring today's trees up to what holds today of these areas; None for an area that does not hold.

    `fresh` says that none of them was there before.
    """
    gone = [id for id, v in today.items() if v is None]
    rows = _rows(standard, [v for v in today.values() if v is not None])
    moved, below = set(today), set[str]()
    if not fresh:
        moved = {*gone, *[r["id"] async for r in trees.moved(conn, ids=rows["ids"], parents=rows["parents"])]}
        below = {r["id"] async for r in trees.below(conn, ids=list(moved))} - moved if moved else below
    if rows["ids"]:
        await trees.keep_areas(conn, type=standard.name, rank=_rank(standard), **rows)
    if not fresh:
        await _end(registry, conn, gone, rows["ids"])
    if moved:
        leaves = not gone and not below and (standard.name not in _parent_types(standard) or _apart(rows))
        await (_hang(conn, standard, rows, moved, fresh) if leaves else trees.renew_closure(conn, ids=[*moved, *below]))
        registry.states.clear()


async def _end(registry: Registry, conn: WriteConnection, gone: Sequence[str], here: Sequence[str]) -> None:
    if gone:
        await trees.forget_areas(conn, ids=gone)
        await trees.keep_ended(conn, ids=gone, today=registry.clock.today())
    if here:
        await trees.forget_ended(conn, ids=here)


def _apart(rows: Mapping[str, list[str]]) -> bool:
    """True if none of these areas lies in another of them."""
    return {parent for parents in rows["parents"] for parent in parents.split()}.isdisjoint(rows["ids"])


async def _hang(
    conn: WriteConnection, standard: Standard, rows: Mapping[str, list[str]], moved: set[str], fresh: bool
) -> None:
    """Hang areas without anything below them into the closure: below their parents, whatever lies above those."""
    pairs = [(id, parents) for id, parents in zip(rows["ids"], rows["parents"], strict=True) if id in moved]
    ids, parents = (list(part) for part in zip(*pairs, strict=True))
    if not fresh:
        await trees.forget_closure(conn, ids=ids)
    await trees.keep_closure_of_leaves(conn, ids=ids, parents=parents, rank=_rank(standard))


async def note_area_versions(
    registry: Registry, conn: WriteConnection, table: Table, versions: Sequence[Version]
) -> None:
    """Keep new versions of areas for the trees of other days.

    Raises Problem 409 `area-loop` when an area would lie below itself on some day.
    """
    standard = table.standard
    if standard.level is None or not versions:
        return
    await trees.keep_area_versions(
        conn,
        type=standard.name,
        rank=_rank(standard),
        versions=[v.version for v in versions],
        changes=[str(v.change) for v in versions],
        valid_froms=[v.valid_from for v in versions],
        valid_tos=[v.valid_to for v in versions],
        recorded_at=versions[0].recorded_at,
        **_rows(standard, versions),
    )
    if types := types_in_loops(registry.catalogue, standard):
        async for row in trees.loops(conn, ids=[v.id for v in versions], types=types):
            message = f"{row['id']} would come to lie below itself on {row['at']}"
            fault = Fault(message, "Name as parent an area that does not lie below it on any day.", value=row["id"])
            raise Problem(LOOP, 409, "An area cannot lie in itself", f"{message}.", [fault])


def types_in_loops(catalogue: Catalogue, standard: Standard) -> list[str]:
    """The area types through which an area of this type could come to lie below itself; mostly none."""
    above = {name: _parent_types(known) for name, known in catalogue.types.items() if known.level}
    reached = {name: _reach(above, name) for name in above}
    own = standard.name
    return [name for name in reached.get(own, ()) if own in reached[name]]


def _parent_types(standard: Standard) -> set[str]:
    fields = [standard.field(name) for name in (standard.level.parents if standard.level else ())]
    return {ref for f in fields if (ref := f.ref or (f.item.ref if f.item else None))}


def _reach(above: Mapping[str, set[str]], start: str) -> set[str]:
    found, waiting = set[str](), list(above[start])
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(above.get(name, ()))
    return found


def _rank(standard: Standard) -> int:
    return standard.level.rank if standard.level else 0


def _rows(standard: Standard, versions: Sequence[Version]) -> dict[str, list[Any]]:
    return {
        "ids": [v.id for v in versions],
        "codes": [code_of(standard, v.id, v.data) for v in versions],
        "names": [name_of(standard, v.id, v.data) for v in versions],
        "parents": [" ".join(parents_of(standard, v.data)) for v in versions],
    }
