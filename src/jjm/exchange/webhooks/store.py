"""The tables of webhooks: the one place that speaks SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jjm.exchange.webhooks.model import Delivery, Owner, Standing, State, Subscription, Wanted
from jjm.kit import ReadConnection, WriteConnection, load_queries

queries = load_queries("jjm.exchange", "webhooks")
_CALLS_KEPT = 100


def subscription_of(row: Any, secrets: Sequence[bytes] = ()) -> Subscription:
    """A row as a subscription."""
    who = row["owner_kind"], row["owner_id"], row["owner"], row["participant"]
    owner = Owner(*who, tuple(row["permits"]), row["purpose"], row["agreement"])
    fields = None if row["fields"] is None else tuple(row["fields"])
    what = row["url"], tuple(row["types"]), row["within"], tuple(row["kinds"]), fields
    wanted = Wanted(*what, row["batch"], row["description"])
    told = ("attempts", "failing_since", "next_at", "pending_to", "delivered", "refused")
    last = ("last_at", "last_status", "last_error", "last_ms")
    past = ("succeeded_at", "failed_at", "failed_status", "failed_error")
    place = State(row["state"]), row["position"], row["reason"]
    standing = Standing(*place, **{name: row[name] for name in (*told, *last, *past)})
    return Subscription(
        row["id"], owner, wanted, standing, row["generation"], row["created_at"], row["made_by"], secrets
    )


async def add(conn: WriteConnection, made: Subscription) -> None:
    """Keep a new subscription."""
    owner, wanted = made.owner, made.wanted
    await queries.add(
        conn, id=made.id, owner_kind=owner.kind, owner_id=owner.id, owner=owner.name, participant=owner.participant,
        permits=list(owner.permits), purpose=owner.purpose, agreement=owner.agreement, position=made.standing.position,
        created_at=made.created_at, made_by=made.made_by, **values(wanted),
    )  # fmt: skip


def values(wanted: Wanted) -> dict[str, object]:
    """What is asked for, as columns."""
    return {
        "url": wanted.url,
        "description": wanted.description,
        "types": list(wanted.types),
        "within": wanted.within,
        "kinds": list(wanted.kinds),
        "fields": None if wanted.fields is None else list(wanted.fields),
        "batch": wanted.batch,
    }


async def sealed_secrets(conn: ReadConnection, ids: Sequence[str], now: datetime) -> dict[str, list[bytes]]:
    """The sealed secrets in use of each subscription, the newest first."""
    found: dict[str, list[bytes]] = {id: [] for id in ids}
    async for row in queries.secrets(conn, subscriptions=list(ids), now=now):
        found[row["subscription"]].append(row["sealed"])
    return found


async def save(conn: WriteConnection, moved: Mapping[str, tuple[int, Standing]]) -> set[str]:
    """Keep how far subscriptions are; which of them were not changed by their owner meanwhile."""
    s = [standing for _, standing in moved.values()]
    rows = queries.save(
        conn, ids=list(moved), generations=[generation for generation, _ in moved.values()],
        states=[x.state.value for x in s], reasons=[x.reason for x in s], positions=[x.position for x in s],
        attempts=[x.attempts for x in s], failing=[x.failing_since for x in s], nexts=[x.next_at for x in s],
        pendings=[x.pending_to for x in s], delivered=[x.delivered for x in s], refused=[x.refused for x in s],
        lasts=[x.last_at for x in s], statuses=[x.last_status for x in s], errors=[x.last_error for x in s],
        times=[x.last_ms for x in s], succeeded=[x.succeeded_at for x in s], failed=[x.failed_at for x in s],
        failed_statuses=[x.failed_status for x in s], failed_errors=[x.failed_error for x in s],
    )  # fmt: skip
    return {row["id"] async for row in rows}


async def note(conn: WriteConnection, made: Sequence[tuple[str, Delivery]]) -> None:
    """Keep calls, the last hundred of each subscription."""
    if not made:
        return
    d = [delivery for _, delivery in made]
    ids = [id for id, _ in made]
    await queries.note(
        conn, ids=ids, ats=[x.at for x in d], firsts=[x.first for x in d], lasts=[x.last for x in d],
        events=[x.events for x in d], attempts=[x.attempt for x in d], statuses=[x.status for x in d],
        times=[x.ms for x in d], errors=[x.error for x in d],
    )  # fmt: skip
    await queries.forget_deliveries(conn, ids=list(set(ids)), most=_CALLS_KEPT)


async def bury(conn: WriteConnection, letters: Sequence[tuple[str, int, datetime, int, str]]) -> None:
    """Keep events that were refused."""
    if letters:
        ids, positions, ats, statuses, errors = map(list, zip(*letters, strict=True))
        await queries.add_letters(conn, ids=ids, positions=positions, ats=ats, statuses=statuses, errors=errors)
