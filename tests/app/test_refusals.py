"""What a caller is told of calls that PostgreSQL could not store."""

from __future__ import annotations

import httpx
import pytest


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("villages:batchGet", {"ids": ["a\0b"]}),
        ("organisations", {"name": "a\0b", "kind": "ngo"}),
        ("tokens", {"name": "x", "scopes": ["\0"]}),
    ],
)
async def test_a_nul_character_in_a_body_is_refused(client: httpx.AsyncClient, path: str, body: object) -> None:
    answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_key_for_repeats_or_an_etag_may_hold_any_text(client: httpx.AsyncClient) -> None:
    odd = {"Idempotency-Key": "\x7f é", "If-Match": '"\xff"'}
    headers = [(name.encode(), value.encode("latin-1")) for name, value in odd.items()]
    made = await client.post("/api/v1/organisations", json={"name": "x", "kind": "ngo"}, headers=headers)
    assert made.status_code == 201
    stale = await client.patch(made.headers["location"], json={"name": "y"}, headers=headers[1:])
    assert stale.status_code == 412
