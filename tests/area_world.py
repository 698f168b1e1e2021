"""A small world of areas, what may be done to it, and whether its trees equal those the records tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import trees_oracle as oracle

from jjm.access import NODE
from jjm.kit import Problem, ReadConnection, SetClock, WriteConnection
from jjm.registry import Change, Draft, Registry, Table, examine, record, settle_due
from jjm.registry.operations import Operation, parse
from jjm.registry.service import areas, areas_shown, areas_undo

ORDER = {"number": "1", "date": "2026-01-01"}
TARGETS = {
    "district": ("state",),
    "subdistrict": ("district",),
    "block": ("districts",),
    "local_body": ("parent", "blocks"),
    "village": ("subdistrict", "local_bodies"),
}
START = datetime(2026, 4, 1, 6, tzinfo=UTC)
FIRST = date(2025, 1, 1)
Seen = tuple[Any, ...]


class World:
    """A small world of areas, and what may be done to it, each in a transaction of its own."""

    def __init__(self, registry: Registry, clock: SetClock) -> None:
        self.registry, self.clock = registry, clock
        self.made: list[str] = []
        self.undone = 0
        self.codes = 0

    async def begin(self) -> None:
        """Empty the tables and put the first areas in."""
        self.clock.instant = START
        self.codes = 900
        names = [t for s in self.registry.levels() for t in (s.name, f"{s.name}_history")]
        more = ["area", "area_version", "area_closure", "area_ended", "lineage", "area_operation", "scheduled", "name"]
        async with self.registry.database.write() as conn:
            await conn.execute(f"truncate {', '.join(f'registry.{t}' for t in [*names, *more])}")
            for n in (1, 2):
                iso = f"IN-A{'AB'[n - 1]}"
                await self.put(conn, "state", {"code": str(n), "name": f"S{n}", "iso": iso, "kind": "state"})
            for n in (1, 2, 3):
                await self.put(conn, "district", {"code": str(n), "name": f"D{n}", "state": f"STA-{n % 2 + 1}"})
            for n in (1, 2, 3):
                await self.put(conn, "subdistrict", {"code": str(n), "name": f"T{n}", "district": f"DIS-{n}"})
                await self.put(conn, "block", {"code": str(n), "name": f"B{n}", "districts": [f"DIS-{n}"]})
                lob = {"code": str(n), "name": f"L{n}", "state": "STA-1", "blocks": [f"BLK-{n}"]}
                await self.put(conn, "local_body", lob)
            await self.put(conn, "local_body", {"code": "4", "name": "Town", "state": "STA-1", "urban": True})
            for n in (1, 2, 3, 4):
                places = {"subdistrict": f"SDT-{n % 3 + 1}", "local_bodies": [f"LOB-{n % 3 + 1}"]}
                await self.put(conn, "village", {"code": str(n), "name": f"V{n}", **places})

    async def put(
        self, conn: WriteConnection, type: str, data: dict[str, Any], change: str = "create", **rest: Any
    ) -> None:
        """Record one draft; one that breaks a rule is left."""
        draft = Draft(Change(change), data, **{"valid_from": FIRST, **rest})
        table = self.registry.table(type)
        if not (await examine(self.registry, conn, table, [draft]))[0]:
            await record(self.registry, conn, NODE, table, [draft])

    async def act(self, what: str, a: int, b: int, day: date, flag: bool) -> None:
        """One thing done; what is refused changes nothing."""
        self.clock.instant += timedelta(seconds=1)
        with suppress(Problem):
            async with self.registry.database.write() as conn:
                actions: dict[str, Callable[..., Awaitable[None]]] = {
                    "patch": self._patch, "retire": self._retire, "restore": self._restore, "undo": self._undo,
                    "advance": self._advance,
                }  # fmt: skip
                await actions.get(what, self._operate)(conn, what, a, b, day, flag)

    async def _patch(self, conn: WriteConnection, what: str, a: int, b: int, day: date, flag: bool) -> None:
        type, id, data = await self._pick(conn, a)
        if fields := TARGETS.get(type):
            field = fields[b % len(fields)]
            known = self.registry.table(type).standard.field(field)
            others = await conn.fetch(
                "select id from registry.area where type = $1 order by id", known.ref or known.item.ref
            )
            if others:
                one = others[b % len(others)]["id"]
                data[field] = one if known.kind == "ref" else sorted({one, *(data.get(field) or [])} if flag else {one})
        await self.put(conn, type, data, "correct" if b % 5 == 0 else "change", id=id, valid_from=day)

    async def _retire(self, conn: WriteConnection, what: str, a: int, b: int, day: date, flag: bool) -> None:
        type, id, _ = await self._pick(conn, a)
        await self.put(conn, type, {}, "retire", id=id, valid_from=day)

    async def _restore(self, conn: WriteConnection, what: str, a: int, b: int, day: date, flag: bool) -> None:
        type, id, data = await self._pick(conn, a)
        await self.put(conn, type, data, "restore", id=id, valid_from=day)

    async def _advance(self, conn: WriteConnection, what: str, a: int, b: int, day: date, flag: bool) -> None:
        self.clock.instant += timedelta(days=5 * b)
        await settle_due(self.registry, conn)

    async def _operate(self, conn: WriteConnection, what: str, a: int, b: int, day: date, flag: bool) -> None:
        type, id, _ = await self._pick(conn, a)
        same = await conn.fetch("select distinct id from registry.area_version where type = $1 order by id", type)
        other = same[b % len(same)]["id"]
        children = await conn.fetch("select id from registry.area where parents && array[$1] order by id", id)
        given = [row["id"] for n, row in enumerate(children) if not flag or b & 1 << n]
        self.codes += 1
        bodies: dict[str, dict[str, Any]] = {
            "rename": {"name": f"N{b}"},
            "split": {"into": [{"code": str(self.codes), "name": "New", "children": given}], "keep": flag},
            "merge": {"with": [], "into": other},
            "code": {"into": {"code": str(self.codes), "name": "Recoded"}},
            "abolish": {"successors": [other]},
            "reparent": {"parents": await self._elsewhere(conn, type, b)},
            "urbanise": {"into": "LOB-4"},
        }
        what, back = what.removesuffix(" and back"), what.endswith(" and back")
        kind = "merge" if what == "code" else what
        asked = parse(kind, {"effective": day.isoformat(), "order": ORDER, **bodies[what]})
        table = self.registry.table(type)
        before = await seen(self.registry, conn)
        known = {row["id"] for row in await conn.fetch("select id from registry.area_version")}
        operation = await self._as_previewed(conn, table, id, asked)
        if not back:
            self.made.append(operation)
            return
        self.clock.instant += timedelta(seconds=1)
        await areas_undo.undo(self.registry, conn, NODE, operation)
        assert await seen(self.registry, conn, known) == before
        self.undone += 1

    async def _as_previewed(self, conn: WriteConnection, table: Table, id: str, asked: Operation) -> str:
        """Do what was previewed: it is refused for the reasons shown, or touches what was shown."""
        shown = await areas_shown.preview(self.registry, conn, NODE, table, id, asked)
        try:
            operation = await areas.perform(self.registry, conn, NODE, table, id, asked)
        except Problem as problem:
            # The deed stops at the first type that has faults, the preview shows those of all.
            assert {fault.message for fault in problem.faults} <= {p["message"] for p in shown["problems"]}
            assert problem.faults
            raise
        assert shown["problems"] == []
        done = await areas_shown.operation(conn, operation)
        assert shown["touched"] == done["touched"]
        assert sorted(map(str, shown["lineage"])) == sorted(map(str, done["lineage"]))
        return operation

    async def _elsewhere(self, conn: WriteConnection, type: str, b: int) -> dict[str, Any]:
        """Another area to lie in, by field."""
        fields = TARGETS.get(type, ("state",))
        field = fields[b % len(fields)]
        known = self.registry.table(type).standard
        if all(f.name != field for f in known.fields):
            return {field: "STA-1"}
        ref = known.field(field)
        target = ref.ref or (ref.item.ref if ref.item else None)
        others = await conn.fetch("select id from registry.area where type = $1 order by id", target)
        one = others[b % len(others)]["id"] if others else "STA-1"
        return {field: one if ref.kind == "ref" else [one]}

    async def _undo(self, conn: WriteConnection, what: str, a: int, b: int, day: date, flag: bool) -> None:
        if self.made:
            await areas_undo.undo(self.registry, conn, NODE, self.made.pop(b % len(self.made)))

    async def _pick(self, conn: WriteConnection, a: int) -> tuple[str, str, dict[str, Any]]:
        rows = await conn.fetch("select distinct id, type from registry.area_version order by id")
        type, id = rows[a % len(rows)]["type"], rows[a % len(rows)]["id"]
        table = self.registry.table(type)
        both = " union all ".join(f"select * from {source} where id = $1" for source in (table.current, table.history))
        found = await conn.fetch(f"{both} order by version desc limit 1", id)
        fields = ("code", "name", "iso", "kind", *(table.standard.level.parents if table.standard.level else ()))
        return type, id, {f: found[0][f] for f in fields if f in table.columns and found[0][f]}


async def seen(registry: Registry, conn: ReadConnection, only: set[str] | None = None) -> Seen:
    """What the trees answer: today, by name, and on many days as known now."""
    today = await conn.fetch("select id, name, array(select unnest(parents) order by 1) from registry.area order by id")
    closure = await conn.fetch("select ancestor, descendant, ancestor_rank from registry.area_closure order by 1, 2")
    names = await conn.fetch("select type, id, name from registry.name order by 1, 2, 3")
    days = [FIRST + timedelta(days=n) for n in range(0, 900, 60)]
    roots = ["STA-1", "STA-2", "DIS-1", "SDT-1", "LOB-1"]
    as_of = [
        (root, day, sorted(row[0] for row in await conn.fetch(
            "select registry.areas_as_of($1, $2, 'infinity')", root, day)))
        for root in roots for day in days
    ]  # fmt: skip
    if only is not None:
        closure = [row for row in closure if row["descendant"] in only]
        as_of = [(root, day, [id for id in found if id in only]) for root, day, found in as_of]
    return [tuple(r) for r in today], [tuple(r) for r in closure], [tuple(r) for r in names], as_of


async def check(world: World) -> None:
    """The trees of today and of other days, against the records read the slow way."""
    registry = world.registry
    async with registry.database.read() as conn:
        known = await oracle.versions(registry, conn)
        now = oracle.held(known, registry.clock.today(), datetime.max.replace(tzinfo=UTC))
        inforce = {id: v for id, v in now.items() if not v.ended}
        today = await conn.fetch("select id, name, parents from registry.area")
        assert {r["id"]: (r["name"], set(r["parents"])) for r in today} == {
            id: (v.name, set(v.parents)) for id, v in inforce.items()
        }
        closure = await conn.fetch("select ancestor, descendant from registry.area_closure")
        assert {(r["ancestor"], r["descendant"]) for r in closure} == {
            (top, id) for id in now for top in oracle.above(now, id)
        }
        named = await conn.fetch("select id, name from registry.name")
        assert {(r["id"], r["name"]) for r in named} == {(id, v.name) for id, v in inforce.items()}
        instants = sorted({v.recorded_at for v in known})
        for at in {instants[len(instants) // 2], instants[-1]}:
            for day in (date(2025, 3, 1), date(2026, 1, 15), date(2026, 4, 1), date(2026, 9, 1)):
                winners = oracle.held(known, day, at)
                for root in ("STA-1", "DIS-2", "LOB-1", "VIL-1"):
                    rows = await conn.fetch("select registry.areas_as_of($1, $2, $3)", root, day, at)
                    assert {row[0] for row in rows} == oracle.below(winners, root)


DAYS = (date(2025, 2, 1), date(2025, 8, 1), date(2026, 2, 1), date(2026, 4, 1), date(2026, 6, 1))
KINDS = ("rename", "split", "merge", "code", "abolish", "reparent", "urbanise")
