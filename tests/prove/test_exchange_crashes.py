"""A node killed in the middle of a large batch, and of an export: both come to their end, nothing doubled or halved."""

from __future__ import annotations

import hashlib
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from databases import passable_folder
from nodes import Served, starting

pytestmark = pytest.mark.prove
ITEMS = 8_000


def kill(node: Served) -> None:
    """As a power cut would."""
    node.process.send_signal(signal.SIGKILL)
    node.process.wait(30)
    assert node.process.stdout is not None
    node.process.stdout.close()


def until(client: httpx.Client, address: str, state: str) -> dict[str, Any]:
    """What is there once it has come to that state."""
    deadline = time.monotonic() + 90
    while (found := client.get(address).json())["state"] != state:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def test_batches_and_exports_survive_the_node_that_does_them() -> None:
    items = [
        {"type": "organisations", "ref": str(n), "data": {"name": f"Society {n}", "kind": "ngo"}} for n in range(ITEMS)
    ]
    with passable_folder() as place, starting() as start:
        folder: Path = place / "node"
        node = start(folder, "--port", "0")
        with node.client() as client:
            sent = client.put("/api/v1/batches/large", content=orjson.dumps(items))
            assert sent.status_code == 202, sent.text
            deadline = time.monotonic() + 90
            while not (told := client.get("/api/v1/batches/large").json())["accepted"]:
                assert time.monotonic() < deadline, told
                time.sleep(0.01)
            assert told["accepted"] < ITEMS, "killed in the middle"
        kill(node)
        node = start(folder, "--port", "0")
        with node.client() as client:
            done = until(client, "/api/v1/batches/large", "done")
            assert (done["accepted"], done["refused"]) == (ITEMS, 0)
            receipts: list[dict[str, Any]] = []
            url: str | None = "/api/v1/batches/large?limit=5000"
            while url:
                page = client.get(url).json()
                receipts += page["receipts"]
                url = page["next"]
            assert [r["item"] for r in receipts] == list(range(ITEMS))
            assert len({r["id"] for r in receipts}) == ITEMS and {r["version"] for r in receipts} == {1}
            assert client.get("/api/v1/organisations?count=exact&limit=1").json()["count"] == ITEMS
            job = client.post("/api/v1/organisations:export", params={"file_bytes": 10_000}).json()
        kill(node)
        node = start(folder, "--port", "0")
        with node.client() as client:
            result = until(client, job["url"], "done")["result"]
            assert result["records"] == ITEMS == sum(file["records"] for file in result["files"])
            for file in result["files"]:
                content = client.get(file["url"]).content
                assert hashlib.sha256(content).hexdigest() == file["sha256"] and len(content) <= 10_000
        assert node.end() == 0
