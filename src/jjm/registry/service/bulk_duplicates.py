"""Which records of a file are known already, by their identifier or by what other systems call them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from jjm.access import Actor, require_write
from jjm.kit import Fault, WriteConnection
from jjm.registry import store
from jjm.registry.columns import entries
from jjm.registry.model import Change, Draft, Version
from jjm.registry.rules import merge_patch
from jjm.registry.service.bulk_model import Load, OnDuplicate, Taken
from jjm.registry.service.context import Registry
from jjm.registry.service.fence import strays
from jjm.registry.service.identify import identifiers_in, own_id
from jjm.registry.store import queries
from jjm.registry.table import Table

ExternalId = tuple[str, str]
_HOW = "Import with on_duplicate=skip to leave known records as they are, or on_duplicate=update to change them."


def waves(table: Table, drafts: Sequence[Draft]) -> list[list[Draft]]:
    """The drafts in an order in which none is together with another that may be about the same record."""
    found: list[list[Draft]] = [[]]
    last: dict[object, int] = {}
    for draft in drafts:
        keys = list(_keys(table, draft))
        wave = max((last.get(key, -1) for key in keys), default=-1) + 1
        last.update(dict.fromkeys(keys, wave))
        if wave == len(found):
            found.append([])
        found[wave].append(draft)
    return found


def _keys(table: Table, draft: Draft) -> Iterator[object]:
    if draft.minted:
        return
    if (id := own_id(table, draft)) is not None:
        yield id
    yield from external_ids(draft)
    for names in table.standard.unique:
        yield names, *(str(draft.data.get(name)) for name in names)


def external_ids(draft: Draft) -> list[ExternalId]:
    """What other systems call the record of a draft, as far as it is well formed."""
    pairs = map(_pair, entries(draft.data.get("external_ids")))
    return [pair for pair in pairs if pair is not None]


def _pair(entry: Any) -> ExternalId | None:
    if not isinstance(entry, dict):
        return None
    known = cast("dict[str, Any]", entry)
    system, value = known.get("system"), known.get("value")
    if isinstance(system, str) and isinstance(value, str) and "\0" not in system + value:
        return system, value
    return None


async def resolve(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    table: Table,
    load: Load,
    drafts: Sequence[Draft],
    taken: Taken,
) -> list[Draft]:
    """The drafts that are to be recorded, as new records or as changes of known ones; the others are noted."""
    known = await _Known.look_up(conn, table, [d for d in drafts if not d.minted])
    known.elsewhere = await _elsewhere(registry, conn, actor, table, known)
    return [d for d in drafts if d.minted or _decide(table, load, d, known, taken)]


async def _elsewhere(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, known: _Known
) -> Mapping[str, Fault]:
    """Those of the known records that the actor may not change where they lie, with what is told of it."""
    if require_write(actor, table.standard) is None:
        return {}
    held = [(id, version.data) for id, version in {**known.gone, **known.today}.items()]
    drafts = [Draft(Change.RETIRE, {}, id) for id, _ in held]
    found = await strays(registry, conn, actor, table, drafts, dict(held))
    return {held[n][0]: fault for n, fault in found}


class _Known:
    """What is recorded already about some drafts."""

    def __init__(
        self, named: Mapping[ExternalId, str], today: Mapping[str, Version], gone: Mapping[str, Version]
    ) -> None:
        self.named = named
        self.today = today
        self.gone = gone
        self.elsewhere: Mapping[str, Fault] = {}

    @classmethod
    async def look_up(cls, conn: WriteConnection, table: Table, drafts: Sequence[Draft]) -> _Known:
        if not drafts:
            return cls({}, {}, {})
        pairs = {pair for d in drafts for pair in external_ids(d)}
        named: dict[ExternalId, str] = {}
        if pairs:
            systems, values = (list(part) for part in zip(*pairs, strict=True))
            rows = queries.records_by_external_id(conn, type=table.standard.name, systems=systems, values=values)
            named = {(row["system"], row["value"]): row["id"] async for row in rows}
        own = {id for d in drafts if (id := own_id(table, d))}
        ids = list(identifiers_in(own) | set(named.values()))
        today = await store.lock(conn, table, ids) if ids else {}
        absent = [id for id in ids if id not in today]
        gone = await store.retired(conn, table, absent) if absent else {}
        return cls(named, today, gone)


def _decide(table: Table, load: Load, draft: Draft, known: _Known, taken: Taken) -> bool:
    """True if the draft is to be recorded."""
    own = own_id(table, draft)
    named = {id for pair in external_ids(draft) if (id := known.named.get(pair))}
    id = own if own in known.today or own in known.gone or not named else min(named)
    if id is None or (id not in known.today and id not in known.gone):
        return True
    if fault := next((known.elsewhere[n] for n in (id, *sorted(named)) if n in known.elsewhere), None):
        taken.refuse(draft.line, [fault])
        return False
    if load.on_duplicate is OnDuplicate.SKIP:
        taken.unchanged += 1
        return False
    if fault := _clash(table, load, own, id, named, known):
        taken.refuse(draft.line, [fault])
        return False
    draft.change, draft.id = Change(load.change), id
    draft.data = _merged(known.today[id].data, draft.data)
    if draft.change is Change.CORRECT:
        draft.valid_from = None  # over the whole life of the version of today
        if draft.data == known.today[id].data:
            taken.unchanged += 1
            taken.outcomes[draft.line or 0] = ("unchanged", id, known.today[id].version)
            return False
    return True


def _clash(table: Table, load: Load, own: str | None, id: str, named: set[str], known: _Known) -> Fault | None:
    name = table.standard.name
    others = sorted(named - {own or id})
    if others:
        remedy = "Give only identifiers of one record, or correct the record that carries the wrong one."
        return Fault(f"its external identifiers name {', '.join(others)}", remedy, "/external_ids")
    if load.on_duplicate is OnDuplicate.FAIL:
        return Fault(f"there is already a {name} {id}", _HOW, "/id", value=id)
    if id not in known.today:
        return Fault(f"the {name} {id} is not in force today", "Restore it with PUT if that is meant.", "/id", value=id)
    return None


def _merged(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the given fields put in; null takes a value away, external identifiers come on top."""
    merged: dict[str, Any] = merge_patch(before, given)
    if given.get("external_ids") is not None and before.get("external_ids"):
        fresh = entries(given["external_ids"])
        taken = set(map(_pair, fresh))
        kept = [e for e in before["external_ids"] if _pair(e) not in taken]
        merged["external_ids"] = [*kept, *fresh]
    return merged
