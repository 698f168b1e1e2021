"""Subscriptions: made, changed, paused, brought back to a position, and given new secrets by those who own them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from jjm.access import Actor, Scope, acting_for, unauthenticated
from jjm.exchange.context import Exchange
from jjm.exchange.guard import target_of
from jjm.exchange.webhooks import store
from jjm.exchange.webhooks.model import Owner, Since, Standing, State, Subscription, Wanted
from jjm.exchange.webhooks.rules import paused, resumed
from jjm.exchange.webhooks.secrets import close
from jjm.exchange.webhooks.signing import new_secret, shown
from jjm.exchange.webhooks.store import queries, subscription_of
from jjm.kit import Fault, Minter, ReadConnection, WriteConnection, bad_request, conflict, forbidden, not_found
from jjm.ledger import history, size
from jjm.registry import Sieve, sieve_from

MOST_OF_ONE = 50
OVERLAP = timedelta(hours=24)
_minter = Minter()


def require_subscriber(actor: Actor) -> None:
    """Whoever subscribes: a token of the house, an application, or an officer for one. Raises Problem 401 or 403."""
    if actor.kind == "nobody":
        raise unauthenticated("Subscriptions belong to a token or to an application.")
    itself = actor.kind in ("token", "application") and actor.id is not None
    if not itself and not actor.partners and not actor.has(Scope.ADMIN):
        detail = "Subscriptions belong to a token or to an application; an officer of a participant sees to its own."
        raise forbidden(detail)


async def subscriber(exchange: Exchange, conn: ReadConnection, actor: Actor, application: str | None) -> Actor:
    """For whom an actor subscribes: itself, or for a person the application named. Raises Problem 400, 403 or 404."""
    if actor.kind == "person":
        if application is None:
            fault = Fault("no application is named", "Name the one that the events are for.", "/application")
            raise bad_request("application-needed", "Nobody was subscribed.", fault)
        return await acting_for(exchange.access, conn, actor, application)
    if application not in (None, actor.id):
        raise forbidden("A program subscribes for itself alone.")
    return actor


def owner_of(actor: Actor, agreement: str | None = None) -> Owner:
    """The actor as the owner of what it asks for."""
    assert actor.id is not None, "whoever subscribes is known"
    permits = tuple(sorted(map(str, actor.permits)))
    return Owner(actor.kind, actor.id, actor.name, actor.participant, permits, actor.purpose, agreement)


async def sieve_of(exchange: Exchange, conn: ReadConnection, wanted: Wanted) -> Sieve:
    """Which changes a subscription asks for. Raises Problem 400 or 404 for what is not known here."""
    return await sieve_from(exchange.registry, conn, wanted.types, wanted.within, wanted.kinds, wanted.fields)


async def subscribe(
    exchange: Exchange, conn: WriteConnection, made_by: str, owner: Owner, wanted: Wanted, since: Since
) -> tuple[Subscription, str]:
    """A new subscription to what comes behind a position, and its secret, told this once.

    Raises Problem 400 for an address or a filter that is not taken, 409 beyond fifty, 410 for a position of a lost
    history.
    """
    target_of(wanted.url, private=exchange.private)
    await sieve_of(exchange, conn, wanted)
    if await queries.count_of(conn, owner_kind=owner.kind, owner_id=owner.id) >= MOST_OF_ONE:
        raise conflict("too-many-subscriptions", f"One owner has at most {MOST_OF_ONE} subscriptions.")
    head = await size(conn) - 1
    if since.after is not None:
        (await history(conn)).require(since.after, since.epoch, head)
    standing = Standing(State.ACTIVE, head if since.after is None else since.after)
    made = Subscription(_minter.mint("SUB", 1)[0], owner, wanted, standing, 1, exchange.now(), made_by)
    await store.add(conn, made)
    return made, await _add_secret(exchange, conn, made.id)


async def _add_secret(exchange: Exchange, conn: WriteConnection, id: str) -> str:
    secret = new_secret()
    await queries.add_secret(conn, subscription=id, sealed=close(exchange.access.vault, secret, id), now=exchange.now())
    return shown(secret)


async def subscriptions(conn: ReadConnection, actor: Actor, after: str, most: int) -> Sequence[Subscription]:
    """Those of the actor and of the participants it speaks for; an administrator sees all."""
    rows = queries.all_of(
        conn, after=after, most=most, everybody=actor.has(Scope.ADMIN), owner_kind=actor.kind, owner_id=actor.id,
        participants=sorted(actor.partners),
    )  # fmt: skip
    return [subscription_of(row) async for row in rows]


async def subscription(conn: ReadConnection, actor: Actor, id: str) -> Subscription:
    """One of them. Raises Problem 404 for one that is not the actor's to see."""
    return _own(actor, id, await queries.one(conn, id=id))


async def _held(conn: WriteConnection, actor: Actor, id: str) -> Subscription:
    return _own(actor, id, await queries.lock(conn, id=id))


def _own(actor: Actor, id: str, row: Any) -> Subscription:
    found = None if row is None else subscription_of(row)
    if found is not None:
        owner = found.owner
        mine = (owner.kind, owner.id) == (actor.kind, actor.id)
        if mine or owner.participant in actor.partners or actor.has(Scope.ADMIN):
            return found
    raise not_found(f"There is no subscription `{id}` here.", "subscription-unknown")


async def change(exchange: Exchange, conn: WriteConnection, actor: Actor, id: str, wanted: Wanted) -> Subscription:
    """Ask for something else from now on."""
    found = await _held(conn, actor, id)
    target_of(wanted.url, private=exchange.private)
    await sieve_of(exchange, conn, wanted)
    await queries.change(conn, id=id, **store.values(wanted))
    return replace(found, wanted=wanted)


async def end(conn: WriteConnection, actor: Actor, id: str) -> None:
    """No more of it."""
    await _held(conn, actor, id)
    await queries.remove(conn, id=id)


async def pause(conn: WriteConnection, actor: Actor, id: str) -> Subscription:
    """Nothing is sent until it is resumed; nothing is lost."""
    found = await _held(conn, actor, id)
    return await _put(conn, found, paused(found.standing, "asked"))


async def resume(conn: WriteConnection, actor: Actor, id: str) -> Subscription:
    """Go on where it stopped."""
    found = await _held(conn, actor, id)
    return await _put(conn, found, resumed(found.standing))


async def replay(conn: WriteConnection, actor: Actor, id: str, after: int, epoch: str | None) -> Subscription:
    """Send once more what lies behind a position, or leave out what lies before it."""
    found = await _held(conn, actor, id)
    (await history(conn)).require(after, epoch, await size(conn) - 1)
    return await _put(conn, found, replace(resumed(found.standing), position=after))


async def _put(conn: WriteConnection, found: Subscription, standing: Standing) -> Subscription:
    await queries.put(conn, id=found.id, state=standing.state.value, reason=standing.reason, position=standing.position)
    return replace(found, standing=standing, generation=found.generation + 1)


async def rotate(exchange: Exchange, conn: WriteConnection, actor: Actor, id: str) -> str:
    """A new secret, told this once; for a day deliveries are signed by the old one too."""
    await _held(conn, actor, id)
    now = exchange.now()
    await queries.retire_secrets(conn, subscription=id, now=now, retires_at=now + OVERLAP)
    return await _add_secret(exchange, conn, id)


async def send_again(conn: WriteConnection, actor: Actor, id: str, positions: Sequence[int] | None) -> int:
    """Send dead letters once more; how many. Raises Problem 409 where the subscription is not active."""
    found = await _held(conn, actor, id)
    if found.standing.state is not State.ACTIVE:
        raise conflict("subscription-not-active", f"It is {found.standing.state}; resume it first.")
    if positions is not None and not positions:
        fault = Fault("no position is named", "Leave `positions` out for all.", "/positions")
        raise bad_request("bad-parameter", "Nothing was asked for.", fault)
    return await queries.send_again(conn, id=id, positions=None if positions is None else list(positions))
