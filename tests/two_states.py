"""Two States with people and taps, for tests of who sees and does what where; what lies where is worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jjm.access import NODE
from jjm.registry import Change, Draft, Registry, examine, record, store

SINCE = date(2020, 1, 26)
AREAS: list[tuple[str, dict[str, Any]]] = [
    ("state", {"code": "21", "name": "Odisha", "iso": "IN-OD", "kind": "state"}),
    ("state", {"code": "18", "name": "Assam", "iso": "IN-AS", "kind": "state"}),
    ("district", {"code": "345", "name": "Angul", "state": "STA-21"}),
    ("district", {"code": "346", "name": "Cuttack", "state": "STA-21"}),
    ("district", {"code": "601", "name": "Cachar", "state": "STA-18"}),
    ("subdistrict", {"code": "2651", "name": "Athmallik", "district": "DIS-345"}),
    ("subdistrict", {"code": "2660", "name": "Salepur", "district": "DIS-346"}),
    ("subdistrict", {"code": "2110", "name": "Silchar", "district": "DIS-601"}),
    ("block", {"code": "3339", "name": "Kishorenagar", "districts": ["DIS-345"]}),
    ("block", {"code": "3340", "name": "Border", "districts": ["DIS-345", "DIS-346"]}),
    ("block", {"code": "6001", "name": "Tapang", "districts": ["DIS-601"]}),
    ("local_body", {"code": "31", "name": "Paiksahi", "state": "STA-21", "blocks": ["BLK-3339"]}),
    ("local_body", {"code": "32", "name": "Ranigoda", "state": "STA-21", "blocks": ["BLK-3340"]}),
    ("local_body", {"code": "61", "name": "Dudhpatil", "state": "STA-18", "blocks": ["BLK-6001"]}),
    ("village", {"code": "399101", "name": "Rampur", "subdistrict": "SDT-2651", "local_bodies": ["LOB-31"]}),
    ("village", {"code": "399102", "name": "Sundarpur", "subdistrict": "SDT-2651", "local_bodies": ["LOB-32"]}),
    ("village", {"code": "399103", "name": "Sasan", "subdistrict": "SDT-2660", "local_bodies": ["LOB-32"]}),
    ("village", {"code": "399601", "name": "Dholai", "subdistrict": "SDT-2110", "local_bodies": ["LOB-61"]}),
]
VILLAGES = ("VIL-399101", "VIL-399102", "VIL-399103", "VIL-399601")
STATES = ("STA-21", "STA-18")

INSIDE: Mapping[str, frozenset[str]] = {
    "state/21": frozenset({"STA-21", "VIL-399101", "VIL-399102", "VIL-399103"}),
    "state/18": frozenset({"STA-18", "VIL-399601"}),
    "district/345": frozenset(
        {"VIL-399101", "VIL-399102", "VIL-399103"}
    ),  # 399103 through its panchayat's block, which lies in both
    "district/346": frozenset({"VIL-399102", "VIL-399103"}),
    "district/601": frozenset({"VIL-399601"}),
    "block/3339": frozenset({"VIL-399101"}),
    "block/3340": frozenset({"VIL-399102", "VIL-399103"}),
    "local_body/31": frozenset({"VIL-399101"}),
    "village/399102": frozenset({"VIL-399102"}),
    "district/999": frozenset(),
}
"""What lies in each of these, as far as records of this world name it."""


@dataclass
class Told:
    """A version of a record as it was told: of which type, where it lies, its number, whether it ended the record."""

    type: str
    id: str
    version: int
    place: str | None
    ended: bool = False


@dataclass
class World:
    """The two States, and every version of every record that was put in beside the areas."""

    registry: Registry
    told: list[Told] = field(default_factory=list[Told])

    @classmethod
    async def begun(cls, registry: Registry) -> World:
        """Put both States in, with people and taps that came, moved, left and came back."""
        world = cls(registry)
        async with registry.database.read() as conn:
            known = await store.get_many(conn, registry.table("state"), list(STATES))
        for type, data in AREAS:
            if type != "state" or not known:
                await put(registry, type, dict(data))
        await world._people()
        return world

    async def _people(self) -> None:
        homes = [village for village in VILLAGES for _ in range(3)]
        households = [await self.put("household", _household(village, n)) for n, village in enumerate(homes)]
        for n, household in enumerate(households[::2]):
            tap = {"household": household, "village": homes[2 * n], "status": "functional"}
            await self.put("tap_connection", {**tap, "location": _point(n)})
        for n, state in enumerate((*STATES, *STATES)):
            await self.put("functionary", {"name": f"Kamala Namuna{n}", "kind": "department_staff", "state": state})
            await self.put("organisation", {"name": f"Sangha {n}", "kind": "ngo", "state": state})
        for state in (*STATES, None):
            about = {"kind": "new_record", "status": "open", "about_type": "village"}
            await self.put("proposal", {**about, **({"state": state} if state else {})})
        await self.move(households[0], "VIL-399103")
        await self.move(households[3], "VIL-399101")
        await self.move(households[3], "VIL-399102")
        await self.end(households[1])
        await self.end(households[7])
        await self.move(households[7], "VIL-399101", "restore")

    async def put(self, type: str, data: dict[str, Any]) -> str:
        """A new record."""
        id = await put(self.registry, type, data)
        self.told.append(Told(type, id, 1, data.get(self.registry.table(type).standard.area or "")))
        return id

    async def move(self, household: str, village: str, change: str = "change") -> None:
        """A household lives elsewhere."""
        n = len(self.told)  # another name each time
        await put(self.registry, "household", _household(village, n), change, id=household, valid_from=None)
        self.told.append(Told("household", household, self.versions(household) + 1, village))

    async def end(self, household: str) -> None:
        """A household is no more."""
        await put(self.registry, "household", {}, "retire", id=household, valid_from=None)
        place = next(t.place for t in reversed(self.told) if t.id == household)
        self.told.append(Told("household", household, self.versions(household) + 1, place, ended=True))

    def versions(self, id: str) -> int:
        """How many versions a record has."""
        return sum(t.id == id for t in self.told)

    def today(self, type: str) -> dict[str, Told]:
        """The last version of each record of a type."""
        return {t.id: t for t in self.told if t.type == type}


def _household(village: str, n: int) -> dict[str, Any]:
    return {"village": village, "head_name": f"Mukhiya Namuna{n}", "members": n % 7 + 1}


def _point(n: int) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [84.0 + n / 100, 20.5]}


async def put(registry: Registry, type: str, data: dict[str, Any], change: str = "create", **rest: Any) -> str:
    """Record one draft as the node, and give its identifier."""
    table = registry.table(type)
    draft = Draft(Change(change), data, **({"valid_from": SINCE} | rest))
    async with registry.database.write() as conn:
        faults = (await examine(registry, conn, table, [draft]))[0]
        assert not faults, faults
        return (await record(registry, conn, NODE, table, [draft]))[0].id
