"""Plan of the measuring devices: meters on running schemes, loggers in observation wells."""

from __future__ import annotations

import random
from datetime import date

from jjm.sandbox.chance import later, stream
from jjm.sandbox.making import Values, World, absent
from jjm.sandbox.model import LAST_DAY
from jjm.sandbox.plans.entities import VENDORS


def device(world: World) -> None:
    """A flow meter on the bulk meter of half of the running schemes, and a logger at every observation well."""
    for number, known in enumerate(world.ground.schemes):
        meter = world.id("scheme_component", (number, "bulk_flow_meter"))
        if meter and known.course.supplies and number % 2 == 0:
            rng = stream(world.ground.seed, "device", number)
            on = {"scheme": world.id("scheme", number), "component": meter}
            _device(world, rng, known.villages[0], "flow_meter", on, known.course.commissioned or LAST_DAY)
    for village in range(len(world.ground.villages)):
        if station := world.id("groundwater_station", village):
            rng = stream(world.ground.seed, "logger", village)
            installed = later(rng, date(2022, 4, 1), 0, 900)
            _device(world, rng, village, "groundwater_logger", {"groundwater_station": station}, installed)


def _device(world: World, rng: random.Random, village: int, kind: str, on: Values, installed: date) -> None:
    name = world.ground.villages[village].name.latin
    place = absent("scheme", "component", "groundwater_station", "water_source", "gateway", "contract") | on
    told: Values = {
        "name": f"{name} {kind.replace('_', ' ')}",
        "kind": kind,
        "status": rng.choices(("active", "silent", "faulty"), (85, 10, 5))[0],
        "village": world.id("village", village),
        "vendor": world.id("organisation", ("vendor", rng.randrange(VENDORS))),
    }
    values = place | told | _make(rng, kind == "flow_meter") | _care(rng, installed)
    world.make("device", values, at=village, since=installed)


def _make(rng: random.Random, counts: bool) -> Values:
    """Maker and way of sending; three of five flow meters are read by hand, once a day."""
    by_hand = counts and rng.random() < 0.6
    return {
        "manufacturer": f"Synthetic Works {rng.randint(1, 4)}",
        "model": f"F-{rng.randint(10, 99)}",
        "serial_number": f"SN-{rng.randrange(10**8):08}",
        "firmware": None if by_hand else f"{rng.randint(1, 3)}.{rng.randint(0, 9)}",
        "link": "manual" if by_hand else rng.choice(("mqtt", "nb_iot", "sms")),
        "interval": 1440.0 if by_hand else 15.0,
        "counter_digits": 8 if counts else None,
        "counter_unit": 1.0 if counts else None,
    }


def _care(rng: random.Random, installed: date) -> Values:
    checked = later(rng, installed, 0, max(0, (LAST_DAY - installed).days))
    return {
        "installed_on": installed.isoformat(),
        "removed_on": None,
        "calibrated_on": checked.isoformat(),
        "calibration_due_on": later(rng, checked, 365, 365).isoformat(),
        "warranty_upto": later(rng, installed, 730, 730).isoformat(),
    }
