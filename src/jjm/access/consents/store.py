"""Consents in the tables of access."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from jjm.access.consents.kept import Kept, Means
from jjm.access.consents.model import Consent, Status, as_document, from_document
from jjm.access.consents.rules import ENDED
from jjm.access.vault import Vault
from jjm.kit import ReadConnection, WriteConnection, canonical, load_queries, not_found

_queries = load_queries("jjm.access", "consents")
NEWEST = (datetime(9999, 1, 1, tzinfo=UTC), "~")
"""Before the newest consent of anybody."""


async def add(conn: WriteConnection, vault: Vault, kept: Kept) -> None:
    """Keep what a person is asked for, or an artefact that came from elsewhere."""
    consent = kept.consent
    await _queries.add_consent(
        conn, id=consent.id, person=consent.person, phone=_sealed(vault, kept), consumer=consent.consumer,
        purpose=consent.purpose, document=canonical(as_document(consent)).decode(),
        notice=canonical(kept.notice).decode(), area_ids=sorted(kept.areas), records=sorted(kept.records),
        times=consent.frequency.times, status=consent.status, starts_at=consent.starts, ends_at=consent.until,
        now=kept.asked_at, actor=kept.asked_by, decided_at=kept.decided_at, means=kept.means,
        signed_by=kept.signed_by, renews=kept.renews,
    )  # fmt: skip


def _sealed(vault: Vault, kept: Kept) -> bytes | None:
    return None if kept.phone is None else vault.seal(f"consent:{kept.consent.id}", kept.phone.encode())


def _kept(vault: Vault, row: Any) -> Kept:
    consent = replace(from_document(orjson.loads(row["document"])), status=Status(row["status"]))
    sealed = row["phone"]
    phone = None if sealed is None else vault.open(f"consent:{row['id']}", sealed).decode()
    return Kept(
        consent, orjson.loads(row["notice"]), frozenset(row["area_ids"]), frozenset(row["records"]),
        phone, row["asked_at"], row["asked_by"], row["decided_at"], row["means"], row["signed_by"],
        row["renews"],
    )  # fmt: skip


def unknown(id: str) -> Exception:
    """404 for a consent that is not here, or not its asker's: the same words for both."""
    return not_found(f"There is no consent {id:.60} here that you may see.", "consent-unknown")


async def find(conn: ReadConnection, vault: Vault, id: str) -> Kept | None:
    """One consent."""
    row = await _queries.consent(conn, id=id)
    return None if row is None else _kept(vault, row)


async def locked(conn: WriteConnection, vault: Vault, id: str) -> Kept:
    """One consent, held until the decision about it is committed. Raises Problem 404."""
    row = await _queries.lock_consent(conn, id=id)
    if row is None:
        raise unknown(id)
    return _kept(vault, row)


async def of_person(
    conn: ReadConnection, vault: Vault, person: str, before: tuple[datetime, str], most: int
) -> list[Kept]:
    """The consents of a person behind one of them, newest first."""
    at, below = before
    return [
        _kept(vault, row) async for row in _queries.consents_of(conn, person=person, before=at, below=below, most=most)
    ]


async def of_consumer(conn: ReadConnection, vault: Vault, consumer: str | None, after: str, most: int) -> list[Kept]:
    """The consents that a consumer asked for behind an identifier; those of everybody for None."""
    rows = _queries.consents_for(conn, consumer=consumer, everybody=consumer is None, after=after, most=most)
    return [_kept(vault, row) async for row in rows]


async def waiting(conn: ReadConnection, person: str, consumer: str, now: datetime) -> int:
    """How many requests of a consumer wait for the answer of a person."""
    return await _queries.waiting_for(conn, person=person, consumer=consumer, now=now)


async def decide(
    conn: WriteConnection, consent: Consent, means: Means | None, now: datetime, records: Collection[str] | None
) -> None:
    """A consent stands as it says from now on; with `records`, it is about these."""
    await _queries.decide_consent(
        conn, id=consent.id, status=consent.status, now=now, means=means,
        records=None if records is None else sorted(records), has_ended=consent.status in ENDED,
    )  # fmt: skip


async def over(conn: WriteConnection, vault: Vault, now: datetime, most: int) -> list[Kept]:
    """Consents whose time is over and that were not told so yet, held until the end of the transaction."""
    return [_kept(vault, row) async for row in _queries.over_consents(conn, now=now, most=most)]


async def open_ones(conn: WriteConnection, vault: Vault, person: str) -> list[Kept]:
    """The consents of a person that have not ended, held until the end of the transaction."""
    return [_kept(vault, row) async for row in _queries.open_consents_of(conn, person=person)]


async def about(
    conn: ReadConnection, vault: Vault, consumer: str, purpose: str, records: Sequence[str], most: int
) -> AsyncIterator[Kept]:
    """Consents of a consumer, in force or not, about some of these records, newest first."""
    rows = _queries.about_records(conn, records=records, consumer=consumer, purpose=purpose, most=most)
    async for row in rows:
        yield _kept(vault, row)


async def in_force(conn: ReadConnection, ids: Sequence[str], now: datetime) -> int:
    """How many of these consents open something at an instant."""
    return await _queries.count_in_force(conn, ids=ids, now=now)


async def count(conn: WriteConnection, periods: dict[str, datetime]) -> frozenset[str]:
    """Count one reading under each of these consents in its period; those that may be used."""
    ids = sorted(periods)
    rows = _queries.count_uses(conn, consents=ids, periods=[periods[id] for id in ids])
    return frozenset([row["consent"] async for row in rows])


async def add_uses(conn: WriteConnection, uses: Sequence[dict[str, Any]]) -> None:
    """Write down readings and refusals."""
    await _queries.add_consent_use(conn, uses)


async def add_refusal(
    conn: WriteConnection, consent: str, reader: str, now: datetime, act: str, code: str, bound: tuple[datetime, int]
) -> None:
    """Write down an act that was refused; no more than so many of one doer since an instant."""
    since, most = bound
    await _queries.add_refusal(
        conn, consent=consent, reader=reader, now=now, act=act, code=code, since=since, most=most
    )


async def uses(conn: ReadConnection, consent: str, below: int, most: int) -> list[dict[str, Any]]:
    """Readings under a consent, those refused, and acts that were refused, newest first."""
    return [dict(row) async for row in _queries.consent_uses(conn, consent=consent, below=below, most=most)]


async def forget_record(conn: WriteConnection, id: str) -> None:
    """No consent names a record any more, since it is erased."""
    await _queries.forget_record(conn, id=id)
