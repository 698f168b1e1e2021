"""`jjm consent`: a partner's engineer asks, grants with the code that the person says, and sees what became of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from databases import passable_folder
from nodes import Start, run

PHONE = "9811100001"
TEXT = {"en": "We plan a repair of the tap in your house.", "hi": "हम आपके घर के नल की मरम्मत की योजना बना रहे हैं।"}
AREAS = (
    ("districts", {"code": "901", "name": "Purva", "state": "STA-21"}),
    ("blocks", {"code": "9012", "name": "Purva", "districts": ["DIS-901"]}),
    ("villages", {"code": "901400", "name": "Katada", "blocks": ["BLK-9012"]}),
)


def test_from_a_request_to_what_was_read(start: Start, tmp_path: Path) -> None:
    with passable_folder() as place:
        folder, settings = place / "node", place / "node.yaml"
        settings.write_text("messages: outbox\n", "utf-8")
        node = start(folder, "--port", "0", "--node", settings)
        key = tmp_path / "app.key"
        run("participant", "key", "make", key)
        words = ("--name", "Kalpit Systems", "--kind", "vendor", "--about", "Repairs the taps of houses")
        more = ("--contact", "A Person", "--email", "a@vendor.example", "--scope", "household:read@state/21")
        made = run("participant", "request", *words, *more, "--key", key, "--url", node.url, "--json").json
        node.run("participant", "approve", made["id"])
        ours = ("--application", made["application"], "--key", key, "--url", node.url)
        with node.client() as client:
            for plural, told in AREAS:
                assert client.post(f"/api/v1/{plural}", json=told).status_code == 201
            home = {"village": "VIL-901400", "head_name": "Asha Kalpit", "phone": PHONE}
            record = client.post("/api/v1/households", json=home).json()["id"]

        file = tmp_path / "wanted.json"
        wanted = {
            "record": {"type": "household", "id": record},
            "purpose": "agreed_service",
            "text": TEXT,
            "data": {"household": ["head_name"]},
            "areas": ["district/901"],
            "until": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
            "frequency": {"unit": "DAY", "times": 5},
        }
        file.write_text(json.dumps(wanted), "utf-8")
        asked = run("consent", "request", file, *ours).out
        id, _, notice = asked.partition("\n")
        assert id.startswith("CON-") and "You may refuse" in notice
        assert "REQUESTED" in run("consent", "list", *ours).out
        assert id in node.run("consent", "list").out, "the keeper sees what everybody asked"

        sent = run("consent", "code", id, "--language", "en", *ours).out.strip()
        message = json.loads((folder / "outbox.ndjson").read_bytes().splitlines()[-1])
        code = next(word.strip(".") for word in message["text"].split() if word.strip(".").isdigit())
        assert message["to"].endswith(PHONE)
        refused = run("consent", "withdraw", id, "--sent-as", sent, "--code", code, *ours, code=2)
        assert "not the code" in refused.err, "a code is good for the one act"
        granted = run("consent", "grant", id, "--sent-as", sent, "--code", code, *ours).out
        assert granted.strip() == f"{id}: granted"
        assert json.loads(run("consent", "show", id, *ours, "--json").out)["means"] == "code"

        token = run("participant", "token", made["application"], key, "--url", node.url).out.strip()
        with node.client(token) as client:
            read = client.get(f"/api/v1/households/{record}", headers={"purpose": "agreed_service"})
        assert read.json()["head_name"] == "Asha Kalpit"
        uses = run("consent", "uses", id, *ours).out
        assert "used" in uses and "wrong-code" in uses
