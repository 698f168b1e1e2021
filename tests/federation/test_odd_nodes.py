"""Nodes unlike the others: one with newer standards, one that nobody can reach, three on bad lines."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import federated
import orjson
import pytest
import pytest_asyncio
from databases import Postgres
from federated import CENTRE, Network, digests, settled

from jjm.federation.following.service import retry_held
from jjm.federation.following.store import hold
from jjm.registry import Held
from jjm.registry.rows import version_of
from jjm.standards import default_folder

NEWER, HIDDEN = "IN-AA", "IN-AB"
STATES = {NEWER: "21", HIDDEN: "22"}


@pytest_asyncio.fixture(scope="module")
async def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Network, None]:
    """A Centre, a State whose standards are newer than the Centre's, and one that can only push."""
    folder = tmp_path_factory.mktemp("odd")
    async with federated.network(postgres, folder) as made:
        centre = await made.start(CENTRE)
        await federated.plant(centre)
        await made.start(NEWER, standards=_newer(folder / "standards"))
        await made.admit(NEWER, STATES[NEWER])
        await made.start(HIDDEN, url="")
        await made.admit(HIDDEN, STATES[HIDDEN])
        yield made


def _newer(folder: Path) -> Path:
    """The shipped standards with a field more on schemes."""
    shutil.copytree(default_folder(), folder)
    file = folder / "registries/assets/scheme.yaml"
    text = file.read_text("utf-8")
    field = "  colour_of_tank: {title: {en: Colour of the tank, hi: टंकी का रंग}, type: string, maxLength: 40}\n"
    file.write_text(text.replace("properties:\n", "properties:\n" + field, 1), "utf-8")
    return folder


async def _scheme(world: Network, name: str, **more: Any) -> str:
    body = {"name": "Nal Jal", "kind": "SVS", "status": "in_progress", **more}
    village = f"VIL-10000{list(STATES).index(name) + 1}"
    made = await world.clients[name].post("/api/v1/schemes", json={**body, "villages": [village]})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def _equal(world: Network) -> None:
    await settled(world)
    at_centre = await digests(world.nodes[CENTRE], "scheme")
    for name, code in STATES.items():
        assert await digests(world.nodes[name], "scheme") == {v for v in at_centre if v[0].startswith(f"SCH-{code}-")}
        assert await digests(world.nodes[name], "village") == await digests(world.nodes[CENTRE], "village")
    assert (await world.clients[CENTRE].get("/api/v1/federation/held")).json()["items"] == []


async def test_a_field_that_is_not_known_here_travels_untouched(world: Network) -> None:
    await settled(world)
    id = await _scheme(world, NEWER, colour_of_tank="blue")
    await _equal(world)
    shown = (await world.clients[CENTRE].get(f"/api/v1/schemes/{id}")).json()
    assert shown["ext"]["_unknown"] == {"colour_of_tank": "blue"}
    assert [fault async for fault in federated.audit(world.nodes[CENTRE])] == []


async def test_who_cannot_be_reached_pushes_the_same(world: Network) -> None:
    await settled(world)
    await _scheme(world, HIDDEN)
    await _equal(world)
    known = {n["name"]: n for n in (await world.clients[CENTRE].get("/api/v1/federation")).json()["nodes"]}
    assert known[HIDDEN]["address"] is None and known[HIDDEN]["taken"] >= 1


async def test_on_bad_lines_nothing_is_lost_or_doubled(world: Network) -> None:
    await settled(world)
    chance, lossy = random.Random(5), world.wires
    lossy.loss, lossy.chance = 0.3, chance
    ids: dict[str, list[str]] = {name: [] for name in STATES}
    for _ in range(40):
        name = chance.choice(list(STATES))
        match chance.randrange(5):
            case 0 | 1:
                ids[name].append(await _scheme(world, name))
            case 2 if ids[name]:
                path, client = f"/api/v1/schemes/{chance.choice(ids[name])}", world.clients[name]
                headers = {
                    "if-match": (await client.get(path)).headers["etag"],
                    "content-type": "application/merge-patch+json",
                }
                patch = orjson.dumps({"name": f"Otherwise {chance.randrange(10**6)}"})
                assert (await client.patch(path, content=patch, headers=headers)).status_code == 200
            case 3:
                lossy.cut ^= {chance.choice(["centre.test", "aa.test"])}
            case _:
                await _scheme(world, name)
    lossy.loss = 0.0
    lossy.cut.clear()
    await _equal(world)


async def test_what_was_held_back_is_taken_once_nothing_stands_against_it(world: Network) -> None:
    centre = world.nodes[CENTRE]
    id = await _scheme(world, NEWER)
    await settled(world)
    async with centre.database.write() as conn:
        table = centre.registry.table("scheme")
        row = await conn.fetchrow("select * from registry.scheme where id = $1", id)
        version = version_of(table, row)
        await conn.execute("delete from registry.scheme where id = $1", id)
        await hold(conn, [Held("scheme", version, "for a test")], centre.registry.clock.now())
    listed = centre.federation.network.listed
    assert listed is not None and await retry_held(centre.registry, listed.members) == 1
    await _equal(world)
