"""The master key is rotated beside an import that seals in a process of its own, and under consents in force."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import consent_world
import databases
import orjson
import people_kit
import pytest
import pytest_asyncio
from consent_world import ASHA, PATH, World
from people_kit import House

from jjm.access.consents.shapes import read
from jjm.access.consents.signatures import HEADER, check
from jjm.kit import DatabaseUrl, Unopened, open_vault
from jjm.registry.service import bulk_import

LINES = 15_000
HOUSEHOLDS = "/api/v1/households"


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: DatabaseUrl) -> AsyncGenerator[House, None]:
    """A node with a few areas."""
    async with people_kit.house(tmp_path / "node", database_url) as opened:
        opened.node.rotation.grace = 0
        yield opened


@dataclass
class Held:
    """An import of which nothing is recorded: `came` once something was read ahead, until it `may_go` on."""

    came: asyncio.Event = field(default_factory=asyncio.Event)
    may_go: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """Whatever an import has read ahead waits before it is recorded."""
    waiting, take = Held(), bulk_import.take

    async def later(*args: Any) -> Any:
        waiting.came.set()
        await waiting.may_go.wait()
        return await take(*args)

    monkeypatch.setattr(bulk_import, "take", later)
    return waiting


def file() -> bytes:
    """Households whose numbers and names are personal, more than two megabytes of them."""
    rows = ({"village": "VIL-901400", "head_name": f"Sitara {n:0100}", "phone": f"9{n:09}"} for n in range(LINES))
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


async def former_keys(house: House) -> list[str]:
    """The names of the keys that are still in use beside the newest."""
    return (await house.keeper.get("/api/v1/master-key")).json()["former"]


@pytest.mark.parametrize("set_back", [0, 3600])
async def test_what_a_reader_seals_with_the_old_key_is_waited_for(house: House, held: Held, set_back: int) -> None:
    """Also where the clock of the machine was set back since the import began."""
    keeper = house.keeper
    kind = {"content-type": "application/x-ndjson"}
    job = (await keeper.post(f"{HOUSEHOLDS}:import", content=file(), headers=kind)).json()
    async with asyncio.timeout(60):
        await held.came.wait()
    house.later(seconds=-set_back)
    asked = (await keeper.post("/api/v1/master-key:rotate")).json()
    async with asyncio.timeout(60):
        while len(await former_keys(house)) != 1:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    assert len(await former_keys(house)) == 1, "the old key is kept while something is on its way that it has sealed"
    held.may_go.set()
    done = (await keeper.get(job["url"], params={"wait": 60})).json()
    assert (done["state"], done["result"]["created"]) == ("done", LINES), done
    rotated = (await keeper.get(asked["url"], params={"wait": 60})).json()
    assert rotated["state"] == "done", rotated
    assert await former_keys(house) == []
    current = house.node.access.vault.box.current
    (row,) = await house.rows("select count(*) n from registry.household where substr(sealed, 34, 4) <> $1", current)
    assert row["n"] == 0
    for n in (0, LINES // 2, LINES - 1):
        (found,) = (await keeper.get(HOUSEHOLDS, params={"phone": f"9{n:09}"})).json()["items"]
        assert found["head_name"] == f"Sitara {n:0100}"


async def test_consents_and_their_artefacts_outlive_the_key(postgres: databases.Postgres, tmp_path: Path) -> None:
    async with consent_world.world(postgres, tmp_path) as world:
        world.node.rotation.grace = 0
        id, _ = await world.granted(ASHA)
        before, old = await artefact(world, id), open_vault(tmp_path / "node", "personal")
        asked = (await world.house.keeper.post("/api/v1/master-key:rotate")).json()
        rotated = (await world.house.keeper.get(asked["url"], params={"wait": 60})).json()
        assert rotated["state"] == "done", rotated
        assert (await world.read()).json()["head_name"] == "Asha Kalpit"
        assert await artefact(world, id) == before, "it is the same document, and is signed as it was"
        (row,) = await world.house.rows("select phone from access.consent where id = $1", id)
        assert world.node.access.vault.open(f"consent:{id}", row["phone"]).decode().endswith(ASHA)
        with pytest.raises(Unopened, match="not here"):
            old.open(row["phone"], f"consent:{id}".encode())
        world.house.later(minutes=61)
        async with await world.client() as client:
            sent = (await client.post(f"{PATH}/{id}:sendCode", json={"act": "revoke"})).json()
            typed = next(word for word in world.last_message()["text"].split() if word.strip(".").isdigit())
            said = {"code": {"id": sent["id"], "code": typed.strip(".")}}
            ended = await client.post(f"{PATH}/{id}:withdraw", json=said)
        assert (ended.status_code, ended.json()["status"]) == (200, "REVOKED"), ended.text
        assert (await world.read()).status_code == 403


async def artefact(world: World, id: str) -> Any:
    """A consent as its signed artefact tells of it."""
    known = (await world.house.anybody.get("/.well-known/jjm-node")).json()["node"]["keys"]
    answer = await world.house.keeper.get(f"{PATH}/{id}", params={"shape": "jjm"})
    check(answer.content, answer.headers[HEADER], known)
    return read(answer.content, "jjm")
