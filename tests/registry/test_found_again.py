"""A record that changes is found by what it is now: by its name, its areas and its other identifiers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.usefixtures("small_world")
IN_RAMPUR, IN_SUNDARPUR = "village/399515", "village/399612"


async def found(client: httpx.AsyncClient, name: str) -> list[str]:
    """The schemes that a search finds."""
    answer = await client.get("/api/v1/search", params={"q": name, "types": "schemes"})
    return [item["id"] for item in answer.json()["items"]]


async def within(client: httpx.AsyncClient, area: str) -> list[str]:
    """The schemes that lie in an area."""
    return [item["id"] for item in (await client.get("/api/v1/schemes", params={"within": area})).json()["items"]]


async def known_as(client: httpx.AsyncClient, value: str) -> int:
    """How a call for the scheme that IMIS knows so is answered."""
    return (await client.get(f"/api/v1/schemes/imis:{value}")).status_code


async def test_each_change_moves_what_follows_from_it_and_nothing_else(writer: httpx.AsyncClient) -> None:
    scheme: dict[str, Any] = {
        "name": "Kalpavriksha",
        "kind": "SVS",
        "status": "in_progress",
        "villages": ["VIL-399515"],
    }
    made = await writer.post("/api/v1/schemes", json=scheme | {"external_ids": [{"system": "imis", "value": "7"}]})
    assert made.status_code == 201, made.text
    id, tag = made.json()["id"], made.headers["etag"]

    async def change(**values: Any) -> None:
        nonlocal tag
        done = await writer.patch(f"/api/v1/schemes/{id}", json=values, headers={"If-Match": tag})
        assert done.status_code == 200, done.text
        tag = done.headers["etag"]

    async def all_of_it() -> tuple[list[str], list[str], list[str], list[str], int, int]:
        names = await found(writer, "Kalpavriksha"), await found(writer, "Mandakini")
        areas = await within(writer, IN_RAMPUR), await within(writer, IN_SUNDARPUR)
        return *names, *areas, await known_as(writer, "7"), await known_as(writer, "8")

    assert await all_of_it() == ([id], [], [id], [], 200, 404)
    await change(status="commissioned")
    assert await all_of_it() == ([id], [], [id], [], 200, 404)
    await change(villages=["VIL-399612"])
    assert await all_of_it() == ([id], [], [], [id], 200, 404)
    await change(name="Mandakini")
    assert await all_of_it() == ([], [id], [], [id], 200, 404)
    await change(external_ids=[{"system": "imis", "value": "8"}])
    assert await all_of_it() == ([], [id], [], [id], 404, 200)
    assert (await writer.delete(f"/api/v1/schemes/{id}", headers={"If-Match": tag})).status_code == 200
    assert await all_of_it() == ([], [], [], [], 404, 404)
    history = (await writer.get(f"/api/v1/schemes/{id}/history")).json()["items"]
    assert [item["_meta"]["version"] for item in history] == [6, 5, 4, 3, 2, 1]
