"""Who read what in somebody's place: for officers whose role oversees the readings of personal data there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from jjm.access.context import Access
from jjm.access.model import Actor
from jjm.access.readings.covering import reading_of
from jjm.access.readings.model import Mark, Overseen, OwnReading, Sifting
from jjm.access.readings.own import NEWEST, with_offices
from jjm.access.readings.service import readings_before
from jjm.access.roles.places import areas_of
from jjm.access.roles.powers import oversees, powers_of, reaches
from jjm.kit import Fault, ReadConnection, bad_request, forbidden
from jjm.standards import NODE_PLACE

_AT_ONCE, _TURNS = 500, 10
"""So many readings are looked through at once, and so often for one page; the next page goes on behind them."""


async def places_overseen(access: Access, conn: ReadConnection, actor: Actor) -> list[str]:
    """The places whose readings somebody oversees now; none of them for most."""
    powers = await powers_of(access, conn, actor)
    if powers.is_keeper:
        return [NODE_PLACE]
    return sorted({one.place for one in powers.holds if oversees(access.catalogue.roles[one.role])})


async def overseen(
    access: Access, conn: ReadConnection, actor: Actor, place: str | None, sifting: Sifting, after: Mark = NEWEST,
    limit: int = 50,
) -> Overseen:  # fmt: skip
    """Readings of records that lie or lay in a place, and of stretches that held some of it.

    Without `place` the one that the actor oversees. Raises Problem 400 where there are several, or the place is none,
    404 for an unknown one, 403 `may-not-oversee`.
    """
    wanted = place or await _only_place(access, conn, actor)
    powers = await powers_of(access, conn, actor)
    areas = await areas_of(access, conn, wanted)
    if not await reaches(access, conn, powers, wanted, oversees):
        raise _not_allowed()
    found: list[OwnReading] = []
    for _ in range(_TURNS):
        rows = await readings_before(conn, sifting, before=after.at, below=after.number, limit=_AT_ONCE)
        found += await _inside(access, conn, rows, None if wanted == NODE_PLACE else areas)
        if len(rows) < _AT_ONCE or len(found) > limit:
            break
        after = Mark(rows[-1]["at"], rows[-1]["id"])
    else:
        return Overseen(wanted, tuple(await with_offices(conn, found[:limit])), after)
    following = found[limit - 1].mark if len(found) > limit else None
    return Overseen(wanted, tuple(await with_offices(conn, found[:limit])), following)


async def _only_place(access: Access, conn: ReadConnection, actor: Actor) -> str:
    places = await places_overseen(access, conn, actor)
    if not places:
        raise _not_allowed()
    if len(places) > 1:
        fault = Fault("you oversee several places", f"Name one with `place`: {', '.join(places)}.", "/place")
        raise bad_request("place-needed", "Whose readings are wanted is not said.", fault)
    return places[0]


async def _inside(
    access: Access, conn: ReadConnection, rows: Sequence[Mapping[str, Any]], areas: Sequence[str] | None
) -> list[OwnReading]:
    """Those of these readings that showed something of these areas, each with the records of them; None for all."""
    named: dict[str, set[str]] = {}
    for row in rows:
        named.setdefault(row["type"], set()).update(row["ids"] or ())
    seen: Mapping[str, Collection[str]] = named if areas is None else {
        type: await access.subjects.ever_inside(conn, type, sorted(ids), areas) for type, ids in named.items() if ids
    }  # fmt: skip
    touched: dict[tuple[str, ...], bool] = {}
    found: list[OwnReading] = []
    for row in rows:
        if row["ids"] is not None:
            if records := [id for id in row["ids"] if id in seen[row["type"]]]:
                found.append(reading_of(row, records, is_exact=True))
            continue
        held = tuple(row["areas"] or ())
        if held not in touched:
            touched[held] = areas is None or not held or await _touch(access, conn, areas, held)
        if touched[held]:
            found.append(reading_of(row, [], is_exact=False))
    return found


async def _touch(access: Access, conn: ReadConnection, some: Sequence[str], others: Sequence[str]) -> bool:
    """True if one of some areas lies in one of others, or the other way round."""
    lies = access.places.lie_within
    return any([await lies(conn, [a], others) for a in some]) or any([await lies(conn, [b], some) for b in others])


def _not_allowed() -> Exception:
    return forbidden("Seeing who read what needs a role that oversees readings there.", "may-not-oversee")
