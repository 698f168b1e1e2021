"""The consent artefact of the Ayushman Bharat Digital Mission, as JSON.

There is no word for a pause: the status is left out then, so that nobody takes it for a consent. Nor are there words
for the life of the consent beside the range and the erasure of the data. Care contexts are of patients: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jjm.access.consents.shapes.model import BESIDE, Shape, json_object, picked, plain_json
from jjm.kit import canonical

_PAUSED: Final = "PAUSED"
_NO_WORD: Final = (
    "areas", "starts", "until", "notice", "revocable", "useLoggedTo", "accessLoggedTo", "revokeTo",
)  # fmt: skip


def _write(c: Mapping[str, Any]) -> bytes:
    is_paused = c["status"] == _PAUSED
    beside = picked(c, *_NO_WORD) | {"fields": c["data"]} | ({"status": _PAUSED} if is_paused else {})
    detail = {"consentDetail": _detail(c) | {BESIDE: beside}}
    return canonical(detail if is_paused else detail | {"status": c["status"]})


def _detail(c: Mapping[str, Any]) -> dict[str, Any]:
    purpose, often = c["purpose"], c["frequency"]
    return {
        "schemaVersion": "v3",
        "consentId": c["id"],
        "createdAt": c["made"],
        "patient": {"id": c["person"]},
        "careContexts": [],
        "purpose": {"code": purpose, "text": purpose, "refUri": f"urn:jjm:purpose:{purpose}"},
        "hip": {"id": c["provider"]},
        "hiu": {"id": c["consumer"]},
        "consentManager": {"id": c["provider"]},
        "requester": {"name": c["consumer"]},
        "hiTypes": list(c["data"]),
        "permission": {
            "accessMode": c["mode"],
            "dateRange": {"from": c["dataFrom"], "to": c["dataUntil"]},
            "dataEraseAt": c["keepUntil"],
            "frequency": {"unit": often["unit"], "value": often["times"], "repeats": 0},
        },
    }


def _read(content: bytes) -> dict[str, Any]:
    found = json_object(content)
    detail = found["consentDetail"]
    beside, permission = detail[BESIDE], detail["permission"]
    often = permission["frequency"]
    return picked(beside, *_NO_WORD) | {
        "id": detail["consentId"],
        "made": detail["createdAt"],
        "status": found["status"] if "status" in found else beside["status"],
        "person": detail["patient"]["id"],
        "purpose": detail["purpose"]["code"],
        "provider": detail["hip"]["id"],
        "consumer": detail["hiu"]["id"],
        "data": {type: beside["fields"][type] for type in detail["hiTypes"]},
        "mode": permission["accessMode"],
        "dataFrom": permission["dateRange"]["from"],
        "dataUntil": permission["dateRange"]["to"],
        "keepUntil": permission["dataEraseAt"],
        "frequency": {"unit": often["unit"], "times": often["value"]},
    }


SHAPE = Shape("abdm", "application/json", _write, _read, plain_json)
