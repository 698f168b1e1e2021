"""Values of another node's records that this node's standards have no place for: kept aside, untouched (0008)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, cast

from jjm.registry.definition import Definition
from jjm.registry.wire import encoder

UNKNOWN = "_unknown"
"""The key of `ext` under which they stand; no State's key begins with an underscore."""
_ALWAYS = frozenset({"ext", "external_ids"})


def shelved(table: Definition, data: Mapping[str, Any], *, closely: bool = False) -> Mapping[str, Any]:
    """The values with those aside that no field is for; with `closely` also those that their columns cannot hold."""
    if not closely and data.keys() <= table.columns.keys():
        return data
    aside = {name: value for name, value in data.items() if name not in table.fields and name not in _ALWAYS}
    if closely:
        aside |= {n: data[n] for n, c in table.columns.items() if n in data and not _holds(c.type, data[n])}
    if not aside:
        return data
    ext = cast("dict[str, Any]", data.get("ext") or {})
    if data.get("ext") == {}:
        aside["ext"] = {}
    return {name: value for name, value in data.items() if name not in aside} | {"ext": {**ext, UNKNOWN: aside}}


def unshelved(data: dict[str, Any]) -> dict[str, Any]:
    """The values as their owner holds them."""
    ext = data.get("ext")
    if ext is None or UNKNOWN not in ext:
        return data
    aside = ext.pop(UNKNOWN)
    if not ext:
        del data["ext"]
    return data | aside


def _holds(type: str, value: Any) -> bool:
    try:
        encoder(type)([value])
    except (struct.error, TypeError, ValueError, LookupError, AttributeError):
        return False
    return not (type == "bigint" and isinstance(value, bool)) and "\0" not in str(value)
