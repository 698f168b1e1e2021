"""Records for tests of reports, made over HTTP."""

from __future__ import annotations

import httpx


async def made(client: httpx.AsyncClient, plural: str, since: str = "2020-02-01", **body: object) -> str:
    """A new record that holds since that day; its identifier."""
    answer = await client.post(f"/api/v1/{plural}?valid_from={since}", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
