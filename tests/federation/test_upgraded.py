"""A State moves with what release 0.1 recorded of it, whose versions are not divided from what is personal."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from typing import Any

import federated
import httpx
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network, digests, settled
from federation.as_in_0_1 import erased, upgraded
from federation.handing_over import PATHS, STATE, begin, change, is_equal, may_write, report, shown
from federation.test_lending import PURPOSE, until

from jjm.federation.sharing import lend
from jjm.registry import Whole

HOUSEHOLD: dict[str, Any] = {"village": "VIL-100001", "members": 3}
OLD = [
    {**HOUSEHOLD, "head_name": "Sitara", "phone": "+919999954321"},
    {**HOUSEHOLD, "head_name": "Changed since", "phone": "+919999954322"},
    {**HOUSEHOLD, "head_name": "Erased since"},
]

LATER = {**HOUSEHOLD, "head_name": "With a number that was open once", "phone": "+919999954324"}


@pytest_asyncio.fixture
async def world(postgres: Postgres, tmp_path: Path) -> AsyncGenerator[Network, None]:
    """A Centre that hosts Odisha, and was upgraded from release 0.1."""
    async with federated.network(postgres, tmp_path) as made:
        await federated.plant(await made.start(CENTRE))
        yield made


async def test_what_release_0_1_recorded_moves_too(world: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, proved by what the Centre's ledger says, back again and once more, and then it is confirmed."""
    old, changed, gone = await upgraded(world.nodes[CENTRE], OLD)
    (later,) = await upgraded(world.nodes[CENTRE], [LATER], "phone")
    centre = world.clients[CENTRE]
    assert await change(centre, changed, {"members": 4}) == 200
    await erased(world.nodes[CENTRE], gone)
    assert (await shown(centre, old))["_meta"]["personal"] == "undivided"
    assert (await shown(centre, later))["_meta"]["personal"] == "undivided"
    await _is_refused_as_long_as_it_is_altered(world, monkeypatch, old)
    state = world.clients[STATE]
    await until(lambda: may_write(world), 60)
    await until(lambda: is_equal(world), 60)
    await _are_there(state, old, changed, gone, later)

    # It is taken back, and goes once more: what the State's node had given away comes again.
    back = await centre.post(f"{PATHS}:take-back", json={"reason": "not yet"})
    assert back.status_code == 200, back.text
    await until(lambda: _is_withheld(state, old), 60)
    assert (await shown(centre, old))["head_name"] == "Sitara"
    begun = await centre.post(f"{PATHS}:begin", json={"reason": "now"})
    assert begun.status_code == 200, begun.text
    await until(lambda: may_write(world), 60)
    await until(lambda: is_equal(world), 60)
    await _are_there(state, old, changed, gone, later)
    held = {t["type"]: t["here"] for t in (await report(world))["types"]}
    assert (held["household"]["versions"], held["household"]["personal"]) == (5, 4)
    done = await centre.post(f"{PATHS}:confirm", json={"reason": "compared"})
    assert done.status_code == 200 and done.json()["state"] == "confirmed", done.text

    await until(lambda: _is_withheld(centre, old))
    assert (await shown(centre, old))["members"] == 3
    assert await change(state, old, {"head_name": "Sitara Devi"}) == 200
    assert [v["head_name"] for v in await _history(state, old)] == ["Sitara Devi", "Sitara"]
    await settled(world)
    assert await digests(world.nodes[STATE], "household") == await digests(world.nodes[CENTRE], "household")
    for node in world.nodes.values():
        assert [fault async for fault in federated.audit(node)] == []
    assert "Sitara" not in await federated.everything(world.nodes[CENTRE])


async def _is_refused_as_long_as_it_is_altered(world: Network, monkeypatch: pytest.MonkeyPatch, old: str) -> None:
    """Whatever in it is not as it was entered, the State's node takes nothing, and tells of which version."""
    real = lend.wholes_of
    lies: list[dict[str, Any]] = [{"data": {**HOUSEHOLD, "members": 9}}, {"sealed": {}}, {"reason": "None"}]
    lies += [{"valid_from": date(2025, 4, 2)}, {"is_erased": True, "sealed": {}}]
    lie, calls = lies[0], 0

    async def altered(*asked: Any) -> list[Whole]:
        nonlocal calls
        calls += 1
        return [whole._replace(**lie) if whole.id == old else whole for whole in await real(*asked)]

    monkeypatch.setattr(lend, "wholes_of", altered)
    await begin(world)
    for lie in lies:
        begun = calls
        await until(lambda begun=begun: _is_more(calls, begun + 1), 60)
        async with world.nodes[STATE].database.write() as conn:
            await conn.execute("update federation.agreement set fault = null")
        why = "does not say that it was erased" if "is_erased" in lie else "not proved"
        await until(lambda why=why: _is_noted(world, f"{old}, version 1", why), 60)
    monkeypatch.setattr(lend, "wholes_of", real)


async def _is_more(count: int, than: int) -> bool:
    return count > than


async def _is_noted(world: Network, *words: str) -> bool:
    items = (await world.clients[STATE].get("/api/v1/federation/agreements")).json()["items"]
    return any(all(word in (item["fault"] or "") for word in words) for item in items)


async def _are_there(state: httpx.AsyncClient, old: str, changed: str, gone: str, later: str) -> None:
    """The State's node has them with all that is personal, finds them by it, and shows what was erased as erased."""
    kept = await shown(state, old)
    assert (kept["head_name"], kept["phone"]) == ("Sitara", "+919999954321")
    assert kept["_meta"]["personal"] == "undivided" and kept["_meta"]["node"] == CENTRE
    sought = await state.get("/api/v1/households", params={"phone": "9999954321"}, headers=PURPOSE)
    assert [item["id"] for item in sought.json()["items"]] == [old], sought.text
    assert [(v["members"], v["head_name"]) for v in await _history(state, changed)] == [
        (4, "Changed since"),
        (3, "Changed since"),
    ]
    seen = await shown(state, later)
    assert (seen["head_name"], seen["phone"]) == (LATER["head_name"], LATER["phone"])
    empty = await shown(state, gone)
    assert empty["_meta"]["erased"] is True and empty["members"] == 3 and "head_name" not in empty


async def _history(client: httpx.AsyncClient, id: str) -> list[dict[str, Any]]:
    return (await client.get(f"/api/v1/households/{id}/history", headers=PURPOSE)).json()["items"]


async def _is_withheld(client: httpx.AsyncClient, id: str) -> bool:
    return bool((await shown(client, id))["_meta"].get("withheld"))
