"""Who drinks contaminated water is computed from the registry of assets, and everybody is told in plain words."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest_asyncio
from remedy_world import VILLAGE, RemedyWorld, remedy_world

from jjm.solutions.quality.served import served


@pytest_asyncio.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncGenerator[RemedyWorld, None]:
    """A village whose water is tested, with four houses of which three have taps."""
    async with remedy_world(tmp_path / "node", database_url) as opened:
        for number in range(4):
            household = await opened.made("households", {"village": VILLAGE, "head_name": f"Asha {number}"})
            status = ("functional", "functional", "disconnected", "planned")[number]
            tap = {"household": household, "village": VILLAGE, "scheme": opened.ids["scheme"], "status": status}
            await opened.made("tap_connections", tap)
        yield opened


async def test_an_unsafe_source_is_followed_to_the_taps_and_everybody_is_told(world: RemedyWorld) -> None:
    sample = await world.sampled()
    await world.tested(sample["id"], **{"as": 0.08})
    case = await world.only("contaminations", village=VILLAGE)
    address = f"/quality/contaminations/{case['id']}"
    found = await world.house.call(world.officer, "GET", f"{address}/served")
    assert (found["traced"], found["schemes"], found["villages"]) == ("source", [world.ids["scheme"]], [VILLAGE])
    assert (found["taps"], found["households"]) == (2, 4)
    assert found["households_at"] == f"/api/v1/households?village={VILLAGE}"
    assert "Asha" not in str(found)
    assert (await world.house.anybody.get(f"/api/v1{address}/served")).status_code == 401

    async def told(lang: str) -> str:
        answer = await world.house.anybody.get(f"/api/v1{address}/notice", params={"lang": lang})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["text"])

    text = await told("en")
    assert text.startswith(
        "The water of the source of a scheme in Katada is not safe to drink. A laboratory found Total"
    )
    assert "30.11.2026" in text and "Boiling does not help" in text and "do not drink this water" in text
    assert "कुल आर्सेनिक" in await told("hi")
    await world.do(world.officer, case["id"], "NOTIFY", {"informed": ["health", "panchayat"]})
    await world.do(world.officer, case["id"], "ADVISE", {"advisory": "other_source"})
    assert "use another source" in await told("en")


async def test_an_unsafe_reservoir_reaches_what_it_feeds(world: RemedyWorld) -> None:
    async def component(kind: str, *fed_by: str) -> str:
        told = {"scheme": world.ids["scheme"], "village": VILLAGE, "kind": kind}
        return await world.made("scheme_components", told | ({"fed_by": list(fed_by)} if fed_by else {}))

    registry = world.house.node.registry
    reservoir = await component("elevated_reservoir")
    place: dict[str, Any] = {
        "village": VILLAGE, "point_kind": "storage", "scheme": world.ids["scheme"], "component": reservoir
    }  # fmt: skip
    async with registry.database.read() as conn:
        assert (await served(registry, conn, place)).traced == "scheme"
        assert (await served(registry, conn, {"village": VILLAGE, "point_kind": "handpump"})).traced == "place"
    main = await component("distribution_main", reservoir)
    await component("distribution_main", main)
    async with registry.database.read() as conn:
        found = await served(registry, conn, place)
    assert (found.traced, found.villages, found.taps) == ("network", (VILLAGE,), 2)
