"""What stands around the cases of a walk on a node: laboratory, kit, points of two wells, a sanction, a contract."""

from __future__ import annotations

from people_kit import House
from remedy_world import KIT, VILLAGE, RemedyWorld

_DISTRICT, _DAY = "DIS-901", "2026-04-01"


async def ground(house: House) -> dict[str, str]:
    """The identifiers of what was made, by their part."""
    world = RemedyWorld(house)
    await world.lay_out()
    scheme, point = world.ids["scheme"], {"kind": "source", "village": VILLAGE}
    about = {"scheme": scheme, "water_source": world.ids["source"]}
    second = await world.made("sampling_points", point | about | {"name": "Second well"})
    # Enough of everything for a long walk.
    reagents = [{"parameter": one, "left": 10_000, "expires_on": "2040-01-01"} for one in ("as", "f")]
    kit = await world.made("test_kits", KIT | {"number": "K-2", "expires_on": "2040-01-01", "reagents": reagents})
    laboratory = await world.made("laboratories", {
        "name": "Laboratory of a long walk", "level": "district", "district": _DISTRICT, "accreditation": "nabl",
        "accredited_upto": "2040-01-01", "accredited_parameters": ["as", "f"],
    })  # fmt: skip
    builder = await world.made("organisations", {"name": "Builder", "kind": "contractor"})
    contract = {"number": "C-1", "kind": "work", "organisation": builder, "districts": [_DISTRICT]}
    order = {"number": "S-1", "level": "administrative", "sanctioned_on": _DAY, "amount": 1000}
    made = {
        "contract": await world.made("contracts", contract | {"schemes": [scheme]}),
        "sanction": await world.made("sanctions", order | {"scheme": scheme, "district": _DISTRICT}),
    }
    known = {"village": VILLAGE, "body": "LOB-901300", "Second well": second, "kit": kit, "laboratory": laboratory}
    return world.ids | known | made
