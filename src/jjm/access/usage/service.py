"""What a participant used over some days, and what is left of its allowance at this moment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from jjm.access.context import Access
from jjm.access.model import Actor, Scope
from jjm.access.participants.applications import applications_of
from jjm.access.participants.rules import require_sight
from jjm.access.participants.service import participant, participants
from jjm.access.usage.model import Delivery, Payer
from jjm.kit import ReadConnection, WriteConnection, load_queries

_queries = load_queries("jjm.access", "usage")
KEPT = timedelta(days=400)
MOST_SHOWN: Final = 1_000


async def console(access: Access, actor: Actor, id: str, days: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A participant and its usage, for itself, its officers and administrators. Raises Problem 401, 403 or 404."""
    require_sight(actor, id)
    await access.meter.add_up(access.database)
    async with access.database.read() as conn:
        found = await participant(conn, id)
        return found, await usage_of(access, conn, found, days)


async def looked_after(conn: ReadConnection, actor: Actor) -> list[dict[str, Any]]:
    """The participants whose console is open to an actor: those it speaks for; an administrator sees all."""
    if actor.has(Scope.ADMIN):
        return await participants(conn, ["approved", "suspended"], "", MOST_SHOWN)
    return [await participant(conn, id) for id in sorted(actor.partners)]


async def usage_of(access: Access, conn: ReadConnection, participant: dict[str, Any], days: int) -> dict[str, Any]:
    """The usage of a participant and each of its applications, over that many days up to today."""
    since = access.clock.today() - timedelta(days=days - 1)
    applications = await applications_of(conn, [participant["id"]])
    ids = [a["id"] for a in applications]
    rows = [dict(r) async for r in _queries.usage(conn, applications=ids, since=since)]
    refusals = [dict(r) async for r in _queries.refusals(conn, applications=ids, since=since)]
    heard = {r["application"]: r async for r in _queries.last_heard(conn, applications=ids)}
    told: list[dict[str, Any]] = []
    for found in applications:
        own = [_day(r, refusals) for r in rows if r["application"] == found["id"]]
        last = heard.get(found["id"])
        about = {"last_use": last and last["last_use"], "last_position": last and last["position"]}
        told.append({"id": found["id"], "name": found["name"], **about, **_sum(own), "days": own})
    return {
        "participant": participant["id"],
        "since": since,
        "quota": quota_of(access, participant),
        **_sum([day for a in told for day in a["days"]]),
        "applications": told,
        "deliveries": [
            delivery_of(one, access.clock.now()) for one in await access.deliveries.of(conn, participant["id"])
        ],
    }


def delivery_of(found: Delivery, now: datetime) -> dict[str, Any]:
    """How one subscription fares, with the age in seconds of the first change that waits for it."""
    oldest = found.oldest_pending_at
    age = None if oldest is None else max(0.0, round((now - oldest).total_seconds(), 1))
    return asdict(found) | {"is_disabled": found.state != "active", "oldest_pending_seconds": age}


def quota_of(access: Access, participant: dict[str, Any]) -> dict[str, Any]:
    """The allowance that all applications of a participant share, and what is left of it in this process."""
    payer = Payer("participant", f"participant {participant['id']}", participant["calls_per_minute"])
    limiter = access.meter.limiter
    found = limiter.look(payer.bucket, payer.per_minute)
    return {
        "calls_per_minute": payer.per_minute or int(limiter.per_minute),
        "at_once": int(found.full),
        "left": int(found.left),
        "full_in_seconds": round(found.refills, 1),
    }


def _day(row: dict[str, Any], refusals: list[dict[str, Any]]) -> dict[str, Any]:
    own = [r for r in refusals if (r["application"], r["day"]) == (row["application"], row["day"])]
    return {**row, "error_rate": _rate(row), "refusals": own}


def _sum(days: list[dict[str, Any]]) -> dict[str, Any]:
    summed = {name: sum(day[name] for day in days) for name in ("calls", "refused", "failed", "bytes")}
    return {**summed, "error_rate": _rate(summed)}


def _rate(counted: dict[str, Any]) -> float:
    return round((counted["refused"] + counted["failed"]) / counted["calls"], 4) if counted["calls"] else 0.0


async def forget_usage(access: Access, conn: WriteConnection) -> None:
    """Drop the usage of more than a year ago."""
    await _queries.forget_usage(conn, before=access.clock.today() - KEPT)
