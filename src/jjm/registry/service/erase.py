"""Erasing what is personal in a record for good, and what hangs on it, unless it must still be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jjm.access import Access, Actor, Scope, enter, forget_record, require
from jjm.kit import IST, Problem, ReadConnection, WriteConnection, conflict, load_queries
from jjm.registry import store
from jjm.registry.columns import instant
from jjm.registry.erasing import erase as statement
from jjm.registry.erasing import last_recorded, sealed_versions
from jjm.registry.hanging import Erasure, Hung
from jjm.registry.service import read
from jjm.registry.service.absent import unknown
from jjm.registry.service.context import Registry
from jjm.registry.table import Table
from jjm.standards import Catalogue

_queries = load_queries("jjm.registry", "erasure")
_LIST = "retention"
ERASURE = "access.erasure"
"""What stands in the ledger when a record was erased."""
_DEFAULT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Gone:
    """What goes with a record, or went: versions that held something personal, and what hung on it, by kind."""

    id: str
    versions: int
    hung: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """As it is answered."""
        return {"id": self.id, "versions": self.versions, "with": dict(self.hung)}


def days_kept(catalogue: Catalogue, type: str) -> int:
    """For how many days what is personal in records of a type is kept at least (codelist `retention`)."""
    known = catalogue.codelists.get(_LIST)
    lines = [code.extra for code in known.codes.values()] if known else []
    own = [int(line["keep_days"]) for line in lines if line.get("type") == type]
    others = [int(line["keep_days"]) for line in lines if not line.get("type")]
    return max(own or others, default=_DEFAULT_DAYS)


async def erase(
    registry: Registry, access: Access, conn: WriteConnection, actor: Actor, table: Table, id: str, reason: str
) -> Gone:
    """Erase what is personal in all versions of a record, and what hangs on it; what that was.

    Raises Problem 403 for anybody but an administrator, 404, 409 `held` or `retention-runs`, and `nothing-personal`
    where there is nothing to erase.
    """
    known = await _record(registry, conn, actor, table, id, "Erasing what is personal")
    await _erasable(registry, conn.asking, table, known)
    done = Erasure(table.standard.name, known, registry.clock.now(), actor.name, reason)
    return await _apply(registry, access, conn, actor, done)


async def erasable(registry: Registry, conn: ReadConnection, actor: Actor, table: Table, id: str) -> Gone:
    """What would be erased with a record, without erasing it. Raises what `erase` would raise."""
    require(actor, Scope.ADMIN, "Erasing what is personal")
    known = await read.resolve(conn, table, id)
    if not (await store.headers(conn, table, [known]))[known]:
        raise unknown(table, id)
    return await _erasable(registry, conn, table, known)


async def _erasable(registry: Registry, conn: ReadConnection, table: Table, id: str) -> Gone:
    hangings = registry.hangings
    hung = await hangings.held(conn, table.standard.name, id) if hangings else Hung({})
    last = await conn.fetchval(last_recorded(table), id) or hung.last
    if last is None:
        raise conflict("nothing-personal", f"Nothing personal is kept of {id}.", id=id)
    await _require_free(registry, conn, table, id, last)
    await _require_no_hold_beside(registry, conn, id, hung)
    return Gone(id, await conn.fetchval(sealed_versions(table), id), hung.counts)


async def _record(registry: Registry, conn: WriteConnection, actor: Actor, table: Table, id: str, what: str) -> str:
    """The identifier of a record, held until the end of the transaction. Raises Problem 403 or 404."""
    require(actor, Scope.ADMIN, what)
    known = await read.resolve(conn, table, id)
    await conn.fetchval("select pg_advisory_xact_lock(hashtextextended($1, 36))", known)
    await store.lock(conn, table, [known])
    if not (await store.headers(conn, table, [known]))[known]:
        raise unknown(table, id)
    return known


async def _require_free(registry: Registry, conn: ReadConnection, table: Table, id: str, last: datetime) -> None:
    name, today = table.standard.name, registry.clock.today()
    if held := await _queries.binding_hold(conn, type=name, id=id, today=today):
        until = f"until {held['until']}" if held["until"] else "until it is released"
        raise conflict("held", f"{id} is held {until}: {held['reason']}.", id=id)
    free = last.astimezone(IST).date() + timedelta(days=days_kept(registry.catalogue, name))
    if today < free:
        detail = f"What is personal in {id} is kept until {free} (standards/codes/retention.csv)."
        raise Problem("retention-runs", 409, "A legal term still runs", detail, extra={"id": id, "free_on": str(free)})


async def _require_no_hold_beside(registry: Registry, conn: ReadConnection, id: str, hung: Hung) -> None:
    """What hangs on another record as well stays as long as that one is held. Raises Problem 409 `held`."""
    today = registry.clock.today()
    if held := await _queries.first_held(conn, ids=list(hung.others), today=today):
        raise conflict("held", f"What hangs on {id} is about {held['id']} too, which is held: {held['reason']}.", id=id)


async def _apply(registry: Registry, access: Access, conn: WriteConnection, actor: Actor, done: Erasure) -> Gone:
    table = registry.table(done.type)
    # What hangs on it is looked for first: some of it is found only as long as what is personal can be opened.
    hung = await _apply_beside(registry, conn, actor, done)
    count = sum([len(await conn.fetch(statement(table, history=past), done.id, done.at)) for past in (False, True)])
    about = {"type": done.type, "at": done.at, "actor": done.actor, "reason": done.reason}
    await _queries.add_erasure(conn, id=done.id, versions=count, followed=registry.hangings is not None, **about)
    await forget_record(conn, done.id)
    document = {"type": done.type, "record": done.id, "up_to": instant(done.at), "versions": count}
    await enter(access, conn, actor, type=ERASURE, change="create", subject=done.id, document=document | dict(hung))
    return Gone(done.id, count, hung)


async def _apply_beside(registry: Registry, conn: WriteConnection, actor: Actor, done: Erasure) -> Mapping[str, int]:
    return await registry.hangings.erase(conn, actor, done) if registry.hangings else {}


async def apply_again(
    registry: Registry, access: Access, conn: WriteConnection, actor: Actor, told: list[Erasure]
) -> int:
    """Erase what was erased before and came back with an older database; how many records that were.

    Of what an older release erased, what hangs on the records goes now.
    """
    require(actor, Scope.ADMIN, "Erasing what is personal")
    known = {(e.type, e.id, e.at) for e in await erasures(conn)}
    missing = [e for e in told if (e.type, e.id, e.at) not in known and e.type in registry.tables]
    for one in missing:
        await _apply(registry, access, conn, actor, one)
    for one in await erasures(conn, followed=False) if registry.hangings else ():
        if one.type in registry.tables:
            await _apply_beside(registry, conn, actor, one)
            await _queries.follow_erasure(conn, type=one.type, id=one.id, at=one.at)
    return len(missing)


async def erasures(conn: ReadConnection, *, followed: bool = True) -> list[Erasure]:
    """All erasures, oldest first; those by which nothing that hung on the record was erased, if not `followed`."""
    rows = _queries.erasures(conn, all=followed)
    return [Erasure(row["type"], row["id"], row["at"], row["actor"], row["reason"]) async for row in rows]


async def hold(
    registry: Registry, access: Access, conn: WriteConnection, actor: Actor, table: Table, id: str,
    reason: str, until: date | None,
) -> str:  # fmt: skip
    """Keep what is personal in a record from being erased, until a day or until it is released; the record's id."""
    known = await _record(registry, conn, actor, table, id, "Placing a hold")
    name = table.standard.name
    at = registry.clock.now()
    await _queries.add_hold(conn, type=name, id=known, at=at, actor=actor.name, reason=reason, until=until)
    document = {"type": name, "record": known, "until": until.isoformat() if until else None}
    await enter(access, conn, actor, type="access.hold", change="create", subject=known, document=document)
    return known


async def release(
    registry: Registry, access: Access, conn: WriteConnection, actor: Actor, table: Table, id: str
) -> int:
    """End the holds on a record; how many there were. Raises Problem 409 where none binds it."""
    known = await _record(registry, conn, actor, table, id, "Releasing a hold")
    name, now = table.standard.name, registry.clock.now()
    asked = _queries.release_holds(conn, type=name, id=known, at=now, actor=actor.name, today=registry.clock.today())
    count = len([row async for row in asked])
    if not count:
        raise conflict("not-held", f"No hold binds {known}.", id=known)
    document = {"type": name, "record": known, "holds": count}
    await enter(access, conn, actor, type="access.hold", change="retire", subject=known, document=document)
    return count


async def held_records(conn: ReadConnection, today: date) -> list[tuple[str, str]]:
    """The records that a hold binds, each by type and identifier."""
    return [(row["type"], row["id"]) async for row in _queries.held(conn, today=today)]
