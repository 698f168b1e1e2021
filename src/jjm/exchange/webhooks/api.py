"""Subscriptions over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from jjm.access import actor_of, guarded
from jjm.exchange.context import Exchange, exchange_of
from jjm.exchange.guard import require_public
from jjm.exchange.webhooks import service
from jjm.exchange.webhooks.answers import (
    AgainShown,
    LettersAsked,
    LettersShown,
    NewSubscriptionAsked,
    NewSubscriptionShown,
    ReplayAsked,
    SecretShown,
    SubscriptionAsked,
    SubscriptionShown,
    SubscriptionsShown,
    TestShown,
    shown,
)
from jjm.exchange.webhooks.model import Since
from jjm.exchange.webhooks.service import require_subscriber
from jjm.exchange.webhooks.signing import public_half
from jjm.exchange.webhooks.store import queries
from jjm.exchange.webhooks.trial import try_out
from jjm.kit import WriteConnection
from jjm.ledger import size

_CALLS_SHOWN = 20
_ONE = "/api/v1/subscriptions/{id}"
router = APIRouter(tags=["subscriptions"], route_class=guarded(require_subscriber))
Most = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str, Query(max_length=60)]


@asynccontextmanager
async def _changing(exchange: Exchange) -> AsyncGenerator[WriteConnection, None]:
    async with exchange.registry.database.write() as conn:
        yield conn
    exchange.changed()


@router.post("/api/v1/subscriptions", status_code=201, response_model=NewSubscriptionShown)
async def subscribe(request: Request, asked: NewSubscriptionAsked) -> dict[str, Any]:
    """Have changes posted to an address. The secret is in this answer and nowhere else.

    An officer of a participant subscribes for one of its applications, by whose rights events are sent.
    """
    exchange, actor = exchange_of(request), await actor_of(request)
    await require_public(asked.url, private=exchange.private)
    async with _changing(exchange) as conn:
        subscriber = await service.subscriber(exchange, conn, actor, asked.application)
        owner, since = service.owner_of(subscriber, request.headers.get("agreement")), Since(asked.after, asked.epoch)
        made, secret = await service.subscribe(exchange, conn, actor.name, owner, asked.wanted(), since)
    return shown(made) | {"secret": secret, "public_key": public_half(exchange.access.key.private)}


@router.get("/api/v1/subscriptions", response_model=SubscriptionsShown)
async def listed(request: Request, limit: Most = 50, cursor: After = "") -> dict[str, Any]:
    """The caller's subscriptions and those of the participants it speaks for; an administrator sees all."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with exchange.registry.database.read() as conn:
        found = await service.subscriptions(conn, actor, cursor, limit)
        head = await size(conn) - 1
    more = f"/api/v1/subscriptions?limit={limit}&cursor={found[-1].id}" if len(found) == limit else None
    return {"items": [shown(one, head) for one in found], "next": more}


@router.get(_ONE, response_model=SubscriptionShown)
async def one(request: Request, id: str) -> dict[str, Any]:
    """A subscription, how far it is, and how its last calls went."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with exchange.registry.database.read() as conn:
        found = await service.subscription(conn, actor, id)
        calls = [dict(row) async for row in queries.deliveries(conn, id=id, most=_CALLS_SHOWN)]
        letters = await queries.count_letters(conn, id=id)
        head = await size(conn) - 1
    return shown(found, head) | {"dead_letters": letters, "deliveries": calls}


@router.put(_ONE, response_model=SubscriptionShown)
async def change(request: Request, id: str, asked: SubscriptionAsked) -> dict[str, Any]:
    """Ask for something else from now on; what was sent stays sent."""
    exchange, actor = exchange_of(request), await actor_of(request)
    await require_public(asked.url, private=exchange.private)
    async with _changing(exchange) as conn:
        return shown(await service.change(exchange, conn, actor, id, asked.wanted()))


@router.delete(_ONE, status_code=204)
async def end(request: Request, id: str) -> None:
    """End a subscription, with its dead letters and secrets."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with _changing(exchange) as conn:
        await service.end(conn, actor, id)


@router.post(_ONE + ":pause", response_model=SubscriptionShown)
async def pause(request: Request, id: str) -> dict[str, Any]:
    """Send nothing until it is resumed; nothing is lost."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with _changing(exchange) as conn:
        return shown(await service.pause(conn, actor, id))


@router.post(_ONE + ":resume", response_model=SubscriptionShown)
async def resume(request: Request, id: str) -> dict[str, Any]:
    """Go on where it stopped, at once."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with _changing(exchange) as conn:
        return shown(await service.resume(conn, actor, id))


@router.post(_ONE + ":replay", response_model=SubscriptionShown)
async def replay(request: Request, id: str, asked: ReplayAsked) -> dict[str, Any]:
    """Send once more what lies behind a position, under the same ids."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with _changing(exchange) as conn:
        return shown(await service.replay(conn, actor, id, asked.after, asked.epoch))


@router.post(_ONE + ":rotate", response_model=SecretShown)
async def rotate(request: Request, id: str) -> dict[str, Any]:
    """A new secret; for a day deliveries bear the signatures of both."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with _changing(exchange) as conn:
        secret = await service.rotate(exchange, conn, actor, id)
    return {"secret": secret, "public_key": public_half(exchange.access.key.private)}


@router.post(_ONE + ":test", response_model=TestShown)
async def test(request: Request, id: str) -> dict[str, Any]:
    """Post a test event now, and say what came of it. It is no change, and moves no position."""
    exchange, actor = exchange_of(request), await actor_of(request)
    return await try_out(exchange, actor, id)


@router.get(_ONE + "/dead-letters", response_model=LettersShown)
async def letters(
    request: Request, id: str, limit: Most = 50, after: Annotated[int, Query(ge=-1, le=2**62)] = -1
) -> dict[str, Any]:
    """Events that the subscriber refused as such."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with exchange.registry.database.read() as conn:
        await service.subscription(conn, actor, id)
        found = [dict(row) async for row in queries.letters(conn, id=id, after=after, most=limit)]
    place = f"/api/v1/subscriptions/{id}/dead-letters?limit={limit}&after="
    return {"items": found, "next": f"{place}{found[-1]['position']}" if len(found) == limit else None}


@router.post(_ONE + "/dead-letters:replay", response_model=AgainShown)
async def letters_again(request: Request, id: str, asked: LettersAsked) -> dict[str, Any]:
    """Send dead letters once more, before what comes next."""
    exchange, actor = exchange_of(request), await actor_of(request)
    async with _changing(exchange) as conn:
        return {"count": await service.send_again(conn, actor, id, asked.positions)}
