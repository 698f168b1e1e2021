"""The export: files bounded in bytes from one moment, downloads that go on where they broke off, then the tail."""

from __future__ import annotations

import gzip
import hashlib
import io
from typing import Any

import httpx
import orjson
import pyarrow.parquet as pq
import pytest
import pytest_asyncio

pytestmark = pytest.mark.usefixtures("places")
HOUSES = 700


@pytest_asyncio.fixture
async def houses(client: httpx.AsyncClient, places: None) -> list[str]:
    """The heads of many households."""
    heads = [f"Head {n} " + "x" * (n % 90) for n in range(HOUSES)]
    rows = [{"village": "VIL-399515", "head_name": head, "members": 1 + n % 9} for n, head in enumerate(heads)]
    sent = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    kind = {"content-type": "application/x-ndjson"}
    job = (await client.post("/api/v1/households:import?wait=60", content=sent, headers=kind, timeout=90)).json()
    assert job["result"]["created"] == HOUSES, job
    return heads


async def export(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """What came of an export."""
    job = (await client.post("/api/v1/households:export", params={"wait": 60, **asked}, timeout=90)).json()
    assert job["state"] == "done", job
    return job["result"]


def heads_in(content: bytes, format: str) -> list[str]:
    """The heads of households in a file."""
    if format == "parquet":
        return pq.read_table(io.BytesIO(content)).column("head_name").to_pylist()
    lines = content.decode().splitlines()
    if format == "ndjson":
        return [orjson.loads(line)["head_name"] for line in lines]
    place = lines[0].split(",").index("head_name")
    return [line.split(",")[place] for line in lines[1:]]


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("most", [30_000, 100_000])
async def test_no_file_is_larger_than_asked_for_and_none_lacks_a_record(
    client: httpx.AsyncClient, houses: list[str], format: str, packed: bool, most: int
) -> None:
    result = await export(client, format=format, gzip=str(packed).lower(), file_bytes=most)
    assert result["records"] == sum(file["records"] for file in result["files"]) == HOUSES
    assert len(result["files"]) > 1
    found: list[str] = []
    for file in result["files"]:
        content = (await client.get(file["url"])).content
        assert len(content) == file["bytes"] <= most
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        plain = gzip.decompress(content) if file["name"].endswith(".gz") else content
        assert len(plain) <= most
        held = heads_in(plain, format)
        assert len(held) == file["records"]
        found += held
    assert sorted(found) == sorted(houses)


async def test_a_download_that_broke_off_goes_on_in_the_same_file_only(
    client: httpx.AsyncClient, houses: list[str]
) -> None:
    file = (await export(client))["files"][0]
    whole = await client.get(file["url"])
    tag = whole.headers["etag"]
    assert tag == f'"{file["sha256"]}"'
    assert whole.headers["accept-ranges"] == "bytes"
    rest = await client.get(file["url"], headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{file['bytes'] - 1}/{file['bytes']}"
    other = await client.get(file["url"], headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)
    beyond = await client.get(file["url"], headers={"Range": f"bytes={file['bytes']}-"})
    assert beyond.status_code == 416


async def test_a_snapshot_and_its_tail_are_the_register(client: httpx.AsyncClient, houses: list[str]) -> None:
    result = await export(client)
    assert (await client.get("/api/v1/changes?limit=1")).headers["x-epoch"] == result["epoch"]
    copy: dict[str, dict[str, Any]] = {}
    for file in result["files"]:
        lines = (await client.get(file["url"])).content.splitlines()
        copy |= {record["id"]: record for record in map(orjson.loads, lines)}
    gone, changed = list(copy)[:2]
    tag = {"If-Match": '"1"'}
    assert (await client.delete(f"/api/v1/households/{gone}", headers=tag)).status_code == 200
    assert (await client.patch(f"/api/v1/households/{changed}", json={"members": 12}, headers=tag)).status_code == 200
    new = (await client.post("/api/v1/households", json={"village": "VIL-399515", "head_name": "New"})).json()["id"]
    position, tail = result["position"], list[dict[str, Any]]()
    while not any(event["data"]["id"] == new for event in tail):
        asked = {"after": position, "epoch": result["epoch"], "types": "households", "wait": 10}
        answer = await client.get("/api/v1/changes", params=asked)
        position = answer.headers["x-position"]
        tail += [orjson.loads(line) for line in answer.content.splitlines()]
    for event in tail:
        id = event["data"]["id"]
        copy.pop(id, None)
        if not event["type"].endswith(".retired"):
            copy[id] = event["data"]
    assert set(copy) >= {changed, new} and gone not in copy
    again = (await export(client))["files"][0]
    now = {r["id"]: r for r in map(orjson.loads, (await client.get(again["url"])).content.splitlines())}
    assert {id: r["_meta"]["digest"] for id, r in now.items()} == {id: r["_meta"]["digest"] for id, r in copy.items()}


@pytest.mark.parametrize("asked", ["9999", "x", "-1", str(2**40)])
async def test_a_size_that_makes_no_sense_is_refused(client: httpx.AsyncClient, asked: str) -> None:
    refused = await client.post("/api/v1/villages:export", params={"file_bytes": asked})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-parameter")
