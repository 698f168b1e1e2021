"""The master key is rotated while the node works: nothing is lost, all is still found, the old key opens nothing."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import nodes
import people_kit
import pytest
import pytest_asyncio
from databases import passable_folder
from nodes import Start

from jjm.access import verify_decisions
from jjm.app.node import Node
from jjm.kit import DatabaseUrl, Unopened, open_vault
from jjm.ledger import verify_tree
from jjm.registry import verify_records

pytestmark = pytest.mark.long

PHONE = "9876543210"
HOOK = {"url": "https://93.184.216.34/hook", "types": ["schemes"]}


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[people_kit.House, None]:
    """A node with a few areas that writes messages to a file."""
    async with people_kit.house(tmp_path / "node", database_url, messages="outbox") as opened:
        yield opened


async def household(client: httpx.AsyncClient, phone: str, key: str = "") -> str:
    """A household with this number, two versions of it; its address."""
    told = {"village": "VIL-901400", "head_name": "Sitara", "phone": phone}
    headers = {"idempotency-key": key} if key else {}
    made = await client.post("/api/v1/households", json=told, headers=headers)
    assert made.status_code == 201, made.text
    if "idempotent-replayed" not in made.headers:
        etag = {"If-Match": made.headers["etag"]}
        assert (await client.patch(made.headers["location"], json={"members": 5}, headers=etag)).status_code == 200
    return made.headers["location"]


async def found(client: httpx.AsyncClient, phone: str) -> list[str]:
    """The addresses of the households that carry this number."""
    answer = await client.get("/api/v1/households", params={"phone": phone})
    assert answer.status_code == 200, answer.text
    return [f"/api/v1/households/{item['id']}" for item in answer.json()["items"]]


async def rotated(client: httpx.AsyncClient) -> dict[str, Any]:
    """A rotation asked for and waited for."""
    asked = await client.post("/api/v1/master-key:rotate")
    assert asked.status_code == 202, asked.text
    job = (await client.get(asked.json()["url"], params={"wait": 30})).json()
    assert job["state"] == "done", job
    return job


async def faults(node: Node) -> list[str]:
    """All that is not as it was entered."""
    await nodes.sequenced(node)
    async with node.database.snapshot() as conn:
        told = await verify_tree(conn, node.verifier.vkey)
        told += [fault async for fault in verify_records(node.registry, conn)]
        return [fault.message for fault in [*told, *[fault async for fault in verify_decisions(conn)]]]


async def test_everything_opens_and_is_found_under_the_new_key_alone(house: people_kit.House, tmp_path: Path) -> None:
    house.node.rotation.grace = 0
    keeper, former = house.keeper, tmp_path / "before"
    at = await household(keeper, PHONE, key="once")
    officer = await house.somebody(None, "district/901", people_kit.role("district_officer", "district/901"))
    made = await keeper.post("/api/v1/subscriptions", json=HOOK)
    assert made.status_code == 201, made.text
    waiting = await house.invited(None, "district/901")
    sent = await house.anybody.post("/api/v1/phone-codes", json={"phone": officer.phone})
    assert sent.status_code in (200, 201, 202), sent.text
    shutil.copytree(tmp_path / "node", former, ignore=shutil.ignore_patterns("readings"))
    before = (await keeper.get("/api/v1/master-key")).json()

    job = await rotated(keeper)

    after = (await keeper.get("/api/v1/master-key")).json()
    assert (after["former"], after["job"]) == ([], None)
    assert after["key"] != before["key"] == open_vault(former, "personal").ids[0]
    assert job["result"]["destroyed"] == 1
    assert job["result"]["wrapped"] >= 7
    assert sorted(p.name for p in (tmp_path / "node").glob("personal*")) == ["personal.key", "personal.secret"]
    shown = (await keeper.get(at)).json()
    assert (shown["head_name"], shown["phone"]) == ("Sitara", PHONE)
    assert (await keeper.get(f"{at}/history/1")).json()["phone"] == PHONE
    assert await found(keeper, PHONE) == [at]
    assert await household(keeper, PHONE, key="once") == at
    again = await keeper.post("/api/v1/people", json={"name": "A", "phone": officer.phone, "place": "node"})
    assert again.status_code == 409, "an account is found by its number"
    await house.sign_in(officer)
    await house.sign_in(await house.opened(waiting))
    code = (tmp_path / "node/outbox.ndjson").read_text().splitlines()[-1]
    digits = next(word for word in code.replace('"', " ").split() if word.isdecimal() and len(word) == 6)
    come = await house.anybody.post("/api/v1/sessions:phone", json={"id": sent.json()["id"], "code": digits})
    assert come.status_code in (200, 201), come.text
    rows = await house.rows("select sealed from exchange.webhook_secret")
    assert len(house.node.access.vault.open(f"webhook:{made.json()['id']}", rows[0]["sealed"])) == 32
    old = open_vault(former, "personal")
    for row in await house.rows("select id, sealed from registry.household"):
        with pytest.raises(Unopened, match="not here"):
            old.open_with(row["sealed"][1:17], row["sealed"][33:], b"")
    decided = await house.rows("select change from access.decision where type = 'access.master-key' order by version")
    assert [row["change"] for row in decided] == ["create", "retire"]
    assert await faults(house.node) == []


async def test_both_keys_serve_until_all_is_wrapped_and_a_stopped_node_goes_on(
    tmp_path: Path, database_url: DatabaseUrl
) -> None:
    folder = tmp_path / "node"
    async with people_kit.house(folder, database_url) as house:
        keeper = house.keeper
        older = await household(keeper, PHONE)
        officer = await house.somebody(None, "district/901")
        house.node.rotation.holdings, house.node.rotation.grace = [], 3600.0
        asked = (await keeper.post("/api/v1/master-key:rotate")).json()
        async with asyncio.timeout(20):
            while len((await keeper.get("/api/v1/master-key")).json()["former"]) != 1:
                await asyncio.sleep(0.05)
        refused = await keeper.post("/api/v1/master-key:rotate")
        assert (refused.status_code, refused.json()["code"]) == (409, "rotation-runs")
        newer = await household(keeper, PHONE)
        assert set(await found(keeper, PHONE)) == {older, newer}
        again = await keeper.post("/api/v1/people", json={"name": "A", "phone": officer.phone, "place": "node"})
        assert again.status_code == 409
        await house.sign_in(officer)
    async with nodes.started(folder, database_url) as node, nodes.caller(node, "admin") as keeper:
        node.rotation.grace = 0
        job = (await keeper.get(asked["url"], params={"wait": 30})).json()
        assert job["state"] == "done", job
        assert set(await found(keeper, PHONE)) == {older, newer}
        assert (await keeper.get("/api/v1/master-key")).json()["former"] == []
        assert await faults(node) == []
    async with nodes.started(folder, database_url) as node, nodes.caller(node, "admin") as keeper:
        assert (await keeper.get(older)).json()["head_name"] == "Sitara"


async def test_what_was_erased_meanwhile_stays_erased(house: people_kit.House) -> None:
    """A piece that was read before an erasure must not bring back what was erased."""
    at = await household(house.keeper, PHONE)
    wrap = next(h for h in house.node.rotation.holdings if h.name == "household")
    house.node.access.vault.box.take(b"n" * 32)
    house.later(days=4000)
    async with house.node.database.write() as conn:
        found = wrap._found

        async def read_before(*args: Any) -> list[Any]:
            rows = await found(*args)
            answer = await house.keeper.post(f"{at}:erase", json={"reason": "demanded by the person"})
            assert answer.status_code == 200, answer.text
            return rows

        object.__setattr__(wrap, "_found", read_before)
        assert (await wrap.wrap(conn, None, 10)).done == 1
    assert "phone" not in (await house.keeper.get(at)).json()
    assert await faults(house.node) == []


async def test_only_an_administrator_rotates(house: people_kit.House) -> None:
    officer = await house.somebody(None, "district/901", people_kit.role("district_officer", "district/901"))
    for method, path in (("GET", "/master-key"), ("POST", "/master-key:rotate")):
        assert (await house.call(officer, method, path, status=403))["code"] == "forbidden"


def test_a_key_half_rotated_by_a_killed_node_is_finished_by_the_next(start: Start) -> None:
    with passable_folder() as place:
        folder = place / "node"
        node = start(folder, "--port", "0")
        lines = ["village,head_name,phone"]
        lines += [f"VIL-901400,Sitara {n},9{n:09}" for n in range(30_000)]
        file = place / "households.csv"
        file.write_text("\n".join(lines))
        with node.client() as client:
            for plural, told in (
                ("districts", {"code": "901", "name": "Purva", "state": "STA-21"}),
                ("blocks", {"code": "9012", "name": "Purva", "districts": ["DIS-901"]}),
                ("villages", {"code": "901400", "name": "Katada", "blocks": ["BLK-9012"]}),
            ):
                assert client.post(f"/api/v1/{plural}", json=told).status_code == 201
            node.run("import", "household", file, "--json")
            url = client.post("/api/v1/master-key:rotate").json()["url"]
            while not client.get(url).json()["progress"].get("wrapped"):
                time.sleep(0.01)
        node.end(signal.SIGKILL)
        node = start(folder, "--port", "0")
        with node.client() as client:
            job = client.get(url, params={"wait": 60}).json()
            assert job["state"] == "done", job
            assert job["result"]["destroyed"] == 1
            assert len(client.get("/api/v1/households", params={"phone": "9000029999"}).json()["items"]) == 1
        told = node.run("key", "rotate", "--json").json
        assert told["wrapped"] >= 30_000
        assert node.run("key", "show", "--json").json == {"key": told["key"], "former": [], "job": None}
        assert node.run("ledger", "verify", "--json").json["sound"]
        assert len(list(folder.glob("personal*.key"))) == 1
