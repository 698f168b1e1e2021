"""Plans of households, of the people who work for their water, and of the posts they hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jjm.sandbox.chance import day_between, later, near, phone, stream
from jjm.sandbox.making import Values, World, absent
from jjm.sandbox.model import House, Name
from jjm.sandbox.names import Names

_SURVEY = (date(2021, 4, 1), date(2021, 12, 31))


def household(world: World) -> None:
    """Every house of every village, with the tap it has today."""
    for number, village in enumerate(world.ground.villages):
        rng = stream(world.ground.seed, "households", number)
        names = Names(rng)
        for place, house in enumerate(village.houses):
            surveyed = day_between(rng, *_SURVEY)
            values = _house(world, rng, names, number, place, house) | _survey(surveyed, house)
            since = min(surveyed, house.connected_on or surveyed)
            world.make("household", values, key=(number, place), at=number, since=since)


def _survey(surveyed: date, house: House) -> Values:
    tap = house.connected_on
    return {"has_tap": tap is not None, "surveyed_on": max(surveyed, tap or surveyed).isoformat()}


def _house(world: World, rng: random.Random, names: Names, village: int, place: int, house: House) -> Values:
    known = world.ground.villages[village]
    return {
        "village": world.id("village", village),
        "habitation": world.id("habitation", (village, house.habitation)),
        "house_number": f"{house.habitation + 1}/{place + 1}",
        "head_name": names.person(woman=rng.random() < 0.25).latin,
        "phone": phone(rng) if rng.random() < 0.8 else None,
        "address": f"House {house.habitation + 1}/{place + 1}, {known.habitations[house.habitation].latin}",
        "location": {"type": "Point", "coordinates": list(near(rng, known.place, 0.003))},
        "language": "hi",
        "members": house.members,
        "social_category": house.category,
        "toilet": "none" if place % 9 == 8 else rng.choice(("twin_pit", "twin_pit", "single_pit", "septic_tank")),
    }


_OFFICES = {"local_body": "local_bodies", "block": "blocks", "district": "districts"}


@dataclass(frozen=True, slots=True)
class _Post:
    """One post: what its holder is, the role, where it works and to whom it reports."""

    key: str
    kind: str
    role: str
    appointment: str
    areas: Values
    above: str | None = None
    village: int | None = None
    woman: bool = False


def _posts(world: World) -> Iterator[_Post]:
    yield from _department(world)
    ground = world.ground
    for number, village in enumerate(ground.villages):
        place: Values = {"villages": world.ids("village", [number])}
        seat = place | {"committee": world.id("committee", number)}
        above = f"aee-{village.block}"
        yield _Post(
            f"chair-{number}", "committee_member", "committee_chair", "nominated", seat, None, number, number % 2 == 0
        )
        yield _Post(f"ftk-{number}", "ftk_tester", "ftk_tester", "voluntary", place, f"chair-{number}", number, True)
        if village.supplied_since:
            scheme = place | {"schemes": world.ids("scheme", [village.scheme])}
            yield _Post(f"njm-{number}", "nal_jal_mitra", "nal_jal_mitra", "nominated", scheme, above, number)
    for number in range(len(ground.panchayats)):
        body: Values = {"local_bodies": world.ids("local_body", [number])}
        yield _Post(f"sarpanch-{number}", "elected_member", "sarpanch", "elected", body, woman=number % 2 == 1)
        yield _Post(f"secretary-{number}", "panchayat_staff", "panchayat_secretary", "regular", body)


def _department(world: World) -> Iterator[_Post]:
    ground = world.ground
    head: Values = {"department_unit": world.id("department_unit", "circle")}
    yield _Post("se", "department_staff", "superintending_engineer", "regular", head)
    for number in range(len(ground.districts)):
        unit: Values = {
            "districts": world.ids("district", [number]),
            "department_unit": world.id("department_unit", ("division", number)),
        }
        yield _Post(f"ee-{number}", "department_staff", "executive_engineer", "regular", unit, "se")
        laboratory = unit | {"laboratory": world.id("laboratory", ("district", number)), "department_unit": None}
        yield _Post(f"lab-{number}", "laboratory_staff", "laboratory_in_charge", "contract", laboratory, woman=True)
    for number, area in enumerate(ground.blocks):
        unit = {"blocks": world.ids("block", [number]), "department_unit": world.id("department_unit", number)}
        yield _Post(
            f"aee-{number}", "department_staff", "assistant_executive_engineer", "regular", unit, f"ee-{area.above}"
        )


def functionary(world: World) -> None:
    """Engineers, laboratory staff, panchayat and committee members, Nal Jal Mitras and field kit testers."""
    for post in _posts(world):
        rng = stream(world.ground.seed, "functionary", post.key)
        name = Names(rng).person(post.woman or rng.random() < 0.2)
        world.make("functionary", _person(world, rng, post, name), key=post.key, at=post.village)


def _person(world: World, rng: random.Random, post: _Post, name: Name) -> Values:
    trained = post.kind in ("nal_jal_mitra", "ftk_tester")
    staff = post.kind in ("department_staff", "laboratory_staff")
    course: Values = {
        "course": "Nal Jal Mitra, multi-skilling" if post.kind == "nal_jal_mitra" else "Field test kits",
        "completed_on": day_between(rng, date(2022, 4, 1), date(2023, 12, 31)).isoformat(),
        "hours": 510 if post.kind == "nal_jal_mitra" else 16,
    }
    return {
        "name": name.latin,
        "name_local": name.local,
        "kind": post.kind,
        "status": "active",
        "state": world.id("state", 0),
        **_office(world, post),
        "village": world.id("village", post.village) if post.village is not None else None,
        "organisation": world.id("organisation", "department") if staff else None,
        "employee_number": f"KP-{rng.randrange(10**5):05}" if staff else None,
        "gender": "female" if post.woman else rng.choice(("female", "male", "male")),
        "social_category": rng.choice(("sc", "st", "general", "general")),
        "phone": phone(rng),
        "email": f"{name.latin.lower().replace(' ', '.')}@mail.example" if staff else None,
        "language": "hi",
        "skill_level": 4 if post.kind == "nal_jal_mitra" else None,
        "trainings": [course] if trained else None,
    }


def _office(world: World, post: _Post) -> Values:
    """Where somebody is posted, by the smallest area that holds it."""
    told = absent(*_OFFICES)
    if post.village is not None:
        return told | {"local_body": world.id("local_body", world.ground.villages[post.village].panchayats[0])}
    field = next((name for name, areas in _OFFICES.items() if post.areas.get(areas)), None)
    return told if field is None else told | {field: post.areas[_OFFICES[field]][0]}


def appointment(world: World) -> None:
    """What each of them does, where, and who stands above."""
    places = (
        "districts",
        "blocks",
        "local_bodies",
        "villages",
        "department_unit",
        "schemes",
        "committee",
        "laboratory",
    )
    for post in _posts(world):
        rng = stream(world.ground.seed, "appointment", post.key)
        since = day_between(rng, date(2020, 4, 1), date(2024, 3, 31))
        values = (
            absent(*places)
            | post.areas
            | {
                "functionary": world.id("functionary", post.key),
                "role": post.role,
                "kind": post.appointment,
                "status": "active",
                "starts_on": since.isoformat(),
                "ends_on": None,
                "state": world.id("state", 0),
                "reports_to": world.id("appointment", post.above) if post.above else None,
                "order_number": f"KP/{since.year}/{rng.randrange(1000):03}",
                "order_date": later(rng, since, -30, 0).isoformat(),
            }
        )
        world.make(
            "appointment", {k: v for k, v in values.items() if v != []}, key=post.key, at=post.village, since=since
        )
