"""What a node holds besides records, made once, so that made-up calls meet participants, people and agreements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import partners_kit
from joserfc.jwk import OKPKey

Named = Sequence[Mapping[str, str]]
"""What can stand in the path of a call, by the names of the path's parts."""
_DAYS = {"from": timedelta(), "until": timedelta(days=30)}
# A port that nothing listens on: what is delivered to made-up addresses goes nowhere.
NOWHERE = "http://127.0.0.1:1025/"


def of_records(client: httpx.Client) -> dict[str, Named]:
    """Some identifiers of each type."""
    known: dict[str, Named] = {}
    for type in client.get("/api/v1").json()["items"]:
        items = client.get(type["url"], params={"limit": "8"}).json()["items"]
        known[type["plural"]] = [{"id": item["id"], "version": "1"} for item in items]
    return known


def of_partners(client: httpx.Client) -> dict[str, Named]:
    """A participant besides the one that calls, and agreements, batches, files and subscriptions."""
    asked = partners_kit.request(partners_kit.ed25519(), scopes=["scheme:read"])
    made = _made(httpx.post(f"{client.base_url}/api/v1/participants", json=asked))
    _made(client.post(f"/api/v1/participants/{made['id']}:approve", json={}))
    agreement = _agreed(client, made["id"])
    _made(client.post(f"/api/v1/agreements/{agreement}:sign", json={}))
    return things_of(client) | {
        "participants": [{"id": made["id"]}],
        "applications": [{"id": made["application"], "kid": "first"}],
        "agreements": [{"id": agreement}],
    }


def things_of(client: httpx.Client) -> dict[str, Named]:
    """A subscription, a file being made and a batch of whoever calls."""
    subscription = _made(client.post("/api/v1/subscriptions", json={"url": NOWHERE, "types": ["schemes"]}))
    job = _made(client.post("/api/v1/springs:export", json={}))
    _made(client.put("/api/v1/batches/first", json=[{"type": "schemes", "data": {"name": "Rampur"}}]))
    return {
        "subscriptions": [{"id": subscription["id"]}],
        "jobs": [{"id": job["id"], "name": "springs.ndjson"}],
        "batches": [{"name": "first"}],
    }


def of_itself(admin: httpx.Client, partner: httpx.Client, held: Mapping[str, str]) -> dict[str, Named]:
    """What a participant meets of its own: it, its application, an agreement that waits for it, its things."""
    return things_of(partner) | {
        "participants": [{"id": held["participant"]}],
        "applications": [{"id": held["client_id"]}],
        "agreements": [{"id": _agreed(admin, held["participant"])}],
    }


def of_people(client: httpx.Client) -> dict[str, Named]:
    """Somebody with a role, a session that could be ended, and a token that could be revoked."""
    asked = {"name": "A Person", "place": "node", "roles": [{"role": "auditor", "place": "node"}]}
    person = _made(client.post("/api/v1/people", json=asked))["person"]["id"]
    grants = client.get(f"/api/v1/people/{person}/grants").json()["items"]
    token = _made(client.post("/api/v1/tokens", json={"name": "not used", "scopes": ["read"]}))["id"]
    return {
        "people": [{"id": person, "provider": "state"}],
        "grants": [{"id": grant["id"]} for grant in grants],
        "tokens": [{"id": token}],
    }


def token_of(url: str, held: Mapping[str, str]) -> str:
    """A token of the application that the node made for trying out."""
    key = OKPKey.import_key(json.loads(Path(held["key"]).read_text()))
    return partners_kit.served_token(url, held["client_id"], key)


def _agreed(admin: httpx.Client, participant: str) -> str:
    return _made(admin.post("/api/v1/agreements", json=_agreement(participant)))["id"]


def _agreement(participant: str) -> dict[str, Any]:
    days = {name: (datetime.now(UTC) + span).isoformat() for name, span in _DAYS.items()}
    return {
        "consumer": participant,
        "purpose": {"code": "water_supply", "text": "Plans of new schemes are drawn"},
        "scope": {"types": ["scheme"], "areas": ["state/21"], "fields": {"scheme": ["name", "kind"]}},
        "dataLife": {"unit": "month", "value": 12},
        **days,
    }


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code < 300, f"{answer.request.url}: {answer.text}"
    return answer.json()
