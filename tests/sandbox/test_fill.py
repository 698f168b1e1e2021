"""A node filled with the synthetic State answers with its truth, says that it is synthetic, and fills itself once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import databases
import httpx
import nodes
import orjson
import pytest
import pytest_asyncio
from new_type import add_handpump, copy_of_standards
from small_world import SMALL

from jjm.app.node import Node, running
from jjm.app.settings import Settings
from jjm.kit import Problem, recall
from jjm.sandbox import MARK, fill, truth


@pytest_asyncio.fixture(scope="module")
async def node(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Node, None]:
    """A started node that holds the small synthetic State; tests only read it."""
    folder = tmp_path_factory.mktemp("synthetic")
    async with postgres.fresh() as url, nodes.started(folder / "node", url) as started:
        await fill(started.registry, **SMALL)
        yield started


@pytest_asyncio.fixture
async def client(node: Node) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The administrator of the synthetic node."""
    async with nodes.caller(node, "admin") as found:
        yield found


async def count(client: httpx.AsyncClient, plural: str, **query: str) -> int:
    """How many records a list holds in all."""
    answer = await client.get(f"/api/v1/{plural}", params={"limit": "1", "count": "exact", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["count"]


async def test_counts_by_area_are_the_truth(client: httpx.AsyncClient) -> None:
    areas = truth(**SMALL)["areas"]
    asked = [a for a in areas if a.split("/")[0] in ("state", "district", "subdistrict", "block")]
    asked += [a for a in areas if a.startswith(("local_body", "village"))][::9]
    asked += ["local_body/99100001", "local_body/99199999"]
    assert len(asked) > 20
    for address in asked:
        true = areas[address]
        found = {
            "villages": await count(client, "villages", within=address),
            "habitations": await count(client, "habitations", within=address),
            "households": await count(client, "households", within=address),
            "households_with_tap": await count(client, "tap_connections", within=address),
        }
        assert found == {name: true[name] for name in found}, address
        with_tap = await count(client, "households", within=address, has_tap="true")
        assert with_tap == true["households_with_tap"], address


async def test_schemes_by_kind_and_stage_are_the_truth(client: httpx.AsyncClient) -> None:
    true = truth(**SMALL)
    for kind, number in true["scheme_kinds"].items():
        assert await count(client, "schemes", kind=kind) == number
    for stage, number in true["scheme_stages"].items():
        assert await count(client, "schemes", status=stage) == number


async def test_areas_bear_their_true_names(client: httpx.AsyncClient) -> None:
    for address, area in truth(**SMALL)["areas"].items():
        if address.startswith(("district", "block")):
            level, code = address.split("/")
            found = await client.get(f"/api/v1/{level}s", params={"filter": f"name = '{area['name']}'"})
            assert [item["code"] for item in found.json()["items"]] == [code]


async def test_every_version_in_the_feed_is_marked_except_the_real_states(
    node: Node, client: httpx.AsyncClient
) -> None:
    await nodes.sequenced(node)
    lines = (await client.get("/api/v1/changes", params={"limit": "20000"})).content.splitlines()
    metas = [(event["subject"], event["data"]["_meta"]) for event in map(orjson.loads, lines)]
    real = [meta for subject, meta in metas if subject.startswith("states/") and subject != "states/STA-99"]
    synthetic = [meta for subject, meta in metas if not subject.startswith("states/") or subject == "states/STA-99"]
    assert len(real) == 36 and len(synthetic) > 3000
    found_by_node = [meta for subject, meta in metas if subject.startswith("proposals/") and meta["actor"] == "node"]
    assert all(meta["actor"] == "sandbox" for meta in synthetic if meta not in found_by_node)
    assert all(meta["source"].startswith("synthetic") for meta in synthetic)
    async with node.database.read() as conn:
        assert await recall(conn, MARK) is True


async def test_a_renamed_village_answers_by_its_names_of_then(client: httpx.AsyncClient) -> None:
    history = (await client.get("/api/v1/villages/VIL-99000002/history")).json()["items"]
    assert [item["_meta"]["change"] for item in history] == ["change", "correct", "change", "create"]
    on = {day: (await client.get("/api/v1/villages/VIL-99000002", params={"valid_at": day})).json()["name"] for day in
          ("2021-06-30", "2021-07-01", "2026-03-31")}  # fmt: skip
    assert on["2021-06-30"] == history[1]["name"] != on["2021-07-01"] == on["2026-03-31"]


async def test_a_split_panchayat_leaves_its_lineage(client: httpx.AsyncClient) -> None:
    village = "/api/v1/villages/VIL-99000006"
    before = (await client.get(village, params={"valid_at": "2022-09-30"})).json()["local_bodies"]
    after = (await client.get(village)).json()["local_bodies"]
    assert (before[0], after[0]) == ("LOB-99100001", "LOB-99199999")
    operations = (await client.get("/api/v1/areas/operations")).json()["items"]
    assert [(o["kind"], o["subject"], o["effective"]) for o in operations] == [("split", "LOB-99100001", "2022-10-01")]


async def test_every_type_has_records_of_the_invented_state(node: Node, client: httpx.AsyncClient) -> None:
    for standard in node.registry.catalogue.types.values():
        assert (await count(client, standard.plural) > 0) is not standard.by_workflow, standard.name


async def test_a_second_time_changes_nothing(node: Node) -> None:
    async with node.database.read() as conn:
        before = await conn.fetchval("select max(id) from ledger.batch")
    again = await fill(node.registry, **SMALL)
    async with node.database.read() as conn:
        assert await conn.fetchval("select max(id) from ledger.batch") == before
    assert (again.records, again.changed) == (0, 0)


async def test_another_world_is_refused(node: Node) -> None:
    with pytest.raises(Problem) as refused:
        await fill(node.registry, seed=8, **SMALL)
    assert (refused.value.status, refused.value.code) == (409, "another-world")
    assert "seed 7" in refused.value.detail


async def test_a_type_added_later_is_filled_at_the_next_start(postgres: databases.Postgres, tmp_path: Path) -> None:
    standards = copy_of_standards(tmp_path / "standards")
    size = {"villages": 20, "households": 60}
    async with postgres.fresh() as url:
        settings = Settings(tmp_path / "node", database=url, standards=standards)
        async with running(settings) as node:
            first = await fill(node.registry, **size)
        add_handpump(standards)
        async with running(settings) as node, nodes.caller(node, "admin") as client:
            second = await fill(node.registry, **size)
            assert await count(client, "handpumps", within="district/990001") == second.records > 5
    assert first.records > 300
    assert set(second.created) == {"handpump"} and second.changed == 0
