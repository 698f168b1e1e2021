"""Lays out the synthetic State: areas on a grid, villages in them, schemes over them, houses and their taps."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from jjm.sandbox.chance import near, shares, stream, weighted
from jjm.sandbox.course import connection_day, draw_course, draw_stage, reached_share
from jjm.sandbox.model import Area, Box, Course, Ground, House, Institution, Name, Scheme, Village
from jjm.sandbox.names import Names

KALPIT = Name("Kalpit Pradesh", "कल्पित प्रदेश")  # "imagined State"
BLOCKS_A_DISTRICT, ACROSS, DOWN = 3, 5, 4  # villages stand 5 by 4 in a block
IN_BLOCK = ACROSS * DOWN
IN_DISTRICT = IN_BLOCK * BLOCKS_A_DISTRICT
IN_PANCHAYAT, PANCHAYATS = 3, 7  # villages in a Gram Panchayat, Gram Panchayats in a block
# The State lies in the Bay of Bengal, far from any shore: no real village can be taken for one of these on a map.
_WEST, _NORTH, _CELL, _DISTRICTS_ACROSS = 85.6, 17.2, 0.03, 4


@lru_cache(maxsize=4)
def lay_out(seed: int, villages: int, households: int) -> Ground:
    """The State of this seed with so many villages and households (at least two a village)."""
    names = Names(stream(seed, "names"))
    blocks = math.ceil(villages / IN_BLOCK)
    districts = math.ceil(blocks / BLOCKS_A_DISTRICT)
    advance = _advance(stream(seed, "advance"), blocks)
    schemes = _Schemes(seed, villages, advance)
    sizes = shares(stream(seed, "sizes"), households, villages, 2)
    halves = [divmod(n, 2) for n in range(2 * districts) if n // 2 * IN_DISTRICT + n % 2 * IN_BLOCK // 2 < villages]
    return Ground(
        seed,
        KALPIT,
        tuple(Area(f"99{d + 1:04}", names.seat(), 0, _district_box(d)) for d in range(districts)),
        tuple(_subdistrict(names, d, half) for d, half in halves),
        tuple(Area(f"99{b + 1:04}", names.seat(), b // BLOCKS_A_DISTRICT, _block_box(b)) for b in range(blocks)),
        tuple(_panchayat(names, b, p) for b in range(blocks) for p in range(_panchayats_in(b, villages))),
        tuple(_Villager(seed, names, schemes, n, sizes[n], n in (1, villages // 2)).village() for n in range(villages)),
        tuple(schemes.all),
    )


def _advance(rng: random.Random, blocks: int) -> list[float]:
    """How far each block has come: spread out evenly, so that no two blocks look alike."""
    steps = [0.4 + 0.58 * (n + 0.5) / blocks for n in range(blocks)]
    rng.shuffle(steps)
    return steps


def _district_box(district: int) -> Box:
    width, height = ACROSS * BLOCKS_A_DISTRICT * _CELL, DOWN * _CELL
    west, north = _WEST + district % _DISTRICTS_ACROSS * width, _NORTH - district // _DISTRICTS_ACROSS * height
    return _box(west, north, width, height)


def _box(west: float, north: float, width: float, height: float) -> Box:
    return Box(round(west, 5), round(north - height, 5), round(west + width, 5), round(north, 5))


def _block_box(block: int) -> Box:
    outer = _district_box(block // BLOCKS_A_DISTRICT)
    return _box(outer.west + block % BLOCKS_A_DISTRICT * ACROSS * _CELL, outer.north, ACROSS * _CELL, DOWN * _CELL)


def _cell(village: int) -> Box:
    outer, place = _block_box(village // IN_BLOCK), village % IN_BLOCK
    return _box(outer.west + place % ACROSS * _CELL, outer.north - place // ACROSS * _CELL, _CELL, _CELL)


def _subdistrict(names: Names, district: int, half: int) -> Area:
    outer = _district_box(district)
    height = (outer.north - outer.south) / 2
    box = _box(outer.west, outer.north - half * height, outer.east - outer.west, height)
    return Area(f"99{district * 2 + half + 1:04}", names.seat(), district, box)


def _panchayats_in(block: int, villages: int) -> int:
    return math.ceil(min(IN_BLOCK, villages - block * IN_BLOCK) / IN_PANCHAYAT)


def _panchayat(names: Names, block: int, number: int) -> Area:
    return Area(f"99{100_000 + block * 10 + number}", names.village(), block, _cell(block * IN_BLOCK + number * 3))


class _Schemes:
    """The schemes: one for many villages in each district with its parts, single village schemes elsewhere."""

    def __init__(self, seed: int, villages: int, advance: Sequence[float]) -> None:
        self.all: list[Scheme] = []
        self.of_village: dict[int, int] = {}
        self._rng = stream(seed, "schemes")
        self._advance = advance
        shared: dict[int, list[int]] = {}
        for village in range(villages):
            if _is_shared(village):
                shared.setdefault(village // IN_DISTRICT, []).append(village)
        for members in shared.values():
            self._multi(members)
        for village in range(villages):
            if village not in self.of_village:
                self._single(village)

    def _multi(self, villages: list[int]) -> None:
        courses = [self._course(village) for village in villages]
        stage = "commissioned" if all(course.supplies for course in courses) else "in_progress"
        parent = len(self.all)
        self.all.append(Scheme("MVS", tuple(villages), draw_course(self._rng, stage)))
        # The bulk works are older than the Mission, which brought their water into the houses.
        bulk = draw_course(self._rng, "commissioned", before_mission=True)
        self.all.append(Scheme("BULK", tuple(villages), bulk, parent))
        for village, course in zip(villages, courses, strict=True):
            self.of_village[village] = len(self.all)
            self.all.append(Scheme("IN_VILLAGE", (village,), course, parent))

    def _single(self, village: int) -> None:
        if self._rng.random() < 0.04:
            return
        self.of_village[village] = len(self.all)
        self.all.append(Scheme("SVS", (village,), self._course(village)))

    def _course(self, village: int) -> Course:
        return draw_course(self._rng, draw_stage(self._rng, self._advance[village // IN_BLOCK]))


def _is_shared(village: int) -> bool:
    """The villages on both sides of the border between a district's first two blocks share one scheme."""
    block, across = village // IN_BLOCK % BLOCKS_A_DISTRICT, village % IN_BLOCK % ACROSS
    return (block == 0 and across >= 3) or (block == 1 and across <= 1)


_CATEGORIES = (("general", 0.6), ("sc", 0.22), ("st", 0.18))


class _Villager:
    """Settles one village."""

    def __init__(self, seed: int, names: Names, schemes: _Schemes, number: int, size: int, renamed: bool) -> None:
        self._rng = stream(seed, "village", number)
        self._names = names
        self._number = number
        self._size = size
        self._renamed = renamed
        self._scheme = schemes.of_village.get(number)
        self._course = schemes.all[self._scheme].course if self._scheme is not None else None

    def village(self) -> Village:
        """The village with its houses."""
        box, block = _cell(self._number), self._number // IN_BLOCK
        name, parts = self._names.village(), self._rng.choice((1, 2, 2, 3))
        half = self._number % IN_BLOCK // (IN_BLOCK // 2)
        share = reached_share(self._rng, self._course) if self._course else 0.0
        return Village(
            code=f"99{self._number + 1:06}",
            name=name,
            former=self._names.village() if self._renamed else None,
            box=box,
            place=near(self._rng, box.middle),
            block=block,
            subdistrict=block // BLOCKS_A_DISTRICT * 2 + half,
            panchayats=self._panchayats(),
            habitations=tuple(self._names.part(n + self._number) for n in range(parts)),
            houses=self._houses(parts, round(share * self._size)),
            institutions=self._institutions(share),
            scheme=self._scheme,
        )

    def _panchayats(self) -> tuple[int, ...]:
        """Its Gram Panchayat; now and then also the one before, since some villages lie in two."""
        place = self._number % IN_BLOCK // IN_PANCHAYAT
        own = self._number // IN_BLOCK * PANCHAYATS + place
        return (own, own - 1) if place and self._rng.random() < 0.04 else (own,)

    def _houses(self, parts: int, taps: int) -> tuple[House, ...]:
        rng = self._rng
        kinds = [weighted(rng, _CATEGORIES) for _ in range(parts)]
        days = sorted(self._connected() for _ in range(taps))
        found: list[House] = []
        for number in range(self._size):
            part = number * parts // self._size
            category = kinds[part] if rng.random() < 0.8 else weighted(rng, _CATEGORIES)
            members = rng.choices(range(1, 11), (4, 9, 15, 23, 20, 13, 8, 4, 2, 2))[0]
            day = days[number] if number < taps else None
            found.append(House(part, members, category, day, day is not None and rng.random() < 0.94))
        return tuple(found)

    def _institutions(self, share: float) -> tuple[Institution, ...]:
        kinds = ["school"] * self._rng.choice((1, 1, 2)) + ["anganwadi"] * self._rng.choice((1, 1, 1, 2))
        return tuple(
            Institution(kind, self._users(kind), self._connected() if self._rng.random() < share else None)
            for kind in kinds
        )

    def _users(self, kind: str) -> int:
        return self._rng.randint(30, 240) if kind == "school" else self._rng.randint(12, 45)

    def _connected(self) -> date:
        assert self._course is not None, "a village without a scheme has no connections"
        return connection_day(self._rng, self._course)
