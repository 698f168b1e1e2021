"""A nation of invented areas, put straight into a node's database: from the States down to 6 lakh named villages."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg

from jjm.registry.names import keys, near, sound

STATES = 36
DISTRICTS, SUBDISTRICTS, BLOCKS, PANCHAYATS = 780, 6_800, 7_200, 250_000
VILLAGES = 600_000

_GIVEN = """Ram Shiv Kishan Gopal Hari Sita Lakshmi Durga Bhawani Chandan Madho Raghunath Jagdish Mohan Sultan Mirza
Islam Alam Fateh Nur Gobind Balram Parsa Semra Bela Pipar Bar Nim Amba Imli Jamun Khair Mahua Bans Dhan Kushal Sona
Rupa Lal Kala Nila Nau Naya Manik Moti Hira Deo Brahma Indra Surya Chandra Bhim Arjun Karan Udai Jai Vijay Prem"""
_ENDINGS = """pur pura puri garh gaon nagar abad ganj wal wala khera kheri patti dih tola bari guda palli halli uru
konda kot sar talab dungri pahari ghati nala ghat bandh"""
_SECOND = """Khurd Kalan Buzurg Khas Tola Chak Uparli Nichli Jangal Mafi Pahari Dih Tanda Basti Bangar Khadar"""
_ONSETS, _MIDDLES = "k kh g ch j t th d dh n p b bh m r l v s h", "a a a i u e o ai"
_CLOSES = "n l r r t d k li ri na ra la ta di"


@dataclass(frozen=True, slots=True)
class Area:
    """One invented area: its place in the tree, its name, and everything it lies in."""

    type: str
    rank: int
    id: str
    code: str
    name: str
    parents: tuple[str, ...]
    above: tuple[str, ...]


def village_names(count: int, seed: int = 1) -> Iterator[str]:
    """Names as they are in India: some thousands of times over, most a few times, every third of two words."""
    rng = random.Random(seed)
    given, endings, second = _GIVEN.split(), _ENDINGS.split(), _SECOND.split()
    rare = [_root(rng) for _ in range(40_000)]
    common = list(itertools.accumulate(1 / (n + 3) for n in range(len(given))))
    usual = list(itertools.accumulate(1 / (n + 2) for n in range(len(endings))))
    for _ in range(count):
        name = rng.choices(given, cum_weights=common)[0] if rng.random() < 0.35 else rng.choice(rare)
        name += rng.choices(endings, cum_weights=usual)[0] if rng.random() < 0.7 else ""
        if rng.random() < 0.35:
            name += " " + (rng.choice(second) if rng.random() < 0.8 else f"No {rng.randint(1, 20)}")
        yield name


def _root(rng: random.Random) -> str:
    onsets, middles, closes = _ONSETS.split(), _MIDDLES.split(), _CLOSES.split()
    letters = [rng.choice(onsets), rng.choice(middles), rng.choice(onsets), rng.choice(middles)]
    return "".join([*letters, rng.choice(closes) if rng.random() < 0.6 else ""]).capitalize()


def areas(states: list[str], villages: int) -> Iterator[Area]:
    """All areas below these States, from the top down; as many of each level as the share of villages asks for."""
    share = villages / VILLAGES
    names = village_names(villages + 300_000, seed=2)
    counts = {
        "district": max(len(states), round(DISTRICTS * share)),
        "subdistrict": max(50, round(SUBDISTRICTS * share)),
        "block": max(50, round(BLOCKS * share)),
        "local_body": max(100, round(PANCHAYATS * share)),
    }
    made: dict[str, list[Area]] = {"state": [Area("state", 0, s, s[4:], s, (), (s,)) for s in states]}
    ranks = {"district": ("DIS", 1), "subdistrict": ("SDT", 2), "block": ("BLK", 3), "local_body": ("LOB", 4)}
    over = {"district": "state", "subdistrict": "district", "block": "district", "local_body": "block"}
    for type, (prefix, rank) in ranks.items():
        parents = made[over[type]]
        made[type] = [
            _area(type, rank, prefix, n, next(names), [parents[n % len(parents)]]) for n in range(counts[type])
        ]
        yield from made[type]
    bodies, subdistricts = made["local_body"], made["subdistrict"]
    for n in range(villages):
        body = bodies[n % len(bodies)]
        beside = [s for s in (subdistricts[n % len(subdistricts)],) if s.above[-1] == body.above[-1]]
        yield _area("village", 5, "VIL", 100_000 + n, next(names), [body, *beside])


def _area(type: str, rank: int, prefix: str, number: int, name: str, parents: list[Area]) -> Area:
    id = f"{prefix}-{number + 1000}"
    above = dict.fromkeys(a for p in parents for a in p.above)
    return Area(type, rank, id, id[4:], name, tuple(p.id for p in parents), (id, *above))


async def fill(conn: asyncpg.Connection, villages: int) -> None:
    """Put the nation into the trees of today and into the search; indexes are built after the rows."""
    states = [r["id"] for r in await conn.fetch("select id from registry.area where type = 'state' order by id")]
    kept = await conn.fetch(_INDEXES)
    for index in kept:
        await conn.execute(f"drop index registry.{index['indexname']}")
    spelled: set[str] = set()
    for some in _pieces(areas(states, villages), 50_000):
        await _copy(conn, "area", [(a.id, a.type, a.rank, a.code, a.name, a.parents) for a in some])
        await _copy(conn, "area_closure", [(up, a.id, _RANKS[up[:3]]) for a in some for up in a.above])
        rows = [(a.type, a.id, a.name, k, a.rank, a.id, n) for a in some for n, k in enumerate(keys(a.name))]
        await _copy(conn, "name", rows)
        spelled |= {row[3] for row in rows}
    held = {r["key"] for r in await conn.fetch("select key from registry.spelling")}
    await _copy(conn, "spelling", [(k, sound(k), near(k)) for k in sorted(spelled - held)])
    for index in kept:
        await conn.execute(index["indexdef"])
    for table in ("area", "area_closure", "name", "spelling"):
        await conn.execute(f"vacuum analyze registry.{table}")


async def fill_state(conn: asyncpg.Connection, state: str, villages: int) -> None:
    """Put one State into the trees of today, without names."""
    for some in _pieces(areas([state], villages), 50_000):
        await _copy(conn, "area", [(a.id, a.type, a.rank, a.code, a.name, a.parents) for a in some])
        await _copy(conn, "area_closure", [(up, a.id, _RANKS[up[:3]]) for a in some for up in a.above])


_RANKS = {"STA": 0, "DIS": 1, "SDT": 2, "BLK": 3, "LOB": 4, "VIL": 5}
_INDEXES = """
select indexname, indexdef from pg_indexes
where schemaname = 'registry' and tablename in ('area', 'area_closure', 'name', 'spelling')
  and indexname not like '%_pkey'
"""


def _pieces(found: Iterator[Area], size: int) -> Iterator[list[Area]]:
    while some := list(itertools.islice(found, size)):
        yield some


async def _copy(conn: asyncpg.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    await conn.copy_records_to_table(table, schema_name="registry", records=rows)
