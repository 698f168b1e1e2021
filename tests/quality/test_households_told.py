"""The households that drink contaminated water are told of each advice, once a number, and counted without a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import nodes
import pytest
import pytest_asyncio
from people_kit import house
from remedy_world import PLACE, VILLAGE, RemedyWorld

from jjm.solutions.quality.households import service, tell_households

SETTLED = """
select not exists (select from quality.telling where ended_at is null)
  and (select position from quality.reader where name = 'households') = (select max(size) - 1 from ledger.checkpoint)
"""


@pytest_asyncio.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested, on a node that writes messages into a file."""
    async with house(tmp_path / "node", database_url, messages="outbox") as opened:
        found = RemedyWorld(opened)
        await found.settle()
        yield found


async def follow(world: RemedyWorld) -> None:
    """Have all told that is to be told, whether it is this or the node itself that does it."""
    node = world.house.node
    await nodes.sequenced(node)
    async with asyncio.timeout(60):
        while True:
            async with node.database.write() as conn:
                await tell_households(node.registry, node.notices, conn)
            async with node.database.read() as conn:
                if await conn.fetchval(SETTLED):
                    return


async def messages(world: RemedyWorld, event: str) -> list[dict[str, Any]]:
    """What was written by an event: language, channel, and when it may be sent."""
    rows = await world.house.rows(
        "select recipient, person, channel, language, due_at, key from notify.message where event = $1", event
    )
    return [dict(row) for row in rows]


async def advised(world: RemedyWorld) -> str:
    """A contamination of the well about which people were advised."""
    await follow(world)
    await world.tested((await world.sampled())["id"], **{"as": 0.08})
    case = str((await world.only("contaminations", village=VILLAGE))["id"])
    await world.do(world.officer, case, "NOTIFY", {"informed": ["health", "vwsc"]})
    await world.do(world.officer, case, "ADVISE", {"advisory": "other_source"})
    return case


async def counted(world: RemedyWorld, case: str) -> list[dict[str, Any]]:
    """What the officer is told of who was told."""
    return (await world.house.call(world.officer, "GET", f"/quality/contaminations/{case}/served"))["messages"]


async def test_each_household_is_told_once_in_its_language_and_only_numbers_are_kept(world: RemedyWorld) -> None:
    mitra = world.mitra
    phones = ("+919876500011", "+919876500012", "+919876500012", None, mitra.phone)
    for number, phone in enumerate(phones):
        told = {"village": VILLAGE, "head_name": f"Asha {number}", "language": ("or", "hi")[number % 2]}
        await world.made("households", told | ({"phone": phone} if phone else {}))
    world.house.later(hours=12)  # 23:30 in India: nobody is woken
    for one in world.people.values():
        await world.house.sign_in(one)
    case = await advised(world)
    await follow(world)
    await follow(world)
    found = await messages(world, "water-other-source")
    outside = [one for one in found if one["channel"] == "sms"]
    assert sorted(one["language"] for one in outside if one["person"] is None) == ["hi", "or"], "Odisha has Odia words"
    assert {one["channel"] for one in found if one["person"] == mitra.id} == {"inbox", "sms"}
    assert len(outside) == 3, "two households have one number"
    assert all(one["due_at"] - world.house.clock.instant > timedelta(hours=5) for one in outside)
    (said,) = await counted(world, case)
    assert (said["told"], said["no_contact"], said["no_carrier"]) == (4, 1, 0)
    assert said["ended_at"] and said["notice"] == "water-other-source"

    # Families see that the node read their number, and for what; the ledger knows of nobody.
    readings = world.house.node.registry.readings
    assert readings is not None
    await readings.settle(world.house.node.database)
    read = await world.house.call(None, "GET", f"/readings?place={PLACE}&type=household&purpose=water_quality")
    assert read["items"] and all("node" in str(one["reader"]) for one in read["items"]), read
    rows = await world.house.rows("select document from workflow.step")
    assert "98765" not in "".join(row["document"] for row in rows)

    # Another advice is told anew, and ends what was on its way; a safe retest ends the advice.
    await world.do(world.officer, case, "ADVISE", {"advisory": "tanker"})
    await follow(world)
    assert [one["notice"] for one in await counted(world, case)] == ["water-tanker", "water-other-source"]
    await world.do(world.officer, case, "ASSIGN", person=mitra.id)
    world.house.later(minutes=1)
    await world.do(mitra, case, "RECORD_ACTION", {"remedy": "treatment_unit", "remedied_at": world.at()})
    retest = await world.sampled(purpose="retest")
    await world.do(world.tester, case, "RETEST_SAMPLED", links=[{"kind": "retest", "id": retest["id"]}])
    await world.tested(retest["id"], **{"as": 0.004})
    await follow(world)
    assert len([one for one in await messages(world, "water-tested-again") if one["channel"] == "sms"]) == 3


async def test_a_crash_between_pages_tells_nobody_twice_and_leaves_nobody_out(
    world: RemedyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await world.made("households", {"village": VILLAGE, "phone": f"+9198765001{number:02}"})
    monkeypatch.setattr(service, "_PAGE", 2)
    monkeypatch.setattr("jjm.app.upkeep.solutions", tuple)  # the node must not take a page in between by itself
    case, node = await advised(world), world.house.node
    await nodes.sequenced(node)
    read = tell_households
    async with node.database.write() as conn:
        await read(node.registry, node.notices, conn)
    with pytest.raises(ConnectionError):
        async with node.database.write() as conn:  # written, and lost before the commit
            await read(node.registry, node.notices, conn)
            raise ConnectionError
    assert len(await messages(world, "water-other-source")) == 2
    await follow(world)
    found = await messages(world, "water-other-source")
    assert (len(found), len({one["recipient"] for one in found})) == (5, 5)
    assert [one["told"] for one in await counted(world, case)] == [5]


async def test_the_water_of_one_tap_is_told_to_its_family_alone(world: RemedyWorld) -> None:
    taps: list[str] = []
    for number in range(2):
        family = await world.made("households", {"village": VILLAGE, "phone": f"+9198765002{number:02}"})
        about = {"household": family, "village": VILLAGE, "scheme": world.ids["scheme"], "status": "functional"}
        taps.append(await world.made("tap_connections", about))
    await follow(world)
    world.house.later(minutes=1)
    place = {"village": VILLAGE, "point_kind": "household", "scheme": world.ids["scheme"]}
    told = place | {"collected_at": world.at(), "tests_asked": ["as"], "tap_connection": taps[0]}
    sample = await world.begun(world.tester, "sample", "REGISTER", told)
    await world.tested(sample["id"], **{"as": 0.08})
    case = str((await world.only("contaminations", village=VILLAGE))["id"])
    await world.do(world.officer, case, "NOTIFY", {"informed": ["health", "vwsc"]})
    await world.do(world.officer, case, "ADVISE", {"advisory": "other_source"})
    await follow(world)
    assert len(await messages(world, "water-other-source")) == 1
    assert [(one["told"], one["no_contact"]) for one in await counted(world, case)] == [(1, 0)]


async def test_of_a_private_source_those_who_drink_from_it_are_told_where_they_are_known(world: RemedyWorld) -> None:
    families = [
        await world.made("households", {"village": VILLAGE, "phone": f"+9198765003{number:02}"}) for number in range(3)
    ]
    await follow(world)

    async def told_of(**more: Any) -> list[dict[str, Any]]:
        world.house.later(minutes=1)
        place = {"village": VILLAGE, "point_kind": "private_source", "collected_at": world.at(), "tests_asked": ["as"]}
        sample = await world.begun(world.tester, "sample", "REGISTER", place | more)
        await world.tested(sample["id"], **{"as": 0.08})
        case = str((await world.only("contaminations", sample=sample["id"]))["id"])
        await world.do(world.officer, case, "NOTIFY", {"informed": ["health", "vwsc"]})
        await world.do(world.officer, case, "ADVISE", {"advisory": "other_source"})
        await follow(world)
        return await counted(world, case)

    at = {"type": "Point", "coordinates": [85.12, 20.31]}
    (said,) = await told_of(families=families[:2])
    assert (said["told"], said["no_contact"]) == (2, 0), "the family whose it is, and the neighbour who draws from it"
    assert len(await messages(world, "water-other-source")) == 2, "no stranger hears whose water it is"
    (said,) = await told_of(location=at)
    assert said["told"] == 3, "where nobody knows who drinks from it, every family may"
    assert len(await messages(world, "water-other-source")) == 5

    public = {"village": VILLAGE, "point_kind": "handpump", "collected_at": world.at(), "tests_asked": ["as"]}
    refused = await world.begun(world.tester, "sample", "REGISTER", public | {"families": families}, 422)
    assert "families are named of a private source alone" in refused["errors"][0]["message"]
