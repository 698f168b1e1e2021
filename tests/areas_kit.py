"""Asking for re-organisations over HTTP, for tests."""

from __future__ import annotations

from typing import Any

import httpx

ORDER = {"number": "F.4(12) Rev/2023", "date": "2023-08-05", "gazette": "RJ-47"}
DAY = "2023-08-07"


async def do(client: httpx.AsyncClient, action: str, effective: str = DAY, **body: Any) -> dict[str, Any]:
    """Ask for a re-organisation and expect it done."""
    path, _, kind = action.rpartition(":")
    answer = await client.post(f"/api/v1/{path}:{kind}", json={"effective": effective, "order": ORDER, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(client: httpx.AsyncClient, action: str, effective: str = DAY, **body: Any) -> list[str]:
    """What stands against a re-organisation; the preview and the deed say the same."""
    sent = {"effective": effective, "order": ORDER, **body}
    preview = await client.post(f"/api/v1/{action}?preview=true", json=sent)
    assert preview.status_code == 200, preview.text
    answer = await client.post(f"/api/v1/{action}", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "operation-refused"), answer.text
    found = [e["message"] for e in answer.json()["errors"]]
    assert [e["message"] for e in preview.json()["problems"]] == found
    assert all(e["remedy"] for e in answer.json()["errors"])
    return found


async def lies_in(client: httpx.AsyncClient, path: str, field: str, **query: str) -> Any:
    """What one record names as the area it lies in, maybe on another day."""
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()[field]


async def ids(client: httpx.AsyncClient, plural: str, within: str, **query: str) -> list[str]:
    """The records that lie in an area."""
    answer = await client.get(f"/api/v1/{plural}", params={"within": within, **query})
    assert answer.status_code == 200, answer.text
    return sorted(item["id"] for item in answer.json()["items"])


async def split_phalodi(client: httpx.AsyncClient, effective: str = DAY) -> dict[str, Any]:
    """Phalodi is cut out of Jodhpur."""
    phalodi = {"code": "772", "name": "Phalodi", "children": ["SDT-7146", "SDT-614", "BLK-1"]}
    return await do(client, "districts/DIS-105:split", effective, into=[phalodi], keep=True)
