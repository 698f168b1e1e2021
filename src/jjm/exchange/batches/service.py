"""Batches taken in: once by their name, through the registry's own checks, with receipts that are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from jjm.access import Actor
from jjm.exchange.batches.bodies import closed, opened
from jjm.exchange.batches.rules import Item, items_of, read_item, runs
from jjm.exchange.context import Exchange
from jjm.kit import Fault, Minter, Problem, ReadConnection, Run, WriteConnection, load_queries, not_found
from jjm.registry import Became, take_in

JOB = "batch"
AT_ONCE = 1_000
"""So many items are taken in while the caller waits, in one transaction; more go on as a job, so many at a time."""
queries = load_queries("jjm.exchange", "batches")
_minter = Minter()


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch as it came in, whole: its name, its content, and the key that signed it."""

    name: str
    body: bytes
    content_type: str
    key_id: str | None


def owner_of(actor: Actor) -> str:
    """Within what a name is one name: the participant, or the application or token by itself."""
    return f"participant/{actor.participant}" if actor.participant else f"{actor.kind}/{actor.id or actor.name}"


async def take_batch(exchange: Exchange, conn: WriteConnection, actor: Actor, sent: Sent) -> Mapping[str, Any]:
    """Take a batch in, or give the one that was sent under its name before; a large one goes on as a job.

    Raises Problem 400 for what cannot be read, 422 `batch-differs` where other content came under that name.
    """
    given = items_of(sent.body, sent.content_type)
    owner, digest = owner_of(actor), hashlib.sha256(sent.body).digest()
    id, is_large = _minter.mint("BAT", 1)[0], len(given) > AT_ONCE
    row = await queries.claim(
        conn, id=id, owner=owner, name=sent.name, digest=digest, actor=actor.name, key_id=sent.key_id,
        items=len(given), body=closed(exchange.access.vault, id, given) if is_large else None, now=exchange.now(),
    )  # fmt: skip
    if row is None:
        known = _same(await queries.named(conn, owner=owner, name=sent.name), digest)
        if known["state"] == "working":  # asked for once more, in case that the job has failed
            await _ask(exchange, conn, actor, known["id"])
        return known
    if is_large:
        await _ask(exchange, conn, actor, row["id"])
        return row
    await _take(exchange, conn, actor, row["id"], 0, given)
    await queries.finish(conn, id=row["id"], now=exchange.now())
    return await queries.batch(conn, id=row["id"])


async def _ask(exchange: Exchange, conn: WriteConnection, actor: Actor, batch: str) -> None:
    scopes = sorted(map(str, actor.permits))
    await exchange.jobs.submit(conn, kind=JOB, actor=actor.name, scopes=scopes, request={"batch": batch})


def _same(row: Mapping[str, Any], digest: bytes) -> Mapping[str, Any]:
    if row["digest"] != digest:
        detail = f"The batch `{row['name']}` was sent before with other content; send this under a name of its own."
        raise Problem("batch-differs", 422, "The name belongs to another batch", detail)
    return row


async def _take(
    exchange: Exchange, conn: WriteConnection, actor: Actor, batch: str, first: int, given: Sequence[Any]
) -> None:
    """Record some items and their receipts, in one transaction."""
    items = [read_item(n, one) for n, one in enumerate(given, first)]
    became: dict[int, Became] = {}
    for run in runs(items):
        became |= {b.line: b for b in await _run(exchange, conn, actor, run)}
    receipts = [_receipt(item, became[item.number]) for item in items]
    await queries.add_part(conn, batch=batch, first=first, receipts=orjson.dumps(receipts).decode())
    counted = {name: sum(r["outcome"] == name for r in receipts) for name in ("accepted", "duplicate", "refused")}
    await queries.count_part(
        conn, id=batch, accepted=counted["accepted"], duplicates=counted["duplicate"], refused=counted["refused"]
    )


async def _run(exchange: Exchange, conn: WriteConnection, actor: Actor, run: Sequence[Item]) -> list[Became]:
    drafts = [item.draft for item in run if item.draft is not None]
    if not drafts:
        return [Became(item.number, "refused", faults=item.faults) for item in run]
    try:
        table = exchange.registry.by_plural(run[0].plural)
    except Problem as problem:
        fault = Fault(problem.detail, "Give the plural, such as `schemes`.", "/type")
        return [Became(item.number, "refused", faults=[fault]) for item in run]
    return await take_in(exchange.registry, conn, actor, table, run[0].act, drafts)


def _receipt(item: Item, became: Became) -> dict[str, Any]:
    told: dict[str, Any] = {"item": item.number, "outcome": became.outcome}
    told |= {"ref": item.ref} if item.ref is not None else {}
    if became.outcome != "refused":
        return told | {"type": item.plural, "id": became.id, "version": became.version}
    # What was sent is not told back: it may be personal, and receipts are kept.
    faults = [{k: v for k, v in f.as_json().items() if k not in ("value", "line", "file")} for f in became.faults]
    return told | {"faults": faults}


async def work(exchange: Exchange, run: Run) -> Mapping[str, object]:
    """Take in a large batch, a part at a time; after a crash it goes on behind the last receipt."""
    job = run.job
    id, actor = str(job.request["batch"]), Actor.with_permits(job.actor, *job.scopes)
    async with exchange.registry.database.read() as conn:
        row = await queries.batch(conn, id=id)
        done = await queries.done_items(conn, id=id)
    if row["state"] == "done":
        return {"batch": id}
    given = opened(exchange.access.vault, id, row["body"])
    for first in range(done, len(given), AT_ONCE):
        async with exchange.registry.database.write() as conn:
            await _take(exchange, conn, actor, id, first, given[first : first + AT_ONCE])
            await run.save(conn, {"items": min(first + AT_ONCE, len(given))})
        exchange.wake()
    async with exchange.registry.database.write() as conn:
        await queries.finish(conn, id=id, now=exchange.now())
    return {"batch": id}


async def batch_named(conn: ReadConnection, actor: Actor, name: str) -> Mapping[str, Any]:
    """A batch of the actor's own, or of its participant. Raises Problem 404."""
    row = await queries.named(conn, owner=owner_of(actor), name=name)
    if row is None:
        raise not_found(f"You have sent no batch named `{name:.200}`.", "batch-unknown")
    return row


async def receipts(conn: ReadConnection, id: str, after: int, most: int) -> list[dict[str, Any]]:
    """Receipts of the items behind a number, in order."""
    found: list[dict[str, Any]] = []
    async for row in queries.parts(conn, id=id, after=after + 1, upto=after + 1 + most):
        found += orjson.loads(row["receipts"])
    return [r for r in found if after < r["item"] <= after + most]
