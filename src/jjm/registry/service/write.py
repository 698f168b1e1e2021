"""Recording: drafts become versions, kept beside those they overrule and entered in the ledger, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jjm.access import Actor, require_write
from jjm.kit import Fault, Problem, WriteConnection, beside, conflict
from jjm.ledger import Batch, append_batch, append_values, batch_of, entry_id
from jjm.ledger import Change as Entered
from jjm.registry import store
from jjm.registry.model import Change, Draft, Header, Outcome, Version
from jjm.registry.rules import digests, etag, holds_on, next_turn, state_in_id, stretch_around
from jjm.registry.service.authority import require_authority
from jjm.registry.service.context import Registry
from jjm.registry.service.fence import discreet, stay_inside
from jjm.registry.service.moved import leave_states
from jjm.registry.service.partitions import ensure_partitions
from jjm.registry.service.reflect import follows_nothing, reflect
from jjm.registry.service.schedule import schedule
from jjm.registry.service.trees import note_area_versions
from jjm.registry.service.uniqueness import require_unique
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


_NOTHING = Before(None, None, ())


async def record(
    registry: Registry,
    conn: WriteConnection,
    actor: Actor,
    table: Table,
    drafts: Sequence[Draft],
    *,
    fenced: bool = False,
) -> list[Outcome]:
    """Record drafts that passed every check, at most 65,536 of one type, each of another record.

    `fenced` says that they are known to lie where the actor may change records. Raises Problem 403 (not allowed, or
    `outside-area`), 404, 409 (exists already, retired, or another node's), 412 (`expected` is stale).
    """
    allowed = require_write(actor, table.standard)
    before = await _before(conn, table, drafts)
    if allowed is not None and not fenced:
        standing = {id: b.holder.data for id, b in before.items() if b.holder}
        await stay_inside(registry, conn.asking, actor, table, drafts, standing)
    for draft in drafts:
        if not draft.minted:
            _refuse(table, draft, before.get(_id(draft), _NOTHING))
    if table.moved or table.standard.by_workflow:
        leave_states(table, drafts, {id: b.holder.data for id, b in before.items() if b.holder})
    if registry.authority is not None:
        held = {id: b.holder for id, b in before.items() if b.holder}
        await require_authority(registry, conn, table, drafts, held)
    day = registry.clock.today()
    kept = [d for d in drafts if d.change != Change.CHANGE or not _is_unchanged(d, before[_id(d)], day)]
    try:
        written = await _write(registry, conn, actor, table, kept, before) if kept else {}
    except Problem as problem:
        raise problem if allowed is None else discreet(problem, table.standard) from None
    return [_outcome(before.get(_id(d), _NOTHING), _id(d), written, day) for d in drafts]


def _id(draft: Draft) -> str:
    assert draft.id is not None, "examine gives every draft an identifier"
    return draft.id


async def _before(conn: WriteConnection, table: Table, drafts: Sequence[Draft]) -> dict[str, Before]:
    """What stood before those drafts that are not of a new record."""
    known = [d for d in drafts if not d.minted]
    asked = [_id(d) for d in known]
    today = await store.lock(conn, table, asked) if asked else {}
    absent = [id for id in asked if id not in today]
    gone = await store.retired(conn, table, absent) if absent else {}
    bent = [_id(d) for d in known if _is_bent(d, today.get(_id(d)), gone.get(_id(d)))]
    headers = await store.headers(conn, table, bent) if bent else {}
    return {id: Before(today.get(id), gone.get(id), headers.get(id, [])) for id in (*today, *gone)}


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


def _is_unchanged(draft: Draft, before: Before, day: date) -> bool:
    today = before.today
    return today is not None and draft.data == today.data and today.covers(draft.valid_from or day)


def _versions(
    registry: Registry, actor: Actor, table: Table, drafts: Sequence[Draft], before: Mapping[str, Before]
) -> tuple[list[Version], list[Entered]]:
    """The versions that drafts make, and what of each enters the ledger."""
    latest = [b.holder.recorded_at + _TICK for b in before.values() if b.holder]
    latest += [h.recorded_at + _TICK for b in before.values() for h in b.headers]
    at = max([registry.clock.now(), *latest])
    day = registry.clock.today()
    made = [_version(registry, actor, d, before.get(_id(d), _NOTHING), at, day) for d in drafts]
    parts = table.in_parts([(v.id, v.version, v.data) for v in made])
    found = digests(table.standard.name, made, parts.opens, parts.digests)
    if table.personal:
        made = [v.kept_as(sealed) for v, sealed in zip(made, parts.sealed, strict=True)]
    return made, [Entered(v.id, v.version, v.change, digest) for v, digest in zip(made, found, strict=True)]


def _version(registry: Registry, actor: Actor, draft: Draft, before: Before, at: datetime, day: date) -> Version:
    first, last = _period(draft, before, day)
    holder, number, data = before.holder, 1, draft.data
    if holder is not None:
        number = max([h.version for h in before.headers] + [holder.newest or holder.version]) + 1
        data = holder.data if draft.change == Change.RETIRE else data
    change, source, reason = draft.change.value, draft.source, draft.reason
    return Version(_id(draft), number, change, first, last, at, actor.name, registry.node, source, reason, data)


def _period(draft: Draft, before: Before, day: date) -> tuple[date, date | None]:
    holder = before.holder
    if draft.change == Change.CORRECT and holder is not None:
        held = stretch_around(before.headers, day) if before.today and before.headers else None
        begun, ended = held or (holder.valid_from, holder.valid_to)
        first = draft.valid_from or begun
        last = draft.valid_to if draft.valid_from or draft.valid_to else ended
    else:
        first = draft.valid_from or day
        last = draft.valid_to or (next_turn(before.headers, first) if before.headers else None)
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
    drafts: Sequence[Draft],
    before: Mapping[str, Before],
) -> dict[str, Version]:
    made, changes = await beside(len(drafts), _versions, registry, actor, table, drafts, before)
    await ensure_partitions(registry, conn, table, {state_in_id(d.id or "") for d in drafts} if table.by_state else ())
    name, at = table.standard.name, made[0].recorded_at
    batch = batch_of(actor.name, registry.node, name, at, changes)
    stood, day = before.get(made[0].id, _NOTHING), registry.clock.today()
    if len(made) == 1 and made[0].covers(day) and made[0].change != Change.RETIRE and stood.gone is None:
        entered = [await _put(registry, conn, table, made[0], batch, stood)]
    else:
        start = entry_id(await append_batch(conn, batch), 0)
        entered = [v.entered(c.digest, entry) for entry, (v, c) in enumerate(zip(made, changes, strict=True), start)]
        await _keep(registry, conn, table, entered, before)
    return {v.id: v for v in entered}


async def _put(
    registry: Registry, conn: WriteConnection, table: Table, new: Version, batch: Batch, stood: Before
) -> Version:
    """Put one version of today in place and its entry into the ledger by one statement, then all that follows."""
    await require_unique(conn.asking, table, [new])
    digest, appended = batch.digests[0], append_values(batch)
    new = new.entered(digest, 0)
    if stood.today is not None:
        entry = await store.supersede(conn, table, new, appended)
    else:
        entry = await store.enter(conn, table, new, appended, alone=_is_all(table, new))
        if _is_all(table, new):
            return new.entered(digest, entry)
    new = new.entered(digest, entry)
    await schedule(conn, table, [new], before={new.id: stood.headers}, today=registry.clock.today())
    await note_area_versions(registry, conn, table, [new])
    await reflect(registry, conn, table, {new.id: new}, {new.id: stood.today} if stood.today else {})
    return new


def _is_all(table: Table, new: Version) -> bool:
    """True if nothing but its row and its ledger entry has to be written for a new record."""
    return new.valid_to is None and "external_ids" not in new.data and follows_nothing(table.standard)


async def _keep(
    registry: Registry, conn: WriteConnection, table: Table, entered: Sequence[Version], before: Mapping[str, Before]
) -> None:
    """Put versions where they belong: into the table of today, or beside it, with all that follows from them."""
    day = registry.clock.today()
    displaced = [v.id for v in entered if v.id in before and v.covers(day) and before[v.id].today]
    holding = [v for v in entered if v.change != Change.RETIRE and v.covers(day)]
    aside = [v for v in entered if v.change == Change.RETIRE or not v.covers(day)]
    await require_unique(conn, table, holding)
    await store.archive(conn, table, displaced)
    await store.insert(conn, table, holding)
    await store.insert(conn, table, aside, history=True)
    moved = set(displaced)
    waiting = {v.id: v.version for v in aside if v.id in before and before[v.id].today and v.id not in moved}
    await store.mark_newest(conn, table, dict(waiting))
    await schedule(conn, table, entered, before={id: b.headers for id, b in before.items()}, today=day)
    await note_area_versions(registry, conn, table, entered)
    ended = [v.id for v in aside if v.covers(day)]
    today_now: dict[str, Version | None] = dict.fromkeys([*displaced, *ended]) | {v.id: v for v in holding}
    if today_now:
        stood = {id: b.today for id, b in before.items() if id in today_now}
        await reflect(registry, conn, table, today_now, stood)


def _outcome(before: Before, id: str, written: Mapping[str, Version], day: date) -> Outcome:
    made, today = written.get(id), before.today
    if made is None:
        assert today is not None, "only the version of today can be found unchanged"
        return Outcome("unchanged", id, today, etag(today.version, today.newest))
    aside = today is not None and not made.covers(day)
    tag = etag(today.version, made.version) if aside and today else etag(made.version, None)
    return Outcome("updated" if before.holder else "created", id, made, tag)
