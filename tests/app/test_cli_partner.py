"""`jjm participant` and `jjm agreement`: from a key to an agreement in force, and to its end."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from nodes import Served, run


def request_on(served: Served, folder: Path) -> tuple[str, str, Path]:
    """Somebody who asks: the participant's number, the application's, and the key."""
    key = folder / "first.key"
    public = run("participant", "key", "make", key, "--kid", "first", "--json").json
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "d" not in public["keys"][0]
    words = ("--name", "Kalpit Systems", "--kind", "vendor", "--about", "Sends results every night")
    more = ("--contact", "A Person", "--email", "a@vendor.example", "--scope", "scheme:write@state/21")
    made = run("participant", "request", *words, *more, "--key", key, "--url", served.url, "--json").json
    return made["id"], made["application"], key


def test_from_a_key_to_an_agreement_and_to_its_end(served: Served, tmp_path: Path) -> None:
    id, application, key = request_on(served, tmp_path)
    assert id in served.run("participant", "list", "--state", "requested").out
    early = run("participant", "token", application, key, "--url", served.url, code=2)
    assert "requested" in early.err
    assert "approved" in served.run("participant", "approve", id).out
    token = run("participant", "token", application, key, "--url", served.url).out.strip()
    with served.client(token) as client:
        assert client.get(f"/api/v1/participants/{id}").json()["contact"]["email"] == "a@vendor.example"

    second = tmp_path / "second.key"
    run("participant", "key", "make", second)
    added = run("participant", "key", "add", application, second, "--url", served.url, "--token", token)
    assert added.out.count("good") == 2
    run("participant", "key", "retire", application, "first", "--url", served.url, "--token", token)

    file, now = tmp_path / "agreement.json", datetime.now(UTC)
    said = {
        "consumer": id,
        "purpose": {"code": "water_supply", "text": "Planning of repairs by the vendor"},
        "scope": {"types": ["household"], "areas": ["state/21"], "fields": {"household": ["village", "members"]}},
        "dataLife": {"unit": "day", "value": 30},
        "from": now.isoformat(),
        "until": (now + timedelta(days=365)).isoformat(),
    }
    file.write_text(json.dumps(said), "utf-8")
    drafted = served.run("agreement", "draft", file).out.strip()
    assert "proposed" in served.run("agreement", "sign", drafted).out
    as_partner = ("--application", application, "--key", second, "--url", served.url)
    assert "in force" in run("agreement", "sign", drafted, *as_partner).out
    assert drafted in run("agreement", "list", "--url", served.url).out
    read = run("participant", "token", application, second, "--url", served.url).out.strip()
    assert httpx.get(f"{served.url}/api/v1/households", headers={"authorization": f"Bearer {read}"}).status_code == 200
    assert "used" in run("agreement", "uses", drafted, *as_partner).out
    assert "revoked" in run("agreement", "revoke", drafted, "--reason", "Done", *as_partner).out

    used = served.run("participant", "usage", id, "--json").json
    assert used["calls"] > 5
    assert used["applications"][0]["days"][0]["calls"] == used["calls"]
    assert "suspended" in served.run("participant", "suspend", application, "--reason", "Too many faults").out
    refused = run("participant", "token", application, second, "--url", served.url, code=2)
    assert "Too many faults" in refused.err
    assert "approved" in served.run("participant", "resume", application, "--reason", "Mended").out


@pytest.mark.parametrize(
    "words", [("agreement", "sign", "AGR-1", "--key", "x"), ("participant", "token", "APP-1", "no.key")]
)
def test_what_is_missing_is_said(served: Served, words: tuple[str, ...]) -> None:
    assert "key" in run(*words, "--url", served.url, code=2).err
