"""What a node puts out it takes in again, and finds nothing changed: every type, every format, packed and plain."""

from __future__ import annotations

import gzip
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import databases
import httpx
import nodes
import pytest
import pytest_asyncio

from jjm.app.node import Node
from jjm.sandbox import fill

pytestmark = pytest.mark.long

KINDS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
FORMATS = [(format, packed) for format in KINDS for packed in (False, True)]


@dataclass
class World:
    """A node with a small synthetic State, called by its administrator."""

    node: Node
    admin: httpx.AsyncClient

    async def put_out(self, plural: str, format: str, packed: bool) -> bytes:
        """All records of a type as the one file of an export."""
        asked = {"format": format, "gzip": str(packed).lower(), "wait": "60"}
        job = (await self.admin.post(f"/api/v1/{plural}:export", params=asked)).json()
        assert job["state"] == "done", job
        [file] = job["result"]["files"]
        return (await self.admin.get(file["url"])).content

    async def take_in(self, plural: str, content: bytes, format: str, **how: str) -> dict[str, Any]:
        """The result of an import."""
        asked = {"on_duplicate": "update", "wait": "60", **how}
        headers = {"content-type": KINDS[format]}
        job = (await self.admin.post(f"/api/v1/{plural}:import", params=asked, content=content, headers=headers)).json()
        assert job["state"] == "done", job
        return job["result"]


@pytest_asyncio.fixture(scope="module")
async def world(postgres: databases.Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World, None]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(postgres.fresh())
        node = await stack.enter_async_context(nodes.started(tmp_path_factory.mktemp("round") / "node", url))
        await fill(node.registry, villages=10, households=40)
        yield World(node, await stack.enter_async_context(nodes.caller(node, "admin")))


async def _state(node: Node) -> list[Any]:
    """How many changes there were of each type; proposals are made meanwhile, by the node itself."""
    entered = "select type, sum(count) from ledger.batch where type <> 'proposal' group by type order by type"
    async with node.database.read() as conn:
        return await conn.fetch(entered)


@pytest.mark.parametrize(("format", "packed"), FORMATS)
async def test_what_is_put_out_and_taken_in_again_is_unchanged(world: World, format: str, packed: bool) -> None:
    before = await _state(world.node)
    for table in world.node.registry.tables.values():
        if table.standard.by_workflow:
            continue  # nobody takes such records in
        plural = table.standard.plural
        content = await world.put_out(plural, format, packed and format != "parquet")
        if packed and format == "parquet":
            content = gzip.compress(content)
        result = await world.take_in(plural, content, format)
        assert (result["created"], result["updated"], result["refused"]) == (0, 0, 0), (plural, result)
        async with world.node.database.read() as conn:
            assert result["unchanged"] == await conn.fetchval(f"select count(*) from {table.current}")
    assert await _state(world.node) == before


@pytest.mark.parametrize("format", KINDS)
async def test_a_file_of_new_records_makes_the_same_records_in_every_format(world: World, format: str) -> None:
    """Written row by row or many at once, a record reads the same: the way into the table leaves no trace."""
    for plural in ("households", "tap_connections", "schemes", "water_sources", "institution_connections"):
        whole = [record async for record in _records(world, plural)]
        again = await world.put_out(plural, format, False)
        counted = await world.take_in(plural, _without_ids(again, format), format, on_duplicate="fail")
        assert (counted["created"], counted["refused"]) == (len(whole), 0), (plural, counted["first_problems"][:3])
        doubled = [record async for record in _records(world, plural)]
        assert sorted(map(_content, doubled)) == sorted(2 * [_content(record) for record in whole])
        for record in doubled:
            if record["id"] not in {old["id"] for old in whole}:
                answer = await world.admin.delete(
                    f"/api/v1/{plural}/{record['id']}", headers={"If-Match": f'"{record["_meta"]["version"]}"'}
                )
                assert answer.status_code == 200, answer.text


async def _records(world: World, plural: str) -> AsyncIterator[dict[str, Any]]:
    page = (await world.admin.get(f"/api/v1/{plural}?limit=1000")).json()
    for item in page["items"]:
        yield item


def _content(record: dict[str, Any]) -> str:
    return repr(sorted((k, v) for k, v in record.items() if k not in ("id", "_meta", "external_ids")))


def _without_ids(content: bytes, format: str) -> bytes:
    import csv
    import io

    import orjson
    import pyarrow as pa
    import pyarrow.parquet as pq

    left_out = {"id", "external_ids"}
    if format == "ndjson":
        lines = [orjson.loads(line) for line in content.splitlines()]
        return b"\n".join(orjson.dumps({k: v for k, v in line.items() if k not in left_out}) for line in lines)
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        text = io.StringIO(newline="")
        names = [name for name in rows[0] if name not in left_out]
        writer = csv.DictWriter(text, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()
    table = pq.read_table(io.BytesIO(content))
    sink = pa.BufferOutputStream()
    pq.write_table(table.drop_columns(sorted(left_out)), sink)
    return sink.getvalue().to_pybytes()
