"""A village whose water is tested: its people, a kit, a laboratory, a point on a scheme; and the calls of that work."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from people_kit import House, Somebody, house, role

VILLAGE, PLACE, DISTRICT = "VIL-901400", "village/901400", "district/901"
KIT_PARAMETERS = ("ph", "f", "fe", "no3", "as", "cl", "th", "alk", "frc")
LABORATORY = {
    "name": "Purva district laboratory",
    "name_local": "पूर्वा ज़िला प्रयोगशाला",
    "level": "district",
    "district": "DIS-901",
    "accreditation": "nabl",
    "accredited_upto": "2027-03-31",
    "accredited_parameters": ["as", "f", "fe", "no3", "tds", "ph", "ecoli", "tc"],
}
KIT = {
    "village": VILLAGE,
    "batch": "B-7",
    "number": "K-1",
    "status": "in_use",
    "expires_on": "2027-05-31",
    "parameters": list(KIT_PARAMETERS),
    "reagents": [{"parameter": "as", "left": 2, "expires_on": "2027-05-31"}],
}


class RemedyWorld:
    """The house of these tests, who works in it, and what they work with."""

    def __init__(self, opened: House) -> None:
        """A house before its people came."""
        self.house = opened
        self.ids: dict[str, str] = {}
        self.people: dict[str, Somebody] = {}

    def __getattr__(self, name: str) -> Somebody:
        """The person who plays that part."""
        try:
            return self.people[name]
        except KeyError as error:
            raise AttributeError(name) from error

    async def settle(self) -> None:
        """People, and what they work with."""
        await self.lay_out()
        for name, post, place in (
            ("tester", "ftk_tester", PLACE),
            ("mitra", "nal_jal_mitra", PLACE),
            ("analyst", "laboratory_analyst", DISTRICT),
            ("in_charge", "laboratory_in_charge", DISTRICT),
            ("officer", "district_officer", DISTRICT),
        ):
            self.people[name] = await self.house.somebody(None, place, role(post, place))

    async def lay_out(self) -> None:
        """Laboratory, kit, scheme, source and two points."""
        self.ids["laboratory"] = await self.made("laboratories", LABORATORY)
        self.ids["kit"] = await self.made("test_kits", KIT)
        self.ids["source"] = await self.made(
            "water_sources", {"village": VILLAGE, "kind": "deep_tube_well", "name": "Well"}
        )
        scheme = {"name": "Katada scheme", "kind": "SVS", "status": "commissioned", "villages": [VILLAGE]}
        self.ids["scheme"] = await self.made("schemes", scheme | {"sources": [self.ids["source"]]})
        for name in ("Well head", "School"):
            point = {"name": name, "kind": "source" if name == "Well head" else "school", "village": VILLAGE}
            more = {"scheme": self.ids["scheme"], "water_source": self.ids["source"]}
            self.ids[name] = await self.made("sampling_points", point | more)

    async def made(self, plural: str, body: dict[str, Any]) -> str:
        """A record that the keeper made."""
        return str((await self.house.call(None, "POST", f"/{plural}", body, 201))["id"])

    @property
    def point(self) -> dict[str, Any]:
        """Where the water is tested."""
        return {
            "village": VILLAGE,
            "point_kind": "source",
            "sampling_point": self.ids["Well head"],
            "scheme": self.ids["scheme"],
            "water_source": self.ids["source"],
        }

    def at(self, **ago: float) -> str:
        """A time that has passed."""
        return (self.house.clock.instant - timedelta(**ago)).isoformat()

    async def begun(self, by: Somebody | None, workflow: str, action: str, data: Any, status: int = 201) -> Any:
        """A case that somebody begins."""
        body = {"workflow": workflow, "action": action, "data": data}
        return await self.house.call(by, "POST", "/cases", body, status)

    async def do(
        self, by: Somebody | None, id: str, action: str, data: Any = None, status: int = 200, **more: Any
    ) -> Any:
        """An action taken in a case."""
        body = {"action": action, "data": data or {}} | more
        return await self.house.call(by, "POST", f"/cases/{id}:transition", body, status)

    async def case(self, id: str, by: Somebody | None = None) -> Any:
        """A case as it stands."""
        return await self.house.call(by, "GET", f"/cases/{id}")

    async def only(self, plural: str, **filters: str) -> Any:
        """The one record of a list."""
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        (found,) = (await self.house.call(None, "GET", f"/{plural}?{query}"))["items"]
        return found

    def kit_test(self, **results: str) -> dict[str, Any]:
        """A kit test of the well that was just done."""
        found = [{"parameter": name, "result": result} for name, result in results.items()]
        return self.point | {"tested_at": self.at(), "kit": self.ids["kit"], "results": found}

    async def sampled(self, tests: tuple[str, ...] = ("as",), status: int = 201, **more: Any) -> Any:
        """A sample of the well that the tester just took and registered."""
        self.house.later(minutes=1)
        told = self.point | {"collected_at": self.at(), "tests_asked": list(tests)} | more
        return await self.begun(self.tester, "sample", "REGISTER", told, status)

    async def tested(self, id: str, approve: bool = True, **values: Any) -> Any:
        """A sample that went through the laboratory with these values, in the units of the limits."""
        self.house.later(minutes=1)
        told = {"laboratory": self.ids["laboratory"], "received_at": self.at(), "condition": "good"}
        await self.do(self.analyst, id, "RECEIVE", told)
        await self.do(self.analyst, id, "ACCEPT")
        self.house.later(minutes=1)
        await self.do(self.analyst, id, "SUBMIT_RESULTS", {"results": self.results(**values)})
        return await self.do(self.in_charge, id, "APPROVE") if approve else await self.case(id)

    def results(self, **values: Any) -> list[dict[str, Any]]:
        """Results of a test that was just done: a number, or a dictionary such as {"below": 0.005}."""
        found: list[dict[str, Any]] = []
        for name, value in values.items():
            told = value if isinstance(value, dict) else {"value": value}
            found.append({"parameter": name, "tested_at": self.at(), "method": "aas"} | told)
        return found

    async def remedied(self, id: str) -> Any:
        """A contamination up to the remedy."""
        await self.do(self.officer, id, "NOTIFY", {"informed": ["health", "vwsc"]})
        await self.do(self.officer, id, "ADVISE", {"advisory": "other_source"})
        await self.do(self.officer, id, "ASSIGN", person=self.mitra.id)
        self.house.later(minutes=1)
        return await self.do(self.mitra, id, "RECORD_ACTION", {"remedy": "treatment_unit", "remedied_at": self.at()})


@asynccontextmanager
async def remedy_world(folder: Path, database_url: str) -> AsyncGenerator[RemedyWorld, None]:
    """The world on a node of its own."""
    async with house(folder, database_url) as opened:
        world = RemedyWorld(opened)
        await world.settle()
        yield world
