"""Plans of the bodies that take part: organisations, village committees, laboratories, contracts."""

from __future__ import annotations

import random
from collections.abc import Hashable
from datetime import date

from jjm.sandbox.chance import day_between, later, phone, stream
from jjm.sandbox.making import World, absent
from jjm.sandbox.model import ISO, LAST_DAY, Area, Course, Name
from jjm.sandbox.names import Names

CONTRACTORS, VENDORS = 5, 3
_BODIES = (
    ("department", "state_department", "Rural Water Supply Department", "ग्रामीण जल आपूर्ति विभाग", None),
    ("mission", "state_mission", "State Water and Sanitation Mission", "राज्य जल एवं स्वच्छता मिशन", "department"),
    ("power", "power_utility", "Power Distribution Company", "विद्युत वितरण कंपनी", None),
    ("groundwater", "groundwater_agency", "Ground Water Directorate", "भूजल निदेशालय", "department"),
    ("inspection", "inspection_agency", "Works Inspection Bureau", "निर्माण निरीक्षण ब्यूरो", None),
)


def organisation(world: World) -> None:
    """The department and its mission, contractors, vendors, a support agency, an NGO and a research institute."""
    state = world.ground.state
    for key, kind, name, local, above in _BODIES:
        _body(world, key, kind, state.followed_by(name, local), above)
    names = Names(stream(world.ground.seed, "organisations"))
    for number in range(CONTRACTORS):
        _body(world, ("contractor", number), "contractor", names.root().followed_by("Jal Nirman", "जल निर्माण"))
    for number in range(VENDORS):
        _body(world, ("vendor", number), "vendor", names.root().followed_by("Instruments", "इंस्ट्रूमेंट्स"))
    _body(world, "support", "support_agency", names.root().followed_by("Gram Vikas Samiti", "ग्राम विकास समिति"))
    _body(world, "ngo", "ngo", names.root().followed_by("Jal Seva Sansthan", "जल सेवा संस्थान"))
    _body(world, "research", "research", state.followed_by("Institute of Water Research", "जल अनुसंधान संस्थान"))


def _body(world: World, key: Hashable, kind: str, name: Name, above: str | None = None) -> None:
    rng = stream(world.ground.seed, "organisation", key)
    values = {
        "name": name.latin,
        "name_local": name.local,
        "short_name": "".join(word[0] for word in name.latin.split()),
        "kind": kind,
        "status": "active",
        "parent": world.id("organisation", above) if above else None,
        "state": world.id("state", 0),
        "districts": world.ids("district", range(len(world.ground.districts))),
        "local_body": None,
        "office_phone": phone(rng),
    }
    world.make("organisation", values, key=key)


def node(world: World) -> None:
    """The State's own node, which is planned: one that answers is made by whoever runs it."""
    state = world.ground.state
    values = {
        "name": ISO,
        "title": state.followed_by("node", "नोड").latin,
        "role": "state",
        "status": "planned",
        "states": [world.id("state", 0)],
        **absent("types", "address", "exchange", "keys", "ledger_key", "software", "standards"),
    }
    world.make("node", values, key=ISO)


def committee(world: World) -> None:
    """A Village Water and Sanitation Committee in every village, made up as the guidance asks."""
    for number, village in enumerate(world.ground.villages):
        rng = stream(world.ground.seed, "committee", number)
        members = rng.randint(10, 15)
        formed = day_between(rng, date(2020, 1, 26), date(2021, 8, 15))
        approved = later(rng, formed, 10, 90)
        name = village.name.followed_by("Village Water and Sanitation Committee", "ग्राम जल एवं स्वच्छता समिति")
        values = {
            "name": name.latin,
            "name_local": name.local,
            "kind": "vwsc",
            "status": "active",
            "villages": world.ids("village", [number]),
            "local_body": world.id("local_body", village.panchayats[0]),
            "formed_on": formed.isoformat(),
            "approved_on": approved.isoformat(),
            "resolution_number": f"{formed.year}/{rng.randrange(1, 60)}",
            "term_ends_on": date(formed.year + 5, formed.month, min(formed.day, 28)).isoformat(),
            "members": members,
            "women_members": members // 2 + rng.randint(0, 2),
            "weaker_section_members": members // 4 + 1,
            "elected_members": members // 4,
            "bank_account": rng.random() < 0.9,
            "action_plan_on": later(rng, approved, 30, 200).isoformat(),
            "tariff": float(rng.choice((30, 50, 60, 75, 100))) if village.supplied_since else None,
        }
        world.make("committee", values, key=number, at=number, since=formed)


_ACCREDITED = ("ph", "turbidity", "tds", "cl", "alk", "th", "so4", "fe", "as", "f", "no3", "tc", "ecoli")
"""The parameters that every laboratory of the State is accredited for, if it is accredited at all."""


def laboratory(world: World) -> None:
    """The State's referral laboratory, one a district and one for every other block."""
    ground = world.ground
    _bench(world, "state", "state", ground.state, 0, None, None, 60)
    for number, area in enumerate(ground.districts):
        _bench(world, ("district", number), "district", area.name, number, None, "state", 20)
    for number, area in enumerate(ground.blocks[::2]):
        above = ("district", area.above)
        _bench(world, number, "block", area.name, area.above, world.id("block", number * 2), above, 13)


def _bench(
    world: World,
    key: Hashable,
    level: str,
    name: Name,
    district: int,
    block: str | None,
    above: Hashable,
    parameters: int,
) -> None:
    rng = stream(world.ground.seed, "laboratory", key)
    accredited = level != "block" or rng.random() < 0.3
    title = name.followed_by(f"{level.capitalize()} Water Testing Laboratory", "जल परीक्षण प्रयोगशाला")
    area: Area = world.ground.districts[district]
    values = {
        "name": title.latin,
        "name_local": title.local,
        "level": level,
        "kind": "departmental",
        "status": "working",
        "organisation": world.id("organisation", "department"),
        "district": world.id("district", district),
        "block": block,
        "districts_served": world.ids(
            "district", range(len(world.ground.districts)) if level == "state" else [district]
        ),
        "component": None,
        "referral": world.id("laboratory", above) if above else None,
        "accreditation": "nabl" if accredited else "applied",
        "accreditation_number": f"KP-TC-{rng.randrange(10_000):04}" if accredited else None,
        "accredited_upto": date(2027, rng.randint(1, 12), 28).isoformat() if accredited else None,
        "accredited_parameters": list(_ACCREDITED) if accredited else None,
        "parameters": parameters,
        "bacteriological": True,
        "monthly_capacity": {"state": 900, "district": 300}.get(level, 120),
        "open_to_public": True,
        "address": f"Near the block office, {area.name.latin}",
        "office_phone": phone(rng),
        "location": {"type": "Point", "coordinates": list(area.box.middle)},
    }
    world.make("laboratory", values, key=key)


def contract(world: World) -> None:
    """The works contract of every scheme with a work order, and a running contract for those that supply."""
    for number, scheme in enumerate(world.ground.schemes):
        if scheme.course.awarded and scheme.parent is None:
            rng = stream(world.ground.seed, "contract", number)
            _works(world, rng, number, scheme.course)


def _works(world: World, rng: random.Random, number: int, course: Course) -> None:
    assert course.awarded is not None, "only schemes with a work order come here"
    scheme = world.ground.schemes[number]
    village = world.ground.villages[scheme.villages[0]]
    ends = later(rng, course.awarded, 365, 540)
    liable = later(rng, course.completed, 365, 365) if course.completed else None
    amount = float(sum(len(world.ground.villages[v].houses) for v in scheme.villages) * rng.randint(28, 45) * 1000)
    status = "in_progress" if liable is None else "defect_liability" if liable > LAST_DAY else "closed"
    values = {
        "number": f"KP/W/{course.awarded.year}/{number + 1:04}",
        "subject": f"Water supply scheme of {village.name.latin}",
        "kind": "work",
        "status": status,
        "organisation": world.id("organisation", ("contractor", rng.randrange(CONTRACTORS))),
        "client": world.id("organisation", "department"),
        "department_unit": world.id("department_unit", village.block),
        "districts": world.ids("district", [world.ground.blocks[village.block].above]),
        "schemes": world.ids("scheme", [number]),
        "parent": None,
        "tender_number": f"T-{number + 1:04}/{course.awarded.year}",
        "awarded_on": course.awarded.isoformat(),
        "starts_on": later(rng, course.awarded, 7, 30).isoformat(),
        "ends_on": ends.isoformat(),
        "completed_on": course.completed.isoformat() if course.completed else None,
        "defect_liability_upto": liable.isoformat() if liable else None,
        "amount": amount,
        "paid": round(amount * (rng.uniform(0.9, 1.0) if course.completed else rng.uniform(0.1, 0.6)), 2),
        "retention": 5.0,
        "guarantees": [
            {"kind": "bank_guarantee", "amount": round(amount * 0.05, 2), "valid_upto": (liable or ends).isoformat()}
        ],
    }
    world.make("contract", values, key=number, since=course.awarded)
