"""Plans of water quality: what laboratories and kits found in the villages, and what a report states of the State."""

from __future__ import annotations

from datetime import date
from random import Random

from jjm.sandbox.chance import day_between, later, stream
from jjm.sandbox.making import Values, World, absent
from jjm.sandbox.model import LAST_DAY

# Before and after the monsoon, in each of the last two years.
_ROUNDS = tuple((date(y, m, 1), date(y, m + 1, 28)) for y in (2024, 2025) for m in (4, 10))
_PLACES = ("source", "standpost", "school", "handpump")
# Parameter, usual least and most, acceptable and permissible limit (IS 10500:2012); an invented aquifer has fluoride.
_LIMITS = (
    ("tds", 120, 460, 500, 2000), ("cl", 12, 180, 250, 1000), ("th", 60, 190, 200, 600), ("f", 0.1, 0.9, 1.0, 1.5),
    ("no3", 2, 38, 45, 45), ("so4", 5, 120, 200, 400),
)  # fmt: skip
_BAD, _DOUBTFUL = 0.05, 0.15


def water_quality_test(world: World) -> None:
    """Two rounds of samples a year from every second village; about one in twenty is beyond a limit."""
    for number in range(0, len(world.ground.villages), 2):
        rng = stream(world.ground.seed, "water quality", number)
        for first, last in _ROUNDS:
            sampled = day_between(rng, first, last)
            tested = later(rng, sampled, 1, 4)
            found = list(_found(rng))
            told = {
                "village": world.id("village", number),
                "method": "laboratory",
                "point_kind": rng.choice(_PLACES),
                "sampled_on": sampled.isoformat(),
                "tested_on": tested.isoformat(),
                "reported_on": later(rng, tested, 0, 3).isoformat(),
                "results": found,
                "contaminated": any(one["verdict"] == "beyond" for one in found),
            }
            rest = absent("habitation", "scheme", "sampling_point", "laboratory", "laboratory_name", "remarks")
            world.make("water_quality_test", told | rest, at=number, since=min(tested, LAST_DAY))


def _found(rng: Random) -> list[Values]:
    results: list[Values] = [{"parameter": "ph", "value": round(rng.uniform(6.8, 8.2), 1), "verdict": "acceptable"}]
    chance, which = rng.random(), rng.choice(("f", "no3"))
    for parameter, least, most, acceptable, permissible in _LIMITS:
        value, verdict = rng.uniform(least, most), "acceptable"
        if chance < _BAD and parameter == which:
            value, verdict = permissible * rng.uniform(1.1, 1.8), "beyond"
        elif _BAD <= chance < _DOUBTFUL and parameter == "th":
            value, verdict = rng.uniform(acceptable * 1.05, permissible * 0.8), "permissible"
        results.append({"parameter": parameter, "value": round(value, 2 if most < 2 else 0), "verdict": verdict})
    coli = rng.random() < 0.01
    bacteria: Values = {"parameter": "ecoli", "value": rng.randint(2, 40) if coli else 0}
    return [*results, bacteria | {"verdict": "beyond" if coli else "acceptable"}]


def reported_figures(world: World) -> None:
    """What report J3 would state of the invented State, from its own villages."""
    villages = world.ground.villages
    for year in (2024, 2025):
        day = date(year + 1, 3, 31)
        served = [v for v in villages if v.supplied_since is not None and v.supplied_since <= day]
        households = sum(len(v.houses) for v in villages)
        taps = sum(v.taps(day) for v in villages)
        figures = {
            "villages": len(villages),
            "households": households,
            "households_balance": households - taps,
            "pws_villages": len(served),
            "pws_households": sum(len(v.houses) for v in served),
            "pws_connections": sum(v.taps(day) for v in served),
        }
        told = [{"figure": name, "value": value} for name, value in figures.items()]
        about = {"about": world.id("state", 0), "report": "j3", "as_on": day.isoformat()}
        world.make("reported_figures", about | {"figures": told, "remarks": None}, at=0, since=day)
