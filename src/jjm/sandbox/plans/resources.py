"""Plans of the water itself: aquifers, watersheds, rivers and ponds, springs, observation wells, drinking sources."""

from __future__ import annotations

import random
from collections.abc import Hashable
from datetime import date

from jjm.sandbox.chance import day_between, near, stream
from jjm.sandbox.making import Values, World
from jjm.sandbox.model import SINCE, Scheme
from jjm.sandbox.names import Names


def aquifer(world: World) -> None:
    """A weathered rock aquifer under each district, and one of alluvium along the river under all of them."""
    everywhere = world.ids("district", range(len(world.ground.districts)))
    _aquifer(world, "valley", "River valley alluvium", "नदी घाटी जलोढ़", "unconfined", "alluvium", everywhere)
    for number, area in enumerate(world.ground.districts):
        name, local = f"{area.name.latin} weathered gneiss", f"{area.name.local} अपक्षयित नाइस"
        _aquifer(world, number, name, local, "semi_confined", "gneiss", everywhere[number : number + 1])


def _aquifer(world: World, key: str | int, name: str, local: str, kind: str, rock: str, districts: list[str]) -> None:
    rng = stream(world.ground.seed, "aquifer", key)
    values = {
        "name": name,
        "name_local": local,
        "kind": kind,
        "rock": rock,
        "parent": None,
        "districts": districts,
        "top": round(rng.uniform(3, 12), 1),
        "thickness": round(rng.uniform(15, 60), 1),
        "transmissivity": round(rng.uniform(20, 400), 1),
        "storativity": round(rng.uniform(0.01, 0.15), 3),
        "typical_yield": round(rng.uniform(1, 8), 1),
        "contaminants": ["iron"] if rock == "alluvium" else ["fluoride"],
        "category": rng.choice(("safe", "safe", "semi_critical")),
    }
    world.make("aquifer", values, key=key)


def surface_water_body(world: World) -> None:
    """A river through all districts, a reservoir on it, and a pond in every seventh village."""
    ground, rng = world.ground, stream(world.ground.seed, "water bodies")
    everywhere = world.ids("district", range(len(ground.districts)))
    name = Names(rng).root()
    river: Values = {
        "perennial": True,
        "capacity": None,
        "depth": round(rng.uniform(2, 6), 1),
        "villages": None,
    }
    _body(world, "river", name.latin + " Nadi", name.local + " नदी", river | {"districts": everywhere}, "river")
    dam: Values = {
        "capacity": 42_000_000.0,
        "depth": 28.0,
        "drinking_allocation": 5_200_000.0,
        "villages": None,
    }
    _body(
        world, "reservoir", name.latin + " Bandh", name.local + " बाँध", dam | {"districts": everywhere[:1]}, "reservoir"
    )
    for number in range(0, len(ground.villages), 7):
        village = ground.villages[number]
        district = world.ids("district", [ground.blocks[village.block].above])
        pond: Values = {"districts": district, "villages": world.ids("village", [number]), "depth": 3.5}
        size = {"spread": round(rng.uniform(0.4, 6), 1), "capacity": float(rng.randint(4, 90) * 1000)}
        latin, local = f"{village.name.latin} Talab", f"{village.name.local} तालाब"
        _body(world, number, latin, local, pond | size | {"drinking_allocation": None}, "pond", number)


def _body(world: World, key: str | int, name: str, local: str, more: Values, kind: str, at: int | None = None) -> None:
    owner = world.id("organisation", "department") if kind == "reservoir" else None
    values = {"name": name, "name_local": local, "kind": kind, "owner": owner, "in_use": True, "encroached": False}
    world.make("surface_water_body", {"boundary": None} | values | more, key=key, at=at)


def watershed(world: World) -> None:
    """A basin, a watershed in it for each district, and a micro-watershed for each block."""
    ground = world.ground
    everywhere = world.ids("district", range(len(ground.districts)))
    _shed(world, "basin", "basin", "Kalpit basin", "कल्पित बेसिन", None, everywhere, 96_000.0)
    for number, area in enumerate(ground.districts):
        own, name, local = everywhere[number : number + 1], f"{area.name.latin} watershed", f"{area.name.local} जलग्रहण"
        _shed(world, ("district", number), "watershed", name, local, "basin", own, 48_000.0)
    for number, area in enumerate(ground.blocks):
        own, name, local = world.ids("district", [area.above]), f"{area.name.latin} nala", f"{area.name.local} नाला"
        _shed(world, number, "micro_watershed", name, local, ("district", area.above), own, 900.0)


def _shed(
    world: World,
    key: Hashable,
    level: str,
    name: str,
    local: str,
    above: Hashable,
    districts: list[str],
    size: float,
) -> None:
    values = {
        "name": name,
        "name_local": local,
        "code": f"KP-{len(world.made.get('watershed', ())) + 1:03}",
        "level": level,
        "parent": world.id("watershed", above) if above else None,
        "drains_to": world.id("surface_water_body", "river"),
        "districts": districts,
        "area": size,
        "rainfall": float(stream(world.ground.seed, "rain", key).randint(1050, 1480)),
        "boundary": None,
    }
    world.make("watershed", values, key=key)


def groundwater_station(world: World) -> None:
    """Two observation wells a block."""
    for number in range(0, len(world.ground.villages), 10):
        village = world.ground.villages[number]
        rng = stream(world.ground.seed, "station", number)
        kind, depth = rng.choice((("dug_well", 12.0), ("piezometer", 60.0)))
        district = world.ground.blocks[village.block].above
        values = {
            "name": f"{village.name.latin} observation well",
            "name_local": f"{village.name.local} प्रेक्षण कूप",
            "code": f"KP-GW-{number:04}",
            "kind": kind,
            "status": "active",
            "agency": world.id("organisation", "groundwater"),
            "district": world.id("district", district),
            "block": world.id("block", village.block),
            "village": world.id("village", number),
            "ground_level": round(rng.uniform(40, 320), 1),
            "measuring_point": round(rng.uniform(0.3, 1.1), 2),
            "depth": depth,
            "aquifer": world.id("aquifer", district),
            "watershed": world.id("watershed", village.block),
            "telemetry": kind == "piezometer",
            "measures_level": True,
            "observed_since": day_between(rng, SINCE).isoformat(),
        }
        world.make("groundwater_station", values, key=number, at=number)


def spring(world: World) -> None:
    """A spring in every eleventh village."""
    for number in range(5, len(world.ground.villages), 11):
        village = world.ground.villages[number]
        rng = stream(world.ground.seed, "spring", number)
        discharge = round(rng.uniform(6, 60), 1)
        values = {
            "name": f"{village.name.latin} Jharna",
            "name_local": f"{village.name.local} झरना",
            "kind": rng.choice(("contact", "fracture", "depression")),
            "village": world.id("village", number),
            "elevation": round(rng.uniform(180, 420), 1),
            "discharge": discharge,
            "lean_discharge": round(discharge * rng.uniform(0.1, 0.6), 1),
            "dependents": len(village.houses) // 4,
            "springshed": None,
            "springshed_area": round(rng.uniform(2, 20), 1),
            "aquifer": world.id("aquifer", world.ground.blocks[village.block].above),
            "watershed": world.id("watershed", village.block),
        }
        world.make("spring", values, key=number, at=number)


def water_source(world: World) -> None:
    """The wells and intakes of every scheme, and a handpump in every village."""
    for number, scheme in enumerate(world.ground.schemes):
        rng = stream(world.ground.seed, "source", number)
        if scheme.kind == "BULK":
            _intake(world, rng, number, scheme)
        elif scheme.kind == "SVS":
            for well in range(rng.choice((1, 1, 2))):
                _well(world, rng, ("scheme", number, well), scheme.villages[0], "deep_tube_well", scheme)
    for number in range(len(world.ground.villages)):
        _well(world, stream(world.ground.seed, "handpump", number), ("handpump", number), number, "handpump", None)


def _intake(world: World, rng: random.Random, number: int, scheme: Scheme) -> None:
    village = world.ground.villages[scheme.villages[0]]
    values = _source(world, rng, scheme.villages[0], "river", scheme.course.completed) | {
        "name": f"{village.name.latin} intake",
        "name_local": f"{village.name.local} इंटेक",
        "depth": None,
        "casing_diameter": None,
        "static_water_level": None,
        "pump_setting_depth": None,
        "tested_yield": round(rng.uniform(40, 90), 1),
        "allocation": float(rng.randint(3, 9) * 1000),
        "aquifer": None,
        "surface_water_body": world.id("surface_water_body", "river"),
    }
    world.make("water_source", values, key=("scheme", number, 0), at=scheme.villages[0])


def _well(
    world: World, rng: random.Random, key: tuple[Hashable, ...], village: int, kind: str, scheme: Scheme | None
) -> None:
    deep = kind == "deep_tube_well"
    depth = round(rng.uniform(60, 140) if deep else rng.uniform(25, 60), 1)
    place = world.ground.villages[village]
    number = f" {key[-1] + 1}" if isinstance(key[-1], int) and deep else ""
    since = scheme.course.completed if scheme else date(2012, 4, 1)
    values = _source(world, rng, village, kind, since) | {
        "name": f"{place.name.latin} {'tube well' if deep else 'handpump'}{number}",
        "name_local": f"{place.name.local} {'नलकूप' if deep else 'हैंडपंप'}{number}",
        "depth": depth,
        "casing_diameter": 200.0 if deep else 125.0,
        "static_water_level": round(rng.uniform(3, 18), 1),
        "pump_setting_depth": round(depth * 0.7, 1) if deep else None,
        "tested_yield": round(rng.uniform(1.5, 7), 1) if deep else 0.3,
        "allocation": None,
        "surface_water_body": None,
        "aquifer": world.id("aquifer", world.ground.blocks[place.block].above),
    }
    world.make("water_source", values, key=key, at=village)


def _source(world: World, rng: random.Random, village: int, kind: str, since: date | None) -> Values:
    place = near(rng, world.ground.villages[village].place, 0.004)
    return {
        "kind": kind,
        "status": "in_use" if since else "planned",
        "village": world.id("village", village),
        "location": {"type": "Point", "coordinates": list(place)},
        "private": False,
        "drinking": True,
        "spring": None,
        "landmark": None,
        "commissioned_on": since.isoformat() if since else None,
        "yield_tested_on": since.isoformat() if since else None,
        "perennial": rng.random() < 0.85,
    }
