"""The JJM profile itself, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jjm.access.consents.model import PROFILE
from jjm.access.consents.shapes.model import Shape, json_object, plain_json
from jjm.kit import canonical


def _write(document: Mapping[str, Any]) -> bytes:
    return canonical({"profile": PROFILE, **document})


def _read(content: bytes) -> dict[str, Any]:
    found = json_object(content)
    if found.pop("profile") != PROFILE:
        raise ValueError(f"its profile is not {PROFILE}")
    return found


SHAPE = Shape("jjm", "application/json", _write, _read, plain_json)
