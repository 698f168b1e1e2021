"""One State lends the Centre the names in its households; the other lends nothing."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import partners_kit

PURPOSE = {"purpose": "administration"}


def agree(home: httpx.Client, borrower: httpx.Client, name: str, state: str) -> str:
    """An agreement by which a State's node lends the node of that name its households' names, signed by both."""
    asked = partners_kit.request(partners_kit.ed25519(), kind="node", name="The Centre's node", node=name)
    now = datetime.now(UTC)
    id = _made(home.post("/api/v1/participants", json=asked))["id"]
    _made(home.post(f"/api/v1/participants/{id}:approve", json={}))
    document = {
        "consumer": id,
        "purpose": {"code": "water_supply", "text": "The Centre plans repairs of taps"},
        "scope": {"types": ["household"], "areas": [f"state/{state}"], "fields": {"household": ["head_name"]}},
        "dataLife": {"unit": "month", "value": 12},
        "from": now.isoformat(),
        "until": (now + timedelta(days=30)).isoformat(),
    }
    agreement = str(_made(home.post("/api/v1/agreements", json=document))["id"])
    _made(home.post(f"/api/v1/agreements/{agreement}:sign", json={}))
    deadline = time.monotonic() + 60
    while (signed := borrower.post(f"/api/v1/federation/agreements/{agreement}:sign")).status_code == 404:
        assert time.monotonic() < deadline, "the Centre did not hear of the agreement"
        time.sleep(0.3)
    _made(signed)
    return agreement


def _made(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def shown(client: httpx.Client, ids: Collection[str]) -> dict[str, str]:
    """The names in these households that the Centre's administrator is shown, and of no field that was not lent."""
    found: dict[str, str] = {}
    for id in ids:
        copy = _made(client.get(f"/api/v1/households/{id}", headers=PURPOSE))
        assert "phone" not in copy
        if "head_name" in copy:
            assert copy["_meta"]["unproven"] is True
            found[id] = copy["head_name"]
        else:
            assert copy["_meta"]["withheld"] is True
    return found
