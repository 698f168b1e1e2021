"""Consents as calls and pages tell of them, and who may know of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jjm.access.consents import store
from jjm.access.consents.asking import consumer_of, named
from jjm.access.consents.kept import Kept
from jjm.access.consents.rules import status_at
from jjm.access.context import Access
from jjm.access.model import Actor, Scope
from jjm.access.sessions.own import own_account
from jjm.kit import Problem, ReadConnection
from jjm.standards import Catalogue

PAGE = 100
_PURPOSES = "purpose"


async def known(access: Access, conn: ReadConnection, actor: Actor, id: str) -> Kept:
    """A consent, for its person, its consumer and the keeper of the node. Raises Problem 404 for anybody else."""
    found = await store.find(conn, access.vault, id)
    if found is None or not _may_know(actor, found):
        raise store.unknown(id)
    return found


def _may_know(actor: Actor, kept: Kept) -> bool:
    own = (actor.kind == "person" and actor.id == kept.consent.person) or actor.has(Scope.ADMIN)
    return own or kept.consent.consumer == (actor.participant or actor.id)


async def own_consents(
    access: Access, conn: ReadConnection, actor: Actor, before: tuple[datetime, str] = store.NEWEST, most: int = PAGE
) -> list[dict[str, Any]]:
    """What the person who is signed in was asked for, and said; newest first. Raises Problem 401 or 403."""
    return await told_consents(
        access, conn, await store.of_person(conn, access.vault, own_account(actor), before, most)
    )


async def asked_consents(access: Access, conn: ReadConnection, actor: Actor, after: str) -> list[dict[str, Any]]:
    """What the actor asked people for, behind an identifier; a keeper sees what everybody did."""
    consumer = None if actor.has(Scope.ADMIN) else consumer_of(actor)
    return await told_consents(access, conn, await store.of_consumer(conn, access.vault, consumer, after, PAGE))


async def told_consents(access: Access, conn: ReadConnection, found: Sequence[Kept]) -> list[dict[str, Any]]:
    """Consents as they are told; what each consumer is called is looked up once."""
    names: dict[str, dict[str, str]] = {}
    for kept in found:
        consumer = kept.consent.consumer
        if consumer not in names:
            names[consumer] = await _name(access, conn, consumer)
    now = access.clock.now()
    return [_told(access.catalogue, kept, names[kept.consent.consumer], now) for kept in found]


async def _name(access: Access, conn: ReadConnection, consumer: str) -> dict[str, str]:
    try:
        return await named(access, conn, consumer)
    except Problem:  # an area that no longer is here names nobody
        return {"en": consumer, "hi": consumer}


def _told(catalogue: Catalogue, kept: Kept, name: dict[str, str], now: datetime) -> dict[str, Any]:
    consent, often = kept.consent, kept.consent.frequency
    codes = catalogue.codelists[_PURPOSES].codes
    title = dict(codes[consent.purpose].title) if consent.purpose in codes else {"en": consent.purpose}
    return {
        "id": consent.id, "status": status_at(consent, now), "person": consent.person, "consumer": consent.consumer,
        "consumer_name": name, "purpose": consent.purpose, "purpose_title": title,
        "data": {type: list(fields) for type, fields in consent.data.items()}, "areas": list(consent.areas),
        "from": consent.starts, "until": consent.until, "dataFrom": consent.data_from, "dataUntil": consent.data_until,
        "keepUntil": consent.keep_until, "frequency": {"unit": often.unit, "times": often.times},
        "mode": consent.mode, "notice": consent.notice, "notice_text": dict(kept.notice),
        "records": sorted(kept.records), "asked_at": kept.asked_at, "asked_by": kept.asked_by,
        "decided_at": kept.decided_at, "means": kept.means, "signed_by": kept.signed_by, "renews": kept.renews,
    }  # fmt: skip
