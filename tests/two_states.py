"""Two States with people, taps and schemes, for tests of who sees and does what where; and the same told by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jjm.access import NODE
from jjm.kit import WriteConnection
from jjm.registry import Change, Draft, Registry, examine, record

SINCE = date(2020, 1, 26)
AREAS: list[tuple[str, dict[str, Any]]] = [
    ("state", {"code": "21", "name": "Odisha", "iso": "IN-OD", "kind": "state"}),
    ("state", {"code": "18", "name": "Assam", "iso": "IN-AS", "kind": "state"}),
    ("district", {"code": "345", "name": "Angul", "state": "STA-21"}),
    ("district", {"code": "346", "name": "Cuttack", "state": "STA-21"}),
    ("district", {"code": "601", "name": "Cachar", "state": "STA-18"}),
    ("subdistrict", {"code": "2651", "name": "Athmallik", "district": "DIS-345"}),
    ("subdistrict", {"code": "2660", "name": "Salepur", "district": "DIS-346"}),
    ("subdistrict", {"code": "2110", "name": "Silchar", "district": "DIS-601"}),
    ("block", {"code": "3339", "name": "Kishorenagar", "districts": ["DIS-345"]}),
    ("block", {"code": "3340", "name": "Border", "districts": ["DIS-345", "DIS-346"]}),
    ("block", {"code": "6001", "name": "Tapang", "districts": ["DIS-601"]}),
    ("local_body", {"code": "31", "name": "Paiksahi", "state": "STA-21", "blocks": ["BLK-3339"]}),
    ("local_body", {"code": "32", "name": "Ranigoda", "state": "STA-21", "blocks": ["BLK-3340"]}),
    ("local_body", {"code": "61", "name": "Dudhpatil", "state": "STA-18", "blocks": ["BLK-6001"]}),
    ("village", {"code": "101", "name": "Rampur", "subdistrict": "SDT-2651", "local_bodies": ["LOB-31"]}),
    ("village", {"code": "102", "name": "Sundarpur", "subdistrict": "SDT-2651", "local_bodies": ["LOB-32"]}),
    ("village", {"code": "103", "name": "Salepur Sasan", "subdistrict": "SDT-2660", "local_bodies": ["LOB-32"]}),
    ("village", {"code": "601", "name": "Dholai", "subdistrict": "SDT-2110", "local_bodies": ["LOB-61"]}),
]
VILLAGES = ("VIL-101", "VIL-102", "VIL-103", "VIL-601")

INSIDE: Mapping[str, frozenset[str]] = {
    "state/21": frozenset({"VIL-101", "VIL-102", "VIL-103", "STA-21"}),
    "state/18": frozenset({"VIL-601", "STA-18"}),
    "district/345": frozenset({"VIL-101", "VIL-102", "VIL-103"}),  # 103 by its panchayat, which lies in a block of both
    "district/346": frozenset({"VIL-102", "VIL-103"}),
    "district/601": frozenset({"VIL-601"}),
    "block/3339": frozenset({"VIL-101"}),
    "block/3340": frozenset({"VIL-102", "VIL-103"}),
    "local_body/31": frozenset({"VIL-101"}),
    "local_body/61": frozenset({"VIL-601"}),
    "village/102": frozenset({"VIL-102"}),
    "district/999": frozenset(),
}
"""What lies in each of these, as far as records of this world name it: worked out by hand."""


@dataclass
class Told:
    """The identifiers of the records that were made, by type, in their order."""

    ids: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


async def put(
    registry: Registry, conn: WriteConnection, type: str, data: dict[str, Any], change: str = "create", **rest: Any
) -> str:
    """Record one draft as the node, and give its identifier."""
    table = registry.table(type)
    draft = Draft(Change(change), data, **({"valid_from": SINCE} | rest))
    faults = (await examine(registry, conn, table, [draft]))[0]
    assert not faults, faults
    return (await record(registry, conn, NODE, table, [draft]))[0].id


def household(village: str, n: int) -> dict[str, Any]:
    """A household of that village."""
    return {"village": village, "head_name": f"Head {n}", "members": n % 7 + 1}


async def areas(registry: Registry, conn: WriteConnection) -> None:
    """Put both States with their districts, blocks, panchayats and villages in."""
    for type, data in AREAS:
        await put(registry, conn, type, dict(data))
