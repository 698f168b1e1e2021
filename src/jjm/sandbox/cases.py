"""What goes on in the invented State: water is sampled, tested, found unsafe, and some of it made safe again.

Everything is done by the actions of the workflows, as people would do it, each by somebody invented: nothing is written
past a rule, and each version says `synthetic`. The days lie in the last weeks of the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from jjm.access import NODE
from jjm.kit import WriteConnection, recall, remember
from jjm.registry import Ask as Wanted
from jjm.registry import page
from jjm.sandbox.chance import stream
from jjm.sandbox.making import source_of
from jjm.workflow import Ask, Workflows, begin, take

_PLAYED = "synthetic_cases"
_NEEDED = ("sample", "kit-test", "contamination")
_FIRST = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
_USUAL = {"f": (0.2, 0.9), "no3": (5, 40), "tds": (150, 450)}
_BAD = (1.6, 2.8)
_STORIES = (
    *("safe", "safe", "safe", "safe", "closed", "kit safe", "advised", "safe", "remedied"),
    *("waits", "opened", "safe", "under test", "kit unsafe", "registered", "safe", "closed"),
)
_FIELDS = ("village", "habitation", "scheme", "water_source")


async def play(workflows: Workflows, conn: WriteConnection, seed: int) -> int:
    """Let it happen once, in the caller's transaction; how many cases were begun by hand.

    Nothing happens on a node whose standards lack the workflows, or where there is neither point nor laboratory.
    """
    if not set(_NEEDED) <= workflows.declared.keys() or await recall(conn, _PLAYED):
        return 0
    rng = stream(seed, "cases")
    points = await _known(workflows, conn, "sampling_point", kind=["source", "school"])
    benches = await _known(workflows, conn, "laboratory", accreditation=["nabl"])
    await remember(conn, _PLAYED, True)
    if not points or not benches:
        return 0
    chosen = rng.sample(points, min(len(points), len(_STORIES)))
    for number, (point, story) in enumerate(zip(chosen, _STORIES, strict=False)):
        begun = _FIRST + timedelta(days=number, minutes=rng.randrange(240))
        await _Played(workflows, conn, seed, rng, point, benches[0]["id"], begun).tell(story)
    return min(len(points), len(_STORIES))


async def _known(
    workflows: Workflows, conn: WriteConnection, type: str, **equals: list[str]
) -> list[Mapping[str, Any]]:
    if type not in workflows.registry.tables:
        return []
    ask = Wanted(limit=1_000, equals=equals, cql2="source LIKE 'synthetic%'")
    return list((await page(workflows.registry, conn.asking, NODE, workflows.registry.table(type), ask)).items)


@dataclass
class _Played:
    """What happens at one point, and the time that has come there."""

    workflows: Workflows
    conn: WriteConnection
    seed: int
    rng: Random
    point: Mapping[str, Any]
    laboratory: str
    now: datetime

    async def tell(self, story: str) -> None:
        """One story from its beginning as far as it has come."""
        if story.startswith("kit"):
            await self._kit(story.removeprefix("kit "))
            return
        sample = await self._sampled({})
        if story == "registered":
            return
        bad = story in ("closed", "advised", "remedied", "opened")
        await self._tested(sample, bad, {"under test": 2, "waits": 3}.get(story, 4))
        if bad and story != "opened":
            await self._looked_after(sample, story)

    async def _looked_after(self, sample: str, story: str) -> None:
        """A contamination from the first word to as far as the story goes."""
        found = await _known_by(self.workflows, self.conn, sample)
        await self._do("officer", found, "NOTIFY", {"informed": ["health", "vwsc"]})
        await self._do("officer", found, "ADVISE", {"advisory": "other_source"})
        if story == "advised":
            return
        await self._do("officer", found, "ASSIGN", {})
        remedy = {"remedy": "treatment_unit", "remedied_at": self._later(days=2)}
        await self._do("operator", found, "RECORD_ACTION", remedy)
        if story == "closed":
            self._later(days=1)
            retest = await self._sampled({"purpose": "retest"})
            await self._do("sampler", found, "RETEST_SAMPLED", {}, (("retest", retest),))
            await self._tested(retest, False, 4)

    async def _kit(self, result: str) -> None:
        """A portal pushes a kit test; what is out of range goes to a laboratory by itself."""
        results = [{"parameter": "f", "result": result}, {"parameter": "no3", "result": "safe"}]
        data = self._place() | {"tested_at": self.now.isoformat(), "results": results}
        actor = replace(NODE, name="synthetic-portal", kind="application")
        await begin(self.workflows, self.conn, actor, "kit-test", self._ask("REPORT", data))

    async def _sampled(self, more: Mapping[str, Any]) -> str:
        data = self._place() | {"collected_at": self.now.isoformat(), "tests_asked": list(_USUAL)} | dict(more)
        actor = replace(NODE, name="synthetic-sampler")
        return (await begin(self.workflows, self.conn, actor, "sample", self._ask("REGISTER", data))).item.id

    async def _tested(self, id: str, bad: bool, steps: int) -> None:
        """A sample goes through the laboratory, so many steps of the four."""
        told = {"laboratory": self.laboratory, "received_at": self._later(hours=5), "condition": "good"}
        at = self._later(days=1)
        spans = _USUAL | ({"f": _BAD} if bad else {})
        results = [
            {"parameter": name, "tested_at": at, "value": round(self.rng.uniform(*span), 1 if name == "f" else 0)}
            for name, span in spans.items()
        ]
        course: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
            ("analyst", "RECEIVE", told),
            ("analyst", "ACCEPT", {}),
            ("analyst", "SUBMIT_RESULTS", {"results": results}),
            ("in-charge", "APPROVE", {}),
        )
        for who, action, data in course[:steps]:
            await self._do(who, id, action, data)

    async def _do(
        self, who: str, id: str, action: str, data: Mapping[str, Any], links: tuple[tuple[str, str], ...] = ()
    ) -> None:
        actor = replace(NODE, name=f"synthetic-{who}")
        await take(self.workflows, self.conn, actor, id, self._ask(action, data, links))

    def _ask(self, action: str, data: Mapping[str, Any], links: tuple[tuple[str, str], ...] = ()) -> Ask:
        return Ask(action, data, links=links, source=source_of(self.seed))

    def _place(self) -> dict[str, Any]:
        same = {name: self.point[name] for name in _FIELDS if self.point.get(name)}
        return same | {"point_kind": self.point["kind"], "sampling_point": self.point["id"]}

    def _later(self, **time: float) -> str:
        self.now += timedelta(**time)
        return self.now.isoformat()


async def _known_by(workflows: Workflows, conn: WriteConnection, sample: str) -> str:
    ask = Wanted(limit=1, equals={"sample": [sample]})
    table = workflows.registry.table("contamination")
    return str((await page(workflows.registry, conn.asking, NODE, table, ask)).items[0]["id"])
