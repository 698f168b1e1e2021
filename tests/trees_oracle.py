"""The trees of areas worked out the slow way, from the records alone: what the registry's own answers must equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jjm.kit import ReadConnection
from jjm.registry import Registry
from jjm.registry.columns import entries


@dataclass(frozen=True)
class Believed:
    """One version of an area: the areas it says it lies in, or where it counts once it has ended."""

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    ended: bool
    parents: frozenset[str]
    name: str


async def versions(registry: Registry, conn: ReadConnection) -> list[Believed]:
    """Every version of every area, from the tables of the records."""
    edges = await conn.fetch("select * from registry.lineage")
    found: list[Believed] = []
    for standard in registry.levels():
        table = registry.table(standard.name)
        assert standard.level is not None
        for source in (table.current, table.history):
            for row in await conn.fetch(f"select * from {source}"):
                own = {p for f in standard.level.parents for p in entries(row[f])}
                ended = row["change"] == "retire"
                parents = _heirs(edges, row) or own if ended else own
                days = (row["valid_from"], row["valid_to"], row["recorded_at"])
                name = row["name"] or row["id"]
                found.append(Believed(row["id"], row["version"], *days, ended, frozenset(parents), name))
    return found


def _heirs(edges: Iterable[Mapping[str, object]], row: Mapping[str, object]) -> set[str]:
    heirs = {
        str(e["to_id"])
        for e in edges
        if e["from_id"] == row["id"]
        and e["effective"] == row["valid_from"]
        and e["to_id"]
        and e["recorded_at"] <= row["recorded_at"]
        and (e["undone_at"] is None or e["undone_at"] > row["recorded_at"])
    }
    return heirs if len(heirs) == 1 and row["id"] not in heirs else set()


def held(known: Iterable[Believed], day: date, at: datetime) -> dict[str, Believed]:
    """The version of each area that holds on a day as known at an instant."""
    winners: dict[str, Believed] = {}
    for v in known:
        speaks = v.valid_from <= day and (v.valid_to is None or day < v.valid_to) and v.recorded_at <= at
        if speaks and (v.id not in winners or winners[v.id].version < v.version):
            winners[v.id] = v
    return winners


def above(winners: Mapping[str, Believed], id: str) -> set[str]:
    """An area and everything above it."""
    found: set[str] = set()
    waiting = [id]
    while waiting:
        if (one := waiting.pop()) in winners and one not in found:
            found.add(one)
            waiting.extend(winners[one].parents)
    return found


def below(winners: Mapping[str, Believed], root: str) -> set[str]:
    """An area and everything that hangs below it, step by step down."""
    found, added = {root}, True
    while added:
        more = {v.id for v in winners.values() if v.parents & found} - found
        found |= more
        added = bool(more)
    return found
