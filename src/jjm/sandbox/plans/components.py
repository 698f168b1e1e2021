"""Plan of what schemes are built of: a chain of components from the source to the taps, each fed by the one before."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from jjm.sandbox.chance import later, near, stream
from jjm.sandbox.making import Values, World, absent
from jjm.sandbox.model import LAST_DAY, Scheme
from jjm.sandbox.plans.entities import CONTRACTORS

_PIPE = ("material", "diameter", "length", "pressure_class", "depth")
_TANK = ("volume", "staging_height")
_PUMP = ("flow", "head", "power")
_RATING = ("apparent_power",)
_TECHNICAL = (*_PIPE, *_TANK, *_PUMP, *_RATING)


@dataclass(frozen=True, slots=True)
class _Part:
    """One link of the chain: its kind, its title, which technical fields it has, and how many years it lasts."""

    kind: str
    title: str
    measures: tuple[str, ...]
    life: int
    movable: bool = False


_WELL_CHAIN = (
    _Part("source_well", "Tube well", ("depth", "diameter"), 20),
    _Part("submersible_pump", "Pump", _PUMP, 8, movable=True),
    _Part("rising_main_raw", "Rising main", _PIPE, 30),
    _Part("elevated_reservoir", "Overhead tank", _TANK, 40),
    _Part("chlorinator", "Chlorinator", (), 7, movable=True),
    _Part("bulk_flow_meter", "Bulk meter", ("diameter",), 8, movable=True),
    _Part("distribution_main", "Distribution main", _PIPE, 30),
)
_BULK_CHAIN = (
    _Part("intake", "Intake well", ("diameter", "depth"), 40),
    _Part("raw_water_pump", "Raw water pump", _PUMP, 10, movable=True),
    _Part("rising_main_raw", "Raw water main", _PIPE, 30),
    _Part("treatment_plant", "Treatment plant", ("flow",), 30),
    _Part("clear_water_reservoir", "Clear water reservoir", ("volume",), 40),
    _Part("clear_water_pump", "Clear water pump", _PUMP, 10, movable=True),
    _Part("transformer", "Transformer", _RATING, 25, movable=True),
    _Part("rising_main_clear", "Clear water main", _PIPE, 30),
)
_VILLAGE_CHAIN = (
    _Part("elevated_reservoir", "Overhead tank", _TANK, 40),
    _Part("bulk_flow_meter", "Bulk meter", ("diameter",), 8, movable=True),
    _Part("distribution_main", "Distribution main", _PIPE, 30),
)
_CHAINS = {"SVS": _WELL_CHAIN, "BULK": _BULK_CHAIN, "IN_VILLAGE": _VILLAGE_CHAIN}
_LARGE = {"intake", "treatment_plant", "clear_water_reservoir", "clear_water_pump", "rising_main_clear"}


def scheme_component(world: World) -> None:
    """The chain of every scheme whose work has begun; the in-village parts are fed by the bulk main."""
    for number, known in enumerate(world.ground.schemes):
        if known.course.awarded is not None:
            _Chain(world, number, known).build()


class _Chain:
    """The components of one scheme, from the source on."""

    def __init__(self, world: World, number: int, known: Scheme) -> None:
        self._world, self._number, self._known = world, number, known
        self._rng = stream(world.ground.seed, "components", number)
        self._main = number if known.parent is None else known.parent
        self._village = known.villages[0]

    def build(self) -> None:
        """Make them, each fed by the one before."""
        world, course = self._world, self._known.course
        above = world.id("scheme_component", (self._main + 1, "rising_main_clear"))
        for place, part in enumerate(_CHAINS.get(self._known.kind, ())):
            fed = {"fed_by": [above] if above else None, "asset_number": f"KP/{self._number + 1:04}/{place + 1:02}"}
            values = self._identity(part) | fed | self._state() | self._measures(part) | self._care(part)
            since = course.completed or course.awarded or LAST_DAY
            made = world.make("scheme_component", values, key=(self._number, part.kind), at=self._village, since=since)
            above = made["id"] if made else above

    def _identity(self, part: _Part) -> Values:
        village = self._world.ground.villages[self._village]
        return {
            "name": f"{part.title}, {village.name.latin}",
            "kind": part.kind,
            "scheme": self._world.id("scheme", self._number),
            "parent": None,
            "village": self._world.id("village", self._village),
            "habitation": self._world.id("habitation", (self._village, 0)),
            "location": {"type": "Point", "coordinates": list(near(self._rng, village.place, 0.003))},
            "course": None,
            "installed_by": self._world.id("organisation", ("contractor", self._rng.randrange(CONTRACTORS))),
            "contract": self._world.id("contract", self._main),
            "service_provider": self._world.id("organisation", "department"),
        }

    def _state(self) -> Values:
        course, rng = self._known.course, self._rng
        if course.commissioned is None:
            status = "installed" if course.completed else "planned"
            return absent("condition", "inspected_on", "commissioned_on") | {"status": status}
        down = rng.random() < 0.04
        return {
            "status": "down" if down else "operational",
            "condition": "poor" if down else rng.choice(("good", "good", "fair")),
            "inspected_on": later(rng, date(2025, 10, 1), 0, 150).isoformat(),
            "commissioned_on": course.commissioned.isoformat(),
        }

    def _measures(self, part: _Part) -> Values:
        rng = self._rng
        measured: Values = {name: _measure(rng, name, part.kind) for name in part.measures}
        return (
            absent(*_TECHNICAL)
            | measured
            | {
                "ground_level": round(rng.uniform(40, 320), 1),
                "specification": None,
                "design_life": part.life,
                "cost": float(rng.randint(20, 900) * 1000 * (8 if part.kind in _LARGE else 1)),
            }
        )

    def _care(self, part: _Part) -> Values:
        """Maker, warranty and service of what moves."""
        rng, done = self._rng, self._known.course.commissioned
        made: Values = {"movable": part.movable}
        dated = absent("warranty_upto", "serviced_on")
        if not part.movable:
            return made | dated | absent("manufacturer", "model", "serial_number", "service_cycle")
        if done is not None:
            served = later(rng, done, 0, max(0, (LAST_DAY - done).days))
            dated = {"warranty_upto": later(rng, done, 730, 730).isoformat(), "serviced_on": served.isoformat()}
        return (
            made
            | dated
            | {
                "manufacturer": f"Synthetic Works {rng.randint(1, 4)}",
                "model": f"M-{rng.randint(100, 900)}",
                "serial_number": f"SN-{rng.randrange(10**8):08}",
                "service_cycle": rng.choice((3, 6, 12)),
            }
        )


def _measure(rng: random.Random, name: str, kind: str) -> object:
    large = kind in _LARGE
    scale = 6 if large else 1
    drawn: dict[str, object] = {
        "material": rng.choice(("hdpe", "upvc", "gi")) if not large else "di",
        "diameter": float(rng.choice((63, 75, 90, 110)) * (3 if large else 1)),
        "length": float(rng.randint(200, 1800) * scale),
        "pressure_class": "K9" if large else rng.choice(("PN 6", "PN 8")),
        "depth": round(rng.uniform(60, 140), 1) if kind == "source_well" else 1.0,
        "volume": float(rng.choice((10, 20, 30, 50)) * scale),
        "staging_height": float(rng.choice((9, 12, 15))),
        "flow": float(rng.randint(5, 20) * scale),
        "head": float(rng.randint(40, 110)),
        "power": float(rng.choice((3, 5, 7.5, 12.5)) * scale),
        "apparent_power": float(rng.choice((63, 100, 200))),
    }
    return drawn[name]
