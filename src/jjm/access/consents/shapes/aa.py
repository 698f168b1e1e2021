"""The consent artefact of the Account Aggregators (ReBIT specifications), as JSON; signed beside, by a detached JWS.

`ver`, `timestamp` and `txnid` belong to the message that carries an artefact, and are not part of it. There are no
words for a request or a denial: the status is left out then, so that nobody takes it for a consent. A data life is
whole days there; the exact end stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from jjm.access.consents.shapes.model import BESIDE, Shape, json_object, picked, plain_json
from jjm.kit import canonical

_WORDS: Final = {"GRANTED": "ACTIVE", "PAUSED": "PAUSED", "REVOKED": "REVOKED", "EXPIRED": "EXPIRED"}
_MEANT: Final = {word: status for status, word in _WORDS.items()}
_NO_WORD: Final = ("areas", "keepUntil", "notice", "revocable", "accessLoggedTo", "revokeTo")


def _write(c: Mapping[str, Any]) -> bytes:
    beside = picked(c, *_NO_WORD) | {"fields": c["data"]}
    status = {"status": _WORDS[c["status"]]} if c["status"] in _WORDS else {}
    detail = _detail(c) | {BESIDE: beside if status else beside | {"status": c["status"]}}
    around = {"consentId": c["id"], "createTimestamp": c["made"], "ConsentUse": {"logUri": c["useLoggedTo"]}}
    return canonical(around | status | {"ConsentDetail": detail})


def _detail(c: Mapping[str, Any]) -> dict[str, Any]:
    purpose = c["purpose"]
    return {
        "consentStart": c["starts"],
        "consentExpiry": c["until"],
        "consentMode": c["mode"],
        "fetchType": "PERIODIC",
        "consentTypes": ["PROFILE"],
        "fiTypes": list(c["data"]),
        "DataConsumer": {"id": c["consumer"], "type": "FIU"},
        "DataProvider": {"id": c["provider"], "type": "FIP"},
        "Customer": {"id": c["person"]},
        "Accounts": [],
        "Purpose": {
            "code": purpose,
            "refUri": f"urn:jjm:purpose:{purpose}",
            "text": purpose,
            "Category": {"type": "JJM"},
        },
        "FIDataRange": {"from": c["dataFrom"], "to": c["dataUntil"]},
        "DataLife": {"unit": "DAY", "value": _days(c["starts"], c["keepUntil"])},
        "Frequency": {"unit": c["frequency"]["unit"], "value": c["frequency"]["times"]},
    }


def _days(starts: str, ends: str) -> int:
    return max(0, (datetime.fromisoformat(ends) - datetime.fromisoformat(starts)).days)


def _read(content: bytes) -> dict[str, Any]:
    found = json_object(content)
    detail = found["ConsentDetail"]
    beside, often = detail[BESIDE], detail["Frequency"]
    return picked(beside, *_NO_WORD) | {
        "id": found["consentId"],
        "made": found["createTimestamp"],
        "status": _MEANT[found["status"]] if "status" in found else beside["status"],
        "useLoggedTo": found["ConsentUse"]["logUri"],
        "starts": detail["consentStart"],
        "until": detail["consentExpiry"],
        "mode": detail["consentMode"],
        "data": {type: beside["fields"][type] for type in detail["fiTypes"]},
        "consumer": detail["DataConsumer"]["id"],
        "provider": detail["DataProvider"]["id"],
        "person": detail["Customer"]["id"],
        "purpose": detail["Purpose"]["code"],
        "dataFrom": detail["FIDataRange"]["from"],
        "dataUntil": detail["FIDataRange"]["to"],
        "frequency": {"unit": often["unit"], "times": often["value"]},
    }


SHAPE = Shape("aa", "application/json", _write, _read, plain_json)
