"""Plans of the taps of households, schools and Anganwadi centres, and of the points where their water is sampled."""

from __future__ import annotations

from jjm.sandbox.chance import near, stream
from jjm.sandbox.making import Values, World
from jjm.sandbox.model import House, Institution, Village

_TITLES = {"school": ("Primary School", "प्राथमिक विद्यालय"), "anganwadi": ("Anganwadi Centre", "आंगनवाड़ी केंद्र")}


def sampling_point(world: World) -> None:
    """The source of every scheme, the last tap of every supplied village, and the first school with a tap."""
    for number, known in enumerate(world.ground.schemes):
        if source := world.id("water_source", ("scheme", number, 0)):
            _point(world, ("source", number), known.villages[0], "source", number, {"water_source": source})
    for number, village in enumerate(world.ground.villages):
        if village.supplied_since:
            _point(world, ("tap", number), number, "household", village.scheme, {"treated": True, "tail_end": True})
        if village.with_tap("school"):
            _point(world, ("school", number), number, "school", village.scheme, {"treated": True, "tail_end": False})


def _point(world: World, key: tuple[str, int], at: int, kind: str, scheme: int | None, more: Values) -> None:
    village = world.ground.villages[at]
    from_source = kind == "source"
    values: Values = {
        "name": f"{village.name.latin} {kind} point",
        "name_local": f"{village.name.local} नमूना स्थल",
        "kind": kind,
        "status": "active",
        "village": world.id("village", at),
        "habitation": world.id("habitation", (at, len(village.habitations) - 1)),
        "scheme": world.id("scheme", scheme),
        "component": world.id("scheme_component", (scheme, "source_well" if from_source else "distribution_main")),
        "water_source": None,
        "laboratory": world.id("laboratory", ("district", world.ground.blocks[village.block].above)),
        "treated": False,
        "chlorinated": not from_source,
        "tail_end": False,
        "location": {"type": "Point", "coordinates": list(village.place)},
    }
    world.make("sampling_point", values | more, key=key, at=at)


def tap_connection(world: World) -> None:
    """A connection for every household that has one; the truth says which."""
    for number, village in enumerate(world.ground.villages):
        rng = stream(world.ground.seed, "connections", number)
        for place, house in enumerate(village.houses):
            if house.connected_on is None:
                continue
            metered = rng.random() < 0.15
            point = {"type": "Point", "coordinates": list(near(rng, village.place, 0.003))}
            values = _tap(world, number, village, place, house, metered) | {"location": point}
            world.make("tap_connection", values, at=number, since=house.connected_on)


def _tap(world: World, number: int, village: Village, place: int, house: House, metered: bool) -> Values:
    assert house.connected_on is not None, "only connected houses come here"
    day, serial = house.connected_on.isoformat(), f"{number + 1:04}/{place + 1:04}"
    return {
        "household": world.id("household", (number, place)),
        "village": world.id("village", number),
        "scheme": world.id("scheme", village.scheme),
        "number": f"KP/{serial}",
        "status": "functional" if house.flows else "non_functional",
        "kind": "metered" if metered else "non_metered",
        "use": "residential",
        "connected_on": day,
        "disconnected_on": None,
        "pipe_diameter": 15.0,
        "meter_number": f"M/{serial}" if metered else None,
        "meter_status": "working" if metered else "no_meter",
        "meter_installed_on": day if metered else None,
        "monthly_charge": None if metered else 60.0,
        "sampling_point": world.id("sampling_point", ("tap", number)) if place == len(village.houses) - 1 else None,
    }


def institution_connection(world: World) -> None:
    """Schools and Anganwadi centres, with or without a tap."""
    for number, village in enumerate(world.ground.villages):
        for place, institution in enumerate(village.institutions):
            _institution(world, number, village, place, institution)


def _institution(world: World, number: int, village: Village, place: int, known: Institution) -> None:
    rng, since = stream(world.ground.seed, "institution", number, place), known.connected_on
    name, has, school = village.name.followed_by(*_TITLES[known.kind]), since is not None, known.kind == "school"
    values = {
        "name": f"{name.latin} {place + 1}",
        "name_local": f"{name.local} {place + 1}",
        "kind": known.kind,
        "management": "government",
        "school_category": "primary" if school else None,
        "village": world.id("village", number),
        "habitation": world.id("habitation", (number, place % len(village.habitations))),
        "scheme": world.id("scheme", village.scheme) if has else None,
        "status": ("functional" if rng.random() < 0.94 else "non_functional") if has else "planned",
        "connected_on": since.isoformat() if since else None,
        "users": known.users,
        "drinking_taps": rng.randint(1, 4) if has else 0,
        "kitchen_tap": has and rng.random() < 0.8,
        "handwashing": has and rng.random() < 0.9,
        "toilet_water": has and rng.random() < 0.7,
        "sampling_point": world.id("sampling_point", ("school", number)) if has and school and place == 0 else None,
        "location": {"type": "Point", "coordinates": list(near(rng, village.place, 0.004))},
    }
    world.make("institution_connection", values, at=number)
