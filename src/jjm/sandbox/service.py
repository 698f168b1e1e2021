"""Puts the synthetic State into a node, through the same checks as everything else, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias, cast

from jjm.access import Actor
from jjm.kit import Fault, Problem, WriteConnection, conflict, recall, remember
from jjm.registry import Change, Draft, Order, Registry, Split, examine, record, reorganise_areas
from jjm.sandbox.identity import Identities
from jjm.sandbox.making import source_of
from jjm.sandbox.model import Ground, Record, Summary
from jjm.sandbox.world import SEED, VILLAGES, ground, world

MARK = "synthetic"  # remembered as true by a node whose content is invented; pages and answers say so
_WHICH = "synthetic_world"
_ACTOR = Actor.with_permits("sandbox", "write")
_AT_ONCE = 20_000

Told: TypeAlias = Callable[[str, int], None]


async def fill(
    registry: Registry,
    *,
    seed: int = SEED,
    villages: int = VILLAGES,
    households: int | None = None,
    told: Told = lambda type, count: None,
) -> Summary:
    """Record the world of this seed in one transaction, as `sandbox`, and remember that the node is synthetic.

    What is there already stays as it is, so that a second start changes nothing, and a type that was added since gets
    its records. `told` hears of each type and how many records of it were recorded. Raises Problem 409 `another-world`
    on a node that holds the world of another seed or size.
    """
    which = {"seed": seed, "villages": villages, "households": households}
    async with registry.database.write() as conn:
        known = await _known(conn, which)
        if known == sorted(registry.catalogue.types):
            return Summary(seed)
        filling = _Filling(registry, conn, again=bool(known))
        for type, records in world(registry.catalogue, seed=seed, villages=villages, households=households):
            told(type, await filling.put(type, records))
        if not known:
            await filling.divide(ground(seed, villages, households))
        await remember(conn, MARK, True)
        await remember(conn, _WHICH, {**which, "types": sorted(registry.catalogue.types)})
    return Summary(seed, filling.created, filling.changed)


async def _known(conn: WriteConnection, which: dict[str, int | None]) -> list[str]:
    """The types that were filled before; empty for a node without a world. Raises Problem for another world."""
    before = cast("dict[str, Any] | None", await recall(conn, _WHICH))
    if before is None:
        return []
    if which != {name: before[name] for name in which}:
        said = ", ".join(f"{name} {before[name]}" for name in which if before[name] is not None)
        fault = Fault("the node holds another world", "Ask for that one, or start in a new folder (`--data DIR`).")
        raise conflict("another-world", f"This node was filled with {said}.", fault)
    return list(before["types"])


class _Filling:
    """Records the parts of one world, one after the other."""

    def __init__(self, registry: Registry, conn: WriteConnection, again: bool) -> None:
        self._registry, self._conn, self._again = registry, conn, again
        self._fresh: set[str] = set()
        self.created: dict[str, int] = {}
        self.changed = 0

    async def put(self, type: str, records: Sequence[Record]) -> int:
        """Record those that are not there yet, and what became of those that were not; how many that was."""
        table = self._registry.table(type)
        ever = {row["id"] for row in await self._conn.fetch(table.ever())}
        news = [r for r in records if (r["id"] in self._fresh if _is_later(r) else r["id"] not in ever)]
        done = 0
        for part in _parts(news):
            done += await self._record(type, [_draft(r) for r in part])
        return done

    async def divide(self, state: Ground) -> None:
        """Split the Gram Panchayat that was split, as the operation that it is."""
        gone, tables = state.division, self._registry.tables
        if gone is None or not {"local_body", "village"} <= tables.keys():
            return
        panchayat, village = (Identities(tables[type].standard, state.seed) for type in ("local_body", "village"))
        new: Record = {"code": gone.new.code, "name": gone.new.name.latin, "name_local": gone.new.name.local}
        new |= {"local_body_type": "3", "urban": False}
        new["children"] = [village.next({"code": state.villages[n].code}) for n in gone.villages]
        asked = Split(
            into=[new], keep=True, effective=gone.effective, order=Order(number=gone.order, date=gone.ordered)
        )
        subject = panchayat.next({"code": state.panchayats[gone.panchayat].code})
        source = source_of(state.seed)
        await reorganise_areas(self._registry, self._conn, _ACTOR, tables["local_body"], subject, asked, source=source)
        self.created["local_body"] += 1
        self.changed += len(gone.villages)

    async def _record(self, type: str, drafts: Sequence[Draft]) -> int:
        table = self._registry.table(type)
        faults = await examine(self._registry, self._conn, table, drafts)
        if any(faults) and not self._again:
            raise _refused(type, [fault for found in faults for fault in found])
        # What a later start adds may point to what somebody has retired meanwhile; then it stays away.
        good = [draft for draft, found in zip(drafts, faults, strict=True) if not found]
        outcomes = await record(self._registry, self._conn, _ACTOR, table, good) if good else []
        created = [o.id for o in outcomes if o.result == "created"]
        self._fresh.update(created)
        if created:
            self.created[type] = self.created.get(type, 0) + len(created)
        self.changed += len(outcomes) - len(created)
        return len(outcomes)


def _parts(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    for start in range(0, len(records), _AT_ONCE):
        yield records[start : start + _AT_ONCE]


def _is_later(told: Record) -> bool:
    return told["_meta"]["change"] != Change.CREATE


def _draft(told: Record) -> Draft:
    meta = told["_meta"]
    until = meta.get("valid_to")
    return Draft(
        Change(meta["change"]),
        {name: value for name, value in told.items() if name not in ("id", "_meta")},
        told["id"],
        date.fromisoformat(meta["valid_from"]),
        date.fromisoformat(until) if until else None,
        meta["source"],
        meta.get("reason"),
    )


def _refused(type: str, faults: Sequence[Fault]) -> Problem:
    detail = f"Synthetic records of {type} do not follow the standards of this node; nothing was recorded."
    return Problem("synthetic-refused", 422, "The synthetic State does not fit", detail, faults[:20])
