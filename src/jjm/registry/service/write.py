"""Recording: drafts become versions, kept beside those they overrule and entered in the ledger, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jjm.access import Actor, require_write
from jjm.kit import Fault, Problem, WriteConnection, conflict
from jjm.ledger import Change as Entered
from jjm.ledger import append
from jjm.registry import store
from jjm.registry.model import Change, Draft, Header, Outcome, Version
from jjm.registry.rules import digests, etag, holds_on, next_turn, state_in_id
from jjm.registry.service.context import Registry
from jjm.registry.service.partitions import ensure_partitions
from jjm.registry.service.reflect import reflect
from jjm.registry.service.schedule import schedule
from jjm.registry.service.trees import note_area_versions
from jjm.registry.table import Table

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before a draft: the version of today, the newest retired one, and all periods where they matter."""

    today: Version | None
    gone: Version | None
    headers: Sequence[Header]

    @property
    def holder(self) -> Version | None:
        """The version a draft builds on."""
        return self.today or self.gone


async def record(
    registry: Registry, conn: WriteConnection, actor: Actor, table: Table, drafts: Sequence[Draft]
) -> list[Outcome]:
    """Record drafts that passed every check, at most 65,536 of one type, each of another record.

    Raises Problem 403 (not allowed), 404, 409 (exists already, or retired), 412 (`expected` is stale).
    """
    require_write(actor, table.standard)
    before = await _before(conn, table, drafts)
    kept = [d for d in drafts if not _is_unchanged(registry, d, before[_id(d)])]
    written: dict[str, Version] = {}
    if kept:
        versions = _versions(registry, actor, table, kept, before)
        written = {v.id: v for v in await _write(registry, conn, actor, table, versions, before)}
    return [_outcome(registry, before[_id(d)], _id(d), written) for d in drafts]


def _id(draft: Draft) -> str:
    assert draft.id is not None, "examine gives every draft an identifier"
    return draft.id


async def _before(conn: WriteConnection, table: Table, drafts: Sequence[Draft]) -> dict[str, Before]:
    asked = [_id(d) for d in drafts if not d.minted]
    today = await store.lock(conn, table, asked) if asked else {}
    absent = [id for id in asked if id not in today]
    gone = await store.retired(conn, table, absent) if absent else {}
    bent = [_id(d) for d in drafts if _is_bent(d, today.get(_id(d)), gone.get(_id(d)))]
    headers = await store.headers(conn, table, bent) if bent else {}
    found = {id: Before(today.get(id), gone.get(id), headers.get(id, [])) for id in map(_id, drafts)}
    for draft in drafts:
        _refuse(table, draft, found[_id(draft)])
    return found


def _is_bent(draft: Draft, today: Version | None, gone: Version | None) -> bool:
    """True if the draft is more than the next version after the one of today, so that all periods must be seen."""
    if today is None:
        return gone is not None
    straight = today.newest is None and today.valid_to is None and draft.valid_to is None
    return not straight or (draft.valid_from is not None and draft.valid_from < today.valid_from)


def _refuse(table: Table, draft: Draft, before: Before) -> None:
    name = table.standard.name
    if draft.change == Change.CREATE:
        if before.today is not None:
            raise conflict("exists", f"There is already a {name} {draft.id}.", id=draft.id)
        if before.gone is not None:
            raise conflict("retired", f"The {name} {draft.id} was retired; PUT it to restore it.", id=draft.id)
        return
    holder = before.holder
    if holder is None:
        raise Problem("not-found", 404, "Not found", f"There is no {name} {draft.id}.")
    to_come = draft.valid_from is not None and holds_on(before.headers, draft.valid_from)
    if before.today is None and draft.change not in (Change.RESTORE, Change.CORRECT) and not to_come:
        raise Problem("gone", 410, "No longer in force", f"The {name} {draft.id} was retired.")
    if draft.expected is not None and draft.expected != etag(holder.version, holder.newest):
        detail = f"The {name} {draft.id} is now at {etag(holder.version, holder.newest)}, not {draft.expected}."
        remedy = Fault("If-Match is stale", "Read the record again, look at what changed, and send your change on top.")
        raise Problem("stale-version", 412, "Somebody else changed the record", detail, [remedy])


def _is_unchanged(registry: Registry, draft: Draft, before: Before) -> bool:
    today = before.today
    if draft.change != Change.CHANGE or today is None or draft.data != today.data:
        return False
    return today.header.covers(draft.valid_from or registry.clock.today())


def _versions(
    registry: Registry, actor: Actor, table: Table, drafts: Sequence[Draft], before: Mapping[str, Before]
) -> list[Version]:
    latest = [b.holder.recorded_at + _TICK for b in (before[_id(d)] for d in drafts) if b.holder]
    latest += [h.recorded_at + _TICK for d in drafts for h in before[_id(d)].headers]
    at = max([registry.clock.now(), *latest])
    salts = os.urandom(16 * len(drafts)) if table.standard.is_personal else b""
    made = [
        _version(registry, actor, d, before[_id(d)], at, salts[16 * n : 16 * n + 16] or None)
        for n, d in enumerate(drafts)
    ]
    return [replace(v, digest=found) for v, found in zip(made, digests(table.standard.name, made), strict=True)]


def _version(
    registry: Registry, actor: Actor, draft: Draft, before: Before, at: datetime, salt: bytes | None
) -> Version:
    first, last = _period(registry, draft, before)
    holder = before.holder
    numbers = [h.version for h in before.headers] + ([holder.newest or holder.version] if holder else [0])
    data = holder.data if holder and draft.change == Change.RETIRE else draft.data
    return Version(
        id=_id(draft),
        version=max(numbers) + 1,
        change=draft.change.value,
        valid_from=first,
        valid_to=last,
        recorded_at=at,
        actor=actor.name,
        node=registry.node,
        source=draft.source,
        reason=draft.reason,
        data=data,
        salt=salt,
    )


def _period(registry: Registry, draft: Draft, before: Before) -> tuple[date, date | None]:
    holder = before.holder
    if draft.change == Change.CORRECT and holder is not None:
        first = draft.valid_from or holder.valid_from
        last = draft.valid_to if draft.valid_from or draft.valid_to else holder.valid_to
    else:
        first = draft.valid_from or registry.clock.today()
        last = draft.valid_to or next_turn(before.headers, first)
    if last is not None and last <= first:
        fault = Fault(
            "the period is empty", "Give a `valid_to` after `valid_from`", "/valid_to", value=last.isoformat()
        )
        raise Problem("empty-period", 422, "The content breaks a rule of the standard", "No day lies in it.", [fault])
    return first, last


async def _write(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    table: Table,
    versions: Sequence[Version],
    before: Mapping[str, Before],
) -> list[Version]:
    await ensure_partitions(registry, table, {state_in_id(v.id) for v in versions})
    batch = await append(
        conn,
        actor=actor.name,
        node=registry.node,
        type=table.standard.name,
        at=versions[0].recorded_at,
        changes=[Entered(v.id, v.version, v.change, v.digest) for v in versions],
    )
    entered = store.with_entries(versions, batch)
    day = registry.clock.today()
    holding = [v for v in entered if v.header.covers(day) and v.change != Change.RETIRE]
    aside = [v for v in entered if not (v.header.covers(day) and v.change != Change.RETIRE)]
    displaced = [v.id for v in entered if v.header.covers(day) and before[v.id].today]
    await store.archive(conn, table, displaced)
    await store.insert(conn, table, holding)
    await store.insert(conn, table, aside, history=True)
    moved = set(displaced)
    waiting = {v.id: v.version for v in aside if before[v.id].today and v.id not in moved}
    await store.mark_newest(conn, table, dict(waiting))
    await schedule(conn, table, entered, before={id: b.headers for id, b in before.items()}, today=day)
    await note_area_versions(registry, conn, table, entered)
    today_now: dict[str, Version | None] = dict.fromkeys(displaced) | {v.id: v for v in holding}
    fresh = not displaced and all(before[v.id].holder is None for v in holding)
    if today_now:
        await reflect(registry, conn, table, today_now, fresh)
    return entered


def _outcome(registry: Registry, before: Before, id: str, written: Mapping[str, Version]) -> Outcome:
    made, today = written.get(id), before.today
    if made is None:
        assert today is not None, "only the version of today can be found unchanged"
        return Outcome("unchanged", id, today, etag(today.version, today.newest))
    aside = today is not None and not made.header.covers(registry.clock.today())
    tag = etag(today.version, made.version) if aside and today else etag(made.version, None)
    return Outcome("updated" if before.holder else "created", id, made, tag)
