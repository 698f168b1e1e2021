"""Coverage as it is shown: sums that say which sources and years they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jjm.access import ANONYMOUS
from jjm.kit import ReadConnection
from jjm.registry import Ask, AsOf, Registry, Table, count, estimate
from jjm.standards import Standard
from jjm.web.shown import is_open
from jjm.web.store import queries


@dataclass(frozen=True, slots=True)
class Part:
    """The sum over the villages of an area whose newest figure is of one source and year."""

    figure_source: str
    year: int
    villages: int
    households: int
    households_with_tap: int
    exceeding: int
    synthetic: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of the households of an area: sums over its villages, and the parts they are made of."""

    parts: Sequence[Part] = ()

    @property
    def villages(self) -> int:
        """Villages with figures."""
        return sum(p.villages for p in self.parts)

    @property
    def households(self) -> int:
        """Households in them."""
        return sum(p.households for p in self.parts)

    @property
    def households_with_tap(self) -> int:
        """Households with a tap connection, as the sources state them."""
        return sum(p.households_with_tap for p in self.parts)

    @property
    def exceeding(self) -> int:
        """Villages whose source states more taps than households."""
        return sum(p.exceeding for p in self.parts)

    @property
    def is_synthetic(self) -> bool:
        """True if any of it was made up for demonstration."""
        return any(p.synthetic for p in self.parts)

    @property
    def share(self) -> float | None:
        """Share of households with a tap, at most 1; None where no households are known."""
        return min(1.0, self.households_with_tap / self.households) if self.households else None


NOTHING = Coverage()
READER = "totals"
_COUNTED_UP_TO = 20_000


def gather(rows: Iterable[Any]) -> Coverage:
    """Coverage of these rows, the newest year first."""
    parts = [Part(*(row[name] for name in Part.__slots__)) for row in rows]
    return Coverage(sorted(parts, key=lambda p: (-p.year, -p.villages, p.figure_source)))


async def coverage_of(conn: ReadConnection, areas: Sequence[str], as_of: AsOf | None = None) -> Mapping[str, Coverage]:
    """The coverage of each of these areas, villages included; those without figures are left out."""
    if as_of is None:
        rows = [r async for r in queries.coverage(conn, ids=areas)]
    else:
        asked = queries.coverage_as_of(conn, ids=areas, day=as_of.valid_at, known=as_of.known_at)
        rows = [r async for r in asked]
    by_area: dict[str, list[Any]] = {}
    for row in rows:
        by_area.setdefault(row["area"], []).append(row)
    return {area: gather(found) for area, found in by_area.items()}


async def coverage_of_country(conn: ReadConnection, top: Standard) -> Coverage:
    """The coverage of all areas of the highest level together: of the States."""
    return gather([r async for r in queries.country(conn, top=top.name)])


async def number_of(registry: Registry, conn: ReadConnection, table: Table) -> tuple[int, bool] | None:
    """How many records of a type hold today, and whether that is an estimate; None where it is not for everybody."""
    if not is_open(table.standard):
        return None
    about = await estimate(registry, conn, ANONYMOUS, table)
    if about is not None and about > _COUNTED_UP_TO:
        return about, True
    return await count(registry, conn, ANONYMOUS, table, Ask()), False


async def summed_at(conn: ReadConnection) -> datetime | None:
    """When the sums last changed; None before they were first made."""
    reader = await queries.reader(conn, name=READER)
    return reader["at"] if reader else None
