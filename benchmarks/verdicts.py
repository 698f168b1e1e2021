"""Verdicts: samples of the 13 basic parameters judged a second, beside bare comparisons of the same numbers.

The yardstick is what somebody would write who takes no care: `value <= limit` on floats for every value, with the
limits of one edition in a dictionary; no units, limits of detection, conditions or reasons. A third of the samples come
in other units.
"""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import date
from decimal import Decimal

import psutil

from benchmarks.table import Measure
from jjm.solutions.quality.limits import Below, Circumstances, Measured, Result, judge
from jjm.standards import default_folder, edition_on, load

DAY = date(2026, 11, 1)
TAP = Circumstances(treated=True, chlorinated=True, consumer_end=True)
BASIC = ("ph", "tds", "turbidity", "cl", "alk", "th", "so4", "fe", "as", "f", "no3", "tc", "ecoli", "mg")
_TOLD = {"as": ("ug/l", Decimal(1000)), "no3": ("mg/L as N", Decimal("0.2259"))}
_ROUNDS = 3
ROWS = ("verdicts",)


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """Verdicts on up to 20,000 samples."""
    yield "verdicts", Measure(**run(min(n, 20_000)))


def run(n: int) -> dict[str, object]:
    """The fields of a Measure."""
    editions = load(default_folder()).limits
    newest = edition_on(editions.values(), DAY)
    assert newest is not None
    limits = {code: newest.limits[code] for code in BASIC}
    bounds = {c: (a.least, a.most) for c, limit in limits.items() if (a := limit.permissible or limit.acceptable)}
    plain = {
        code: (float(least if least is not None else 0), float(most if most is not None else "inf"))
        for code, (least, most) in bounds.items()
    } | dict.fromkeys(("tc", "ecoli"), (0.0, 0.0))
    samples = _samples(n, {code: most for code, (_, most) in plain.items()})
    numbers = [[(r.parameter, _number(r)) for r in sample] for sample in samples]

    def judged() -> int:
        return sum(judge(sample, DAY, TAP, editions).contaminated is True for sample in samples)

    def compared() -> int:
        return sum(1 for one in numbers if sum(not plain[c][0] <= value <= plain[c][1] for c, value in one))

    judged()
    ours, theirs = _in_turns(judged, compared)
    rate, bare = n / ours, n / theirs
    return {
        "value": rate, "unit": "samples/s", "baseline": bare, "ratio": rate / bare, "p99_ms": None,
        "rss_mb": psutil.Process().memory_info().rss / 1e6, "n": n,
        "what": f"bare comparisons of floats; {len(BASIC)} values a sample, {rate * len(BASIC):,.0f} values/s",
    }  # fmt: skip


def _in_turns(*calls: Callable[[], int]) -> list[float]:
    """The shortest time of each, taken in turns so that a passing disturbance hits neither alone."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(_ROUNDS):
        for call, spent in zip(calls, times, strict=True):
            began = time.perf_counter()
            call()
            spent.append(time.perf_counter() - began)
    return [min(spent) for spent in times]


def _samples(n: int, most: dict[str, float]) -> Sequence[Sequence[Result]]:
    chance = random.Random(10500)
    return [[_result(code, most[code], n % 3 == 0, chance) for code in BASIC] for n in range(n)]


def _result(code: str, most: float, is_told_otherwise: bool, chance: random.Random) -> Result:
    if code == "as" and chance.random() < 0.3:
        return Result(code, Below(Decimal("0.001")))
    value = Decimal(f"{chance.random() * (most or 1.0) * 1.05:.4f}") if most else Decimal(int(chance.random() < 0.02))
    unit, factor = _TOLD.get(code, (None, Decimal(1))) if is_told_otherwise else (None, Decimal(1))
    return Result(code, Measured(value * factor, unit))


def _number(result: Result) -> float:
    found = result.found
    assert isinstance(found, Measured | Below)
    return float(found.value if isinstance(found, Measured) else found.lod)
