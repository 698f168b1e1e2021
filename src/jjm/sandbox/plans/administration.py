"""Plans of the areas, the department's units, and findings that wait for a person."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

from jjm.sandbox.chance import phone, stream
from jjm.sandbox.making import Values, World
from jjm.sandbox.model import ISO, SINCE, STATE, Area, Box, Village

_HECTARES_A_CELL = 1_070  # 0.03 degrees by 0.03 at the latitude of the State
_REORGANISED, _RENAMED = date(2021, 7, 1), date(2024, 1, 15)


def state(world: World) -> None:
    """The State itself."""
    name = world.ground.state
    boxes = [area.box for area in world.ground.districts]
    whole = Box(min(b.west for b in boxes), min(b.south for b in boxes), max(b.east for b in boxes), boxes[0].north)
    values = {"code": STATE, "name": name.latin, "name_local": name.local, "iso": ISO, "kind": "state", "names": None}
    absent = {"census_2001": None, "census_2011": None, "lgd_version": 1}
    world.make("state", values | absent | _map(whole), key=0)


def district(world: World) -> None:
    """Districts, side by side from the west."""
    for number, area in enumerate(world.ground.districts):
        world.make("district", _area(area) | {"state": world.id("state", 0)}, key=number)


def subdistrict(world: World) -> None:
    """The northern and the southern half of each district."""
    for number, area in enumerate(world.ground.subdistricts):
        world.make("subdistrict", _area(area) | {"district": world.id("district", area.above)}, key=number)


def block(world: World) -> None:
    """Development blocks."""
    for number, area in enumerate(world.ground.blocks):
        world.make("block", _area(area) | {"districts": [world.id("district", area.above)]}, key=number)


def local_body(world: World) -> None:
    """District, block and Gram Panchayats."""
    ground = world.ground
    for number, area in enumerate(ground.districts):
        _panchayat(world, f"99{number + 1:04}", area, "1", ("district", number), None, [])
    for number, area in enumerate(ground.blocks):
        block = [world.id("block", number)]
        _panchayat(world, f"99{10_000 + number}", area, "2", ("block", number), ("district", area.above), block)
    for number, area in enumerate(ground.panchayats):
        block = [world.id("block", area.above)]
        _panchayat(world, area.code, area, "3", number, ("block", area.above), block)


def _panchayat(
    world: World, code: str, area: Area, kind: str, key: Hashable, above: Hashable, blocks: list[str | None]
) -> None:
    values = _area(area) | {
        "code": code,
        "local_body_type": kind,
        "urban": False,
        "state": world.id("state", 0),
        "parent": world.id("local_body", above) if above else None,
        "blocks": blocks or None,
    }
    world.make("local_body", values, key=key)


def village(world: World) -> None:
    """Villages; two of them were named otherwise before, and were put right and renamed in different years."""
    for number, village in enumerate(world.ground.villages):
        areas = {
            "subdistrict": world.id("subdistrict", village.subdistrict),
            "block": world.id("block", village.block),
            "local_body": world.id("local_body", village.panchayats[0]),
            "district": world.id("district", world.ground.blocks[village.block].above),
            "state": world.id("state", 0),
        }
        world.lies_in(number, areas)
        values = _village_values(village) | {
            "subdistrict": areas["subdistrict"],
            "local_bodies": world.ids("local_body", village.panchayats),
            "blocks": [areas["block"]],
        }
        made = world.make("village", values, key=number, at=number)
        if made is not None and village.former:
            _rename(world, village, made["id"], number)


def _village_values(village: Village) -> Values:
    name = village.former or village.name
    return _map(village.box) | {
        "code": village.code,
        "name": name.latin,
        "name_local": name.local,
        "names": None,
        "category": "revenue",
        "status": "inhabited",
        "pesa_status": "none",
        "census_2001": None,
        "census_2011": None,
        "lgd_version": 1,
        "pincodes": [f"99{100 + village.block:04}"],  # 99 is the army post, which serves no village
        "area": float(_HECTARES_A_CELL - len(village.houses)),
        "location": {"type": "Point", "coordinates": list(village.place)},
    }


def _rename(world: World, village: Village, id: str, number: int) -> None:
    assert village.former is not None, "only renamed villages come here"
    day, order = (_REORGANISED, "KP/Rev/2021/118") if number == 1 else (_RENAMED, "KP/Rev/2024/007")
    now = {"name": village.name.latin, "name_local": village.name.local, "lgd_version": 2}
    world.change("village", id, day, f"Renamed by order {order} (synthetic)", now)
    spelt = {"name": village.former.latin + "a", "name_local": village.former.local + "ा", "lgd_version": 1}
    reason = "The first list had misspelt the name (synthetic)"
    world.change("village", id, SINCE, reason, spelt, until=day)
    corrected = {"area": float(_HECTARES_A_CELL + 12)}
    world.change("village", id, date(2025, 5, 2), "Resurvey of land (synthetic)", corrected)


def habitation(world: World) -> None:
    """Habitations, with the people of their houses."""
    for number, village in enumerate(world.ground.villages):
        rng = stream(world.ground.seed, "habitation", number)
        for part, name in enumerate(village.habitations):
            houses = [house for house in village.houses if house.habitation == part]
            by_category = {
                f"population_{c}": sum(h.members for h in houses if h.category == c) for c in ("sc", "st", "general")
            }
            values = by_category | {
                "name": name.latin,
                "name_local": name.local,
                "names": None,
                "village": world.id("village", number),
                "ward": str(part + 1),
                "households": len(houses),
                "population": sum(by_category.values()),
                "contaminants": [rng.choice(("iron", "fluoride", "nitrate"))] if rng.random() < 0.08 else None,
            }
            world.make("habitation", values, key=(number, part), at=number)


def department_unit(world: World) -> None:
    """Headquarters, a circle, a division a district and a sub-division a block."""
    ground, districts = world.ground, world.ids("district", range(len(world.ground.districts)))
    _unit(world, "headquarters", "Office of the Engineer-in-Chief", "प्रमुख अभियंता कार्यालय", "hq", None, districts)
    _unit(world, "circle", "First Circle", "प्रथम वृत्त", "circle", "hq", districts)
    for number, area in enumerate(ground.districts):
        name, local = f"{area.name.latin} Division", f"{area.name.local} प्रमंडल"
        _unit(world, "division", name, local, ("division", number), "circle", districts[number : number + 1])
    for number, area in enumerate(ground.blocks):
        name, local = f"{area.name.latin} Sub-division", f"{area.name.local} अवर प्रमंडल"
        own = world.ids("district", [area.above])
        _unit(world, "subdivision", name, local, number, ("division", area.above), own, world.id("block", number))


def _unit(
    world: World,
    kind: str,
    name: str,
    local: str,
    key: Hashable,
    above: Hashable,
    districts: list[str],
    block: str | None = None,
) -> None:
    values: Values = {
        "name": name,
        "name_local": local,
        "unit_kind": kind,
        "parent": world.id("department_unit", above) if above is not None else None,
        "organisation": world.id("organisation", "department"),
        "districts": districts,
        "blocks": [block] if block else None,
        "office_phone": phone(stream(world.ground.seed, "unit", key)),
    }
    world.make("department_unit", values, key=key)


def proposal(world: World) -> None:
    """A few findings that wait for a decision, about villages that exist."""
    for number in range(0, len(world.ground.villages), 20):
        village = world.ground.villages[number]
        values = {
            "kind": "rename",
            "status": "open",
            "about_type": "village",
            # Villages come later: no reference says that a proposal is about one. Their ids follow from their codes.
            "about": f"VIL-{village.code}",
            "other": None,
            "key": f"rename/{village.code}",
            "state": world.id("state", 0),
            "data": {"name": f"{village.name.latin} Kalan", "name_local": f"{village.name.local} कलाँ"},
            "grounds": "The survey spells the name otherwise than the directory (synthetic)",
            "score": 0.82,
            "decided_by": None,
            "decided_on": None,
            "decision_note": None,
        }
        world.make("proposal", values, at=number)


def _area(area: Area) -> Values:
    name = area.name
    known = {"code": area.code, "name": name.latin, "name_local": name.local, "names": None, "lgd_version": 1}
    return known | {"census_2001": None, "census_2011": None} | _map(area.box)


def _map(box: Box) -> Values:
    ring = [[box.west, box.south], [box.east, box.south], [box.east, box.north], [box.west, box.north]]
    return {
        "location": {"type": "Point", "coordinates": list(box.middle)},
        "boundary": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }
