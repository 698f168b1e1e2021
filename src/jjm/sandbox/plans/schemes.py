"""Plan of the schemes: single village schemes, and multi village schemes with their bulk and in-village parts."""

from __future__ import annotations

import random
from datetime import date

from jjm.sandbox.chance import day_between, later, stream
from jjm.sandbox.making import Values, World, absent
from jjm.sandbox.model import LAST_DAY, Course, Scheme

_KINDS = {
    "SVS": ("Single Village Scheme", "एकल ग्राम योजना"),
    "MVS": ("Multi Village Scheme", "बहु ग्राम योजना"),
    "BULK": ("Bulk Water Supply", "थोक जल आपूर्ति"),
    "IN_VILLAGE": ("In-village Works", "ग्राम के भीतर के कार्य"),
}
_CATEGORIES = {"SVS": "svs_adequate_source", "IN_VILLAGE": "retrofit_completed"}
_DONE = {
    "in_progress": (20, 85),
    "physically_complete": (95, 100),
    "commissioned": (100, 100),
    "handed_over": (100, 100),
}
_COST_A_HOUSEHOLD = (38_000, 62_000)
_LITRES = 55


def scheme(world: World) -> None:
    """Every scheme as it stands on the last day; what has been handed over also shows the steps by which it came."""
    for number, known in enumerate(world.ground.schemes):
        rng = stream(world.ground.seed, "scheme", number)
        values = _Sheet(world, rng, number, known).values()
        first = known.course.sanctioned or date(2025, 8, 15)
        at = known.villages[0]
        if known.course.stage == "handed_over" and number % 3 == 0:
            _grow(world, number, at, values, known.course)
        else:
            world.make("scheme", values, key=number, at=at, since=first)


def _grow(world: World, number: int, at: int, values: Values, course: Course) -> None:
    """A scheme that was recorded when it was sanctioned, and again at each later step."""
    sanctioned, built, done = course.sanctioned, course.awarded, course.handed_over
    assert sanctioned and built and course.commissioned and done, "a scheme that was handed over took every step"
    to_come = ("completion_date", "commissioned_on", "handed_over_on", "handed_over_to", "operating_status")
    early = absent(*to_come) | {"status": "sanctioned", "physical_progress": 0.0, "connections_achieved": 0}
    spent = ("expenditure_central", "expenditure_state", "community_contribution", "monthly_cost")
    unspent = absent(*spent, "work_order_date", "milestones")
    made = world.make("scheme", values | early | unspent, key=number, at=at, since=sanctioned)
    if made is None:
        return
    started = {"status": "in_progress", "work_order_date": built.isoformat(), "physical_progress": 5.0}
    flowing = {name: values[name] for name in ("completion_date", "commissioned_on", "operating_status", "milestones")}
    whole = {
        "status": "commissioned",
        "physical_progress": 100.0,
        "connections_achieved": values["connections_achieved"],
    }
    world.change("scheme", made["id"], built, "Work order issued (synthetic)", started)
    world.change("scheme", made["id"], course.commissioned, "Commissioned after trial run (synthetic)", whole | flowing)
    world.change("scheme", made["id"], done, "Handed over to the Gram Panchayat (synthetic)", values)


class _Sheet:
    """The sheet of one scheme."""

    def __init__(self, world: World, rng: random.Random, number: int, known: Scheme) -> None:
        self._world, self._rng, self._number, self._known = world, rng, number, known
        villages = [world.ground.villages[n] for n in known.villages]
        self._first = villages[0]
        self._households = sum(len(v.houses) for v in villages)
        self._taps = sum(v.taps() for v in villages)
        self._people = sum(v.population for v in villages)

    def values(self) -> Values:
        """All it says."""
        return self._identity() | self._parties() | self._design() | self._steps() | self._money()

    def _identity(self) -> Values:
        name, known = self._first.name.followed_by(*_KINDS[self._known.kind]), self._known
        return {
            "name": name.latin,
            "name_local": name.local,
            "kind": known.kind,
            "category": _CATEGORIES.get(known.kind, "mvs_wtp"),
            "nature": "normal" if self._households > 25 else "mini",
            "status": known.course.stage,
            "operating_status": self._flow(),
            "parent": self._world.id("scheme", known.parent) if known.parent is not None else None,
            "villages": self._world.ids("village", known.villages),
            "habitations": None,
            "location": {"type": "Point", "coordinates": list(self._first.place)},
        }

    def _flow(self) -> str | None:
        if not self._known.course.supplies:
            return None
        return self._rng.choices(("operative", "partially_operative", "non_operative"), (86, 10, 4))[0]

    def _parties(self) -> Values:
        world, own = self._world, self._known.kind in ("SVS", "IN_VILLAGE")
        department = world.id("organisation", "department")
        handed_over = self._known.course.handed_over is not None
        body = world.id("local_body", self._first.panchayats[0])
        sources = [world.id("water_source", ("scheme", self._number, well)) for well in range(2)]
        return {
            "department_unit": world.id("department_unit", self._first.block),
            "agency": department,
            "operator": department if self._known.course.supplies and not handed_over else None,
            "committee": world.id("committee", self._known.villages[0]) if own else None,
            "sources": [id for id in sources if id] or None,
            "treatment": ["chlorination"] if own else ["conventional", "chlorination"],
            "handed_over_to": body if handed_over else None,
        }

    def _design(self) -> Values:
        sanctioned = self._known.course.sanctioned or date(2026, 4, 1)
        people = round(self._people * 1.3)
        return {
            "design_population": people,
            "design_year": sanctioned.year + 30,
            "service_level": float(_LITRES),
            "capacity": round(people * _LITRES * 1.15 / 1000, 1),
            "supply_hours": self._rng.choice((2.0, 3.0, 4.0, 6.0)),
            "connections_planned": self._households,
            "connections_achieved": self._taps,
            "energy": self._rng.choice(("grid", "grid", "hybrid", "solar")),
            "power_consumer_number": f"KP-{self._rng.randrange(10**7):07}",
        }

    def _steps(self) -> Values:
        course = self._known.course
        steps = {
            "sanctioned_on": course.sanctioned,
            "work_order_date": course.awarded,
            "target_date": later(self._rng, course.awarded, 365, 540) if course.awarded else None,
            "completion_date": course.completed,
            "commissioned_on": course.commissioned,
            "handed_over_on": course.handed_over,
        }
        least, most = _DONE.get(course.stage, (0, 0))
        return {name: day.isoformat() if day else None for name, day in steps.items()} | {
            "sanction_year": _financial_year(course.sanctioned) if course.sanctioned else None,
            "physical_progress": float(self._rng.randint(least, most)),
            "milestones": self._milestones() or None,
        }

    def _milestones(self) -> list[dict[str, str]]:
        course = self._known.course
        if course.awarded is None:
            return []
        end = course.completed or LAST_DAY
        between = sorted(day_between(self._rng, course.awarded, end) for _ in range(4))
        built = ("source", "pump_house", "network", "fhtc")[: 4 if course.completed else 2]
        marks = [("formal_workorder", course.awarded), *zip(built, between, strict=False)]
        marks += [("work_completion", course.completed), ("trial_run", course.commissioned)]
        marks += [("scheme_handover", course.handed_over)]
        return [{"milestone": mark, "reached_on": day.isoformat()} for mark, day in marks if day]

    def _money(self) -> Values:
        cost = self._households * self._rng.randint(*_COST_A_HOUSEHOLD)
        spent = cost * self._spent_share()
        supplies = self._known.course.supplies
        return {
            "estimated_cost": float(cost),
            "expenditure_central": round(spent * 0.5, 2),
            "expenditure_state": round(spent * 0.5, 2),
            "community_contribution": round(spent * self._rng.choice((0.05, 0.1)), 2),
            "monthly_cost": round(self._households * self._rng.uniform(45, 95), 2) if supplies else None,
        }

    def _spent_share(self) -> float:
        stage = self._known.course.stage
        if stage in ("commissioned", "handed_over", "physically_complete"):
            return self._rng.uniform(0.88, 1.0)
        return self._rng.uniform(0.1, 0.7) if stage == "in_progress" else 0.0


def _financial_year(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1
