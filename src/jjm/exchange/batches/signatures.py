"""Signed batches: the signature of who sends one, and the node's own under the receipt."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from jjm.access import Actor, signing_key
from jjm.exchange.batches.service import owner_of, queries
from jjm.exchange.context import Exchange
from jjm.kit.http_messages import Fields, HttpRequest, HttpResponse
from jjm.kit.message_signatures import DIGEST, REQUEST, Demand, PublicKey, Signed, bound_to, sign, verify

DEMAND = Demand((*REQUEST, DIGEST))


async def checked(exchange: Exchange, request: Request, actor: Actor, body: bytes) -> Signed | None:
    """The signature of a batch, where its sender signs, or has agreed to. Raises Problem 401 otherwise."""
    must = any(terms.signed for terms in actor.terms)
    if not must and "signature-input" not in request.headers:
        return None
    database = exchange.registry.database

    async def key_of(id: str) -> PublicKey | None:
        async with database.read() as conn:
            return await signing_key(conn, actor, id, exchange.now())

    async def once(key_id: str, nonce: str, until: datetime) -> bool:
        async with database.write() as conn:
            return (
                await queries.use_nonce(conn, key_id=f"{owner_of(actor)} {key_id}", nonce=nonce, until=until)
                is not None
            )

    message = HttpRequest.of_scope(request.scope)
    return await verify(message, DEMAND, key_of, exchange.now(), body=body, once=once)


def answered(exchange: Exchange, request: Request, answer: Response, signed: Signed | None) -> Response:
    """The receipt, signed by the node and bound to the call, where that was signed."""
    if signed is None:
        return answer
    message = HttpResponse(answer.status_code, Fields(), HttpRequest.of_scope(request.scope))
    key = exchange.access.key
    made = sign(
        message, key.private, key.id, exchange.now(), body=bytes(answer.body), components=bound_to(signed.label)
    )
    for name, value in made.items():
        answer.headers[name] = value
    return answer
