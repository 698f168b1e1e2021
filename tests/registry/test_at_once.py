"""Several callers change one record at the same moment: one of them does, the others are told why not."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

VILLAGE = "/api/v1/villages/VIL-399515"
pytestmark = pytest.mark.usefixtures("small_world")


async def all_at_once(*calls: Any) -> Counter[tuple[int, str | None]]:
    """Status and code of each answer, and how many callers got it."""
    answers: list[httpx.Response] = await asyncio.gather(*calls)
    return Counter((a.status_code, a.json().get("code") if a.is_error else None) for a in answers)


async def test_of_eight_who_change_the_version_they_read_one_does(writer: httpx.AsyncClient) -> None:
    for turn in range(5):
        headers = {"If-Match": (await writer.get(VILLAGE)).headers["etag"]}
        told = await all_at_once(
            *(writer.patch(VILLAGE, json={"name": f"Rampur {turn} {n}"}, headers=headers) for n in range(8))
        )
        assert told == {(200, None): 1, (412, "stale-version"): 7}
    assert len((await writer.get(f"{VILLAGE}/history")).json()["items"]) == 6


async def test_of_eight_who_create_one_village_one_does(writer: httpx.AsyncClient) -> None:
    body = {"code": "400000", "name": "Naya Gaon", "blocks": ["BLK-3339"]}
    told = await all_at_once(*(writer.post("/api/v1/villages", json=body) for _ in range(8)))
    assert told == {(201, None): 1, (409, "exists"): 7}


async def test_of_eight_who_restore_what_was_retired_one_does(writer: httpx.AsyncClient) -> None:
    gone = await writer.delete(VILLAGE, headers={"If-Match": '"1"'})
    body, headers = {"code": "399515", "blocks": ["BLK-3339"]}, {"If-Match": gone.headers["etag"]}
    told = await all_at_once(
        *(writer.put(VILLAGE, json={**body, "name": f"Rampur {n}"}, headers=headers) for n in range(8))
    )
    assert told == {(200, None): 1, (412, "stale-version"): 7}


async def test_of_eight_who_give_one_external_identifier_one_does(writer: httpx.AsyncClient) -> None:
    named = {"external_ids": [{"system": "imis", "value": "77"}]}
    told = await all_at_once(
        *(writer.post("/api/v1/organisations", json={"name": f"O {n}", "kind": "ngo", **named}) for n in range(8))
    )
    assert told[(201, None)] == 1
    assert sum(told.values()) - told[(201, None)] == sum(n for (status, _), n in told.items() if 400 <= status < 500)


async def test_the_same_key_eight_times_at_once_is_one_change(writer: httpx.AsyncClient) -> None:
    body, headers = {"name": "Vasudha", "kind": "ngo"}, {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(writer.post("/api/v1/organisations", json=body, headers=headers) for _ in range(8))
    )
    assert {(a.status_code, a.json()["id"]) for a in answers} == {(201, answers[0].json()["id"])}
    assert len((await writer.get("/api/v1/organisations")).json()["items"]) == 1
