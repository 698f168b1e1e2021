"""The feed: only what is asked for, packed where that is taken, and positions that belong to one history."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import nodes
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.app.node import Node
from jjm.kit import Problem
from jjm.kit.packing import takes_gzip
from jjm.ledger import History, renew_history, size

pytestmark = pytest.mark.usefixtures("places")


async def feed(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    """The events of one call."""
    answer = await client.get("/api/v1/changes", params={"limit": 20_000} | asked)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.content.splitlines()]


async def rename(client: httpx.AsyncClient, name: str) -> None:
    address = "/api/v1/villages/VIL-399515"
    tag = (await client.get(address)).headers["etag"]
    answer = await client.patch(address, json={"name": name}, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


async def test_only_changes_of_the_kinds_asked_for_come(client: httpx.AsyncClient, node: Node) -> None:
    await rename(client, "Rampur Kalan")
    await nodes.sequenced(node)
    asked = await feed(client, types="villages", kinds="changed,retired")
    assert [event["type"] for event in asked] == ["in.jjm.village.changed"]
    assert len(await feed(client, types="villages", kinds="created")) == 2
    refused = await client.get("/api/v1/changes", params={"kinds": "made"})
    assert refused.json()["errors"][0]["pointer"] == "/kinds"


async def test_only_the_fields_asked_for_come_and_none_that_is_hidden(client: httpx.AsyncClient, node: Node) -> None:
    household = {"village": "VIL-399515", "head_name": "Anita Das", "members": 4}
    assert (await client.post("/api/v1/households", json=household)).status_code == 201
    await nodes.sequenced(node)
    data = (await feed(client, types="villages", fields="name"))[0]["data"]
    assert set(data) == {"id", "name", "_meta"}
    async with nodes.caller(node, "read") as reader:
        data = (await feed(reader, types="households", fields="head_name,members"))[0]["data"]
    assert set(data) == {"id", "members", "_meta"}
    refused = await client.get("/api/v1/changes", params={"types": "villages", "fields": "members"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown-field")


async def test_only_what_a_node_recorded_itself_comes(client: httpx.AsyncClient, node: Node) -> None:
    await nodes.sequenced(node)
    assert len(await feed(client, origin=node.settings.name)) == len(await feed(client)) > 6
    assert await feed(client, origin="IN-ELSEWHERE") == []


async def test_the_feed_and_lists_are_packed_for_who_takes_gzip(client: httpx.AsyncClient, node: Node) -> None:
    await nodes.sequenced(node)
    for address in ("/api/v1/changes", "/api/v1/states?limit=100"):
        plain = await client.get(address, headers={"accept-encoding": "identity"})
        assert (plain.headers.get("content-encoding"), plain.headers["vary"]) == (None, "Accept-Encoding")
        async with client.stream("GET", address, headers={"accept-encoding": "br, gzip;q=0.5"}) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 2
        assert gzip.decompress(raw) == plain.content


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("gzip", True), ("GZIP;q=1.0, br", True), ("*", True), ("gzip;q=0", False), ("gzip;q=0, *", False),
        ("identity", False), ("", False), ("gzip;q=x", False),
    ],
)  # fmt: skip
def test_who_takes_gzip(given: str, taken: bool) -> None:
    assert takes_gzip({"accept-encoding": given}) is taken


async def test_a_waiting_reader_is_taken_over_what_it_did_not_ask_for_at_once(
    client: httpx.AsyncClient, node: Node
) -> None:
    await rename(client, "Rampur Khurd")
    await nodes.sequenced(node)
    # Thirty pages of one entry each would take half a minute if it waited for news at each.
    answer = await client.get("/api/v1/changes?kinds=changed&limit=1&wait=20", timeout=5)
    assert b"Rampur Khurd" in answer.content


async def test_a_position_of_another_history_is_refused_with_the_last_one_shared(
    client: httpx.AsyncClient, node: Node
) -> None:
    await nodes.sequenced(node)
    before = (await client.get("/api/v1/changes", params={"limit": 20_000})).headers
    epoch, position = before["x-epoch"], int(before["x-position"])
    shared = position - 3
    async with node.database.write() as conn:
        assert await size(conn) == position + 1
        await renew_history(conn, shared)
    for after in (-1, 0, shared):
        answer = await client.get("/api/v1/changes", params={"after": after, "epoch": epoch})
        assert (answer.status_code, int(answer.headers["x-position"])) == (200, position)
        assert answer.headers["x-epoch"] != epoch
    refused = await client.get("/api/v1/changes", params={"after": shared + 1, "epoch": epoch})
    assert (refused.status_code, refused.json()["code"]) == (410, "history-rewritten")
    assert refused.json()["position"] == shared
    now = refused.json()["epoch"]
    assert (await client.get("/api/v1/changes", params={"after": position, "epoch": now})).status_code == 200
    stranger = await client.get("/api/v1/changes", params={"after": 2, "epoch": "of-another-node"})
    assert (stranger.status_code, stranger.json()["position"]) == (410, -1)


async def test_a_position_that_was_never_given_is_refused(client: httpx.AsyncClient, node: Node) -> None:
    await nodes.sequenced(node)
    refused = await client.get("/api/v1/changes", params={"after": 5_000})
    assert (refused.status_code, refused.json()["code"]) == (410, "history-rewritten")


@given(st.lists(st.integers(min_value=-1, max_value=60), max_size=6))
def test_what_histories_say_of_positions_is_what_happened(cuts: list[int]) -> None:
    # The oracle writes the name of an epoch at each position, and cuts the ledger off where a backup is put back.
    history, written, seen = History("first"), ["first"] * 20, dict[str, list[str]]()
    for cut in cuts:
        head = min(cut, len(written) - 1)
        seen[history.epoch] = list(written)
        history = history.renewed(head)
        written = written[: head + 1] + [history.epoch] * 20
    for position, epoch in enumerate(written):
        assert history.epoch_of(position) == epoch
    for epoch, before in seen.items():
        shared = history.shared(epoch)
        assert shared is not None
        assert before[: shared + 1] == written[: shared + 1]
        for after in range(-1, len(before)):
            try:
                history.require(after, epoch, len(written) - 1)
                assert before[: after + 1] == written[: after + 1]
            except Problem as problem:
                assert after > shared == problem.extra["position"]
