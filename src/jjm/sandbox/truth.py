"""The known truth of a synthetic State, counted from its ground and not from its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

from jjm.sandbox.model import LAST_DAY, STATE, Ground, Village
from jjm.sandbox.world import SEED, VILLAGES, ground


class AreaTruth(TypedDict):
    """What is true of one area on the last day; `coverage` is the share of its households with a tap, from 0 to 1."""

    name: str
    villages: int
    habitations: int
    households: int
    population: int
    households_with_tap: int
    har_ghar_jal: int
    coverage: float


class Truth(TypedDict):
    """What is true of the whole: areas by address such as `block/990003`, schemes by kind and by stage."""

    seed: int
    as_on: str
    areas: dict[str, AreaTruth]
    scheme_kinds: dict[str, int]
    scheme_stages: dict[str, int]


def truth(seed: int = SEED, *, villages: int = VILLAGES, households: int | None = None) -> Truth:
    """What every count over the world of this seed must come to."""
    known = ground(seed, villages, households)
    return Truth(
        seed=seed,
        as_on=LAST_DAY.isoformat(),
        areas=dict(_areas(known)),
        scheme_kinds=dict(Counter(scheme.kind for scheme in known.schemes)),
        scheme_stages=dict(Counter(scheme.course.stage for scheme in known.schemes)),
    )


def _areas(known: Ground) -> Iterable[tuple[str, AreaTruth]]:
    yield f"state/{STATE}", _count(known.state.latin, known.villages)
    for number, area in enumerate(known.districts):
        within = [v for v in known.villages if known.blocks[v.block].above == number]
        yield f"district/{area.code}", _count(area.name.latin, within)
    for number, area in enumerate(known.subdistricts):
        within = [v for v in known.villages if v.subdistrict == number]
        yield f"subdistrict/{area.code}", _count(area.name.latin, within)
    for number, area in enumerate(known.blocks):
        yield f"block/{area.code}", _count(area.name.latin, [v for v in known.villages if v.block == number])
    for number, area in enumerate(known.panchayats):
        within = [v for v in known.villages if number in v.panchayats]
        yield f"local_body/{area.code}", _count(area.name.latin, within)
    for village in known.villages:
        yield f"village/{village.code}", _count(village.name.latin, [village])


def _count(name: str, villages: Iterable[Village]) -> AreaTruth:
    here = list(villages)
    households, taps = sum(len(v.houses) for v in here), sum(v.taps() for v in here)
    return AreaTruth(
        name=name,
        villages=len(here),
        habitations=sum(len(v.habitations) for v in here),
        households=households,
        population=sum(v.population for v in here),
        households_with_tap=taps,
        har_ghar_jal=sum(v.har_ghar_jal is not None for v in here),
        coverage=round(taps / households, 4) if households else 0.0,
    )
