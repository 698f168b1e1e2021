"""What the Centre records before anything happens: the areas, and the nodes of the States."""

from __future__ import annotations

from typing import Any

import httpx
from prove.processes import Process


def areas(client: httpx.Client, n: int, code: str) -> None:
    """Record the areas of a State on the Centre's node."""
    since = {"valid_from": "2020-01-01"}
    areas: list[tuple[str, dict[str, Any]]] = [
        ("states", {"code": code, "name": f"State {n}", "iso": f"IN-Z{'YZ'[n - 1]}", "kind": "state"}),
        ("districts", {"code": f"9{n}", "name": f"District {n}", "state": f"STA-{code}"}),
        ("subdistricts", {"code": f"9{n}", "name": f"Tehsil {n}", "district": f"DIS-9{n}"}),
        *(("villages", {"code": f"99{n}00{v}", "name": f"Gaon {v}", "subdistrict": f"SDT-9{n}"}) for v in range(1, 5)),
    ]
    for plural, record in areas:
        made = client.post(f"/api/v1/{plural}", json=record, params=since)
        assert made.status_code == 201, made.text


def admit(client: httpx.Client, node: Process, code: str) -> None:
    """Enter a State's node in the Centre's list, with the key that it shows."""
    with node.client() as own:
        said = own.get("/.well-known/jjm-node").json()["node"]
    record = {
        "name": node.name, "role": "state", "status": "active", "states": [f"STA-{code}"], "exchange": "pull",
        "address": said["address"], "keys": said["keys"]["keys"], "ledger_key": said["ledger"],
    }  # fmt: skip
    made = client.post("/api/v1/nodes", json=record)
    assert made.status_code == 201, made.text
