"""Batches over HTTP: pushed under a name, answered with a receipt, which can be fetched again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import asyncpg
from fastapi import APIRouter, Header, Query, Request
from fastapi import Path as InPath
from pydantic import BaseModel, Field
from starlette.responses import Response

from jjm.access import Actor, actor_of, guarded, unauthenticated
from jjm.exchange.batches import service
from jjm.exchange.batches.service import Sent, queries
from jjm.exchange.batches.signatures import answered, checked
from jjm.exchange.context import Exchange, exchange_of
from jjm.kit import Fault, Problem, bad_request
from jjm.kit.http import answer

MOST_BYTES = 32 * 1024**2
_SHOWN, _TRIES = 1_000, 5


def _known(actor: Actor) -> None:
    if actor.kind == "nobody":
        raise unauthenticated("Batches are pushed by those who are known here.")


router = APIRouter(tags=["batches"], route_class=guarded(_known, MOST_BYTES))
Name = Annotated[str, InPath(min_length=1, max_length=200, description="The name that the sender gives the batch")]


class FaultShown(BaseModel):
    """What is wrong with an item."""

    message: str
    remedy: str
    pointer: str | None = None


class ReceiptShown(BaseModel):
    """What became of an item."""

    item: int = Field(description="Its number in the batch, from 0")
    outcome: Literal["accepted", "duplicate", "refused"]
    ref: str | None = Field(default=None, description="The sender's own name of the item")
    type: str | None = None
    id: str | None = None
    version: int | None = Field(default=None, description="The version that it became, or that said the same already")
    faults: list[FaultShown] | None = None


class BatchShown(BaseModel):
    """A batch, and what became of its items."""

    id: str
    name: str
    state: Literal["working", "done"]
    actor: str
    signed_by: str | None = Field(description="Key by which it was signed")
    items: int
    accepted: int
    duplicates: int
    refused: int
    received_at: datetime
    finished_at: datetime | None
    url: str
    receipts: list[ReceiptShown] | None = None
    next: str | None = Field(default=None, description="Where the next receipts are")


class BatchesShown(BaseModel):
    """The newest batches."""

    items: list[BatchShown]
    next: None


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 20_000,
                    "items": {"type": "object", "required": ["type"], "properties": {
                        "type": {"type": "string", "examples": ["schemes"]},
                        "action": {"enum": ["upsert", "create", "change", "correct", "retire"]},
                        "id": {"type": "string"}, "data": {"type": "object"}, "ref": {"type": "string"},
                        "valid_from": {"type": "string", "format": "date"},
                        "valid_to": {"type": "string", "format": "date"},
                        "source": {"type": "string"}, "reason": {"type": "string"},
                    }},
                }
            },
        },
    }
}  # fmt: skip


@router.put("/api/v1/batches/{name}", response_model=BatchShown, openapi_extra=_BODY)
async def push(request: Request, name: Name) -> Response:
    """Push a batch of items of any types, as a JSON array or NDJSON. The same batch has the same receipt."""
    return await _push(request, name)


@router.post("/api/v1/batches", response_model=BatchShown, openapi_extra=_BODY)
async def push_named(request: Request, idempotency_key: Annotated[str, Header(max_length=200)] = "") -> Response:
    """The same, named by `Idempotency-Key`."""
    if not idempotency_key:
        fault = Fault("the batch has no name", "Send `Idempotency-Key`, or PUT it to its name.", "/Idempotency-Key")
        raise bad_request("bad-idempotency-key", "The batch has no name.", fault)
    return await _push(request, idempotency_key)


async def _push(request: Request, name: str) -> Response:
    exchange, actor = exchange_of(request), await actor_of(request)
    if "\0" in name or not name.isprintable():
        raise bad_request("bad-batch", "The name holds characters that cannot be printed.")
    body = await request.body()
    signed = await checked(exchange, request, actor, body)
    kind = request.headers.get("content-type", "application/json")
    row = await _taken(exchange, actor, Sent(name, body, kind, signed.key_id if signed else None))
    exchange.wake()
    async with exchange.registry.database.read() as conn:
        told = await _shown(conn, row, -1, _SHOWN)
    status = 200 if row["state"] == "done" else 202
    made = answer(told, status, {"Location": told["url"], "Cache-Control": "no-store"})
    return answered(exchange, request, made, signed)


async def _taken(exchange: Exchange, actor: Actor, sent: Sent) -> Mapping[str, Any]:
    for _ in range(_TRIES):
        try:
            async with exchange.registry.database.write() as conn:
                return await service.take_batch(exchange, conn, actor, sent)
        except (asyncpg.UniqueViolationError, asyncpg.TransactionRollbackError):
            continue
    detail = "Others change the same records at this moment; nothing was changed. Try again shortly."
    raise Problem("in-the-way", 503, "Not available now", detail, headers={"Retry-After": "1"})


@router.get("/api/v1/batches/{name}", response_model=BatchShown)
async def receipt(
    request: Request,
    name: Name,
    after: Annotated[int, Query(ge=-1, le=2**31 - 2, description="Behind this item")] = -1,
    limit: Annotated[int, Query(ge=1, le=5_000)] = _SHOWN,
) -> Response:
    """The receipt of a batch, once more."""
    actor = await actor_of(request)
    async with exchange_of(request).registry.database.read() as conn:
        row = await service.batch_named(conn, actor, name)
        told = await _shown(conn, row, after, limit)
    return answer(told, headers={"Cache-Control": "no-store"})


@router.get("/api/v1/batches", response_model=BatchesShown)
async def listed(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
    """The newest batches of the caller, or of its participant."""
    actor = await actor_of(request)
    async with exchange_of(request).registry.database.read() as conn:
        rows = [row async for row in queries.batches(conn, owner=service.owner_of(actor), most=limit)]
    return answer({"items": [_summary(row) for row in rows], "next": None})


def _summary(row: Mapping[str, Any]) -> dict[str, Any]:
    counts = {n: row[n] for n in ("items", "accepted", "duplicates", "refused", "received_at", "finished_at")}
    who = {"id": row["id"], "name": row["name"], "state": row["state"], "actor": row["actor"]}
    return who | {"signed_by": row["key_id"], "url": f"/api/v1/batches/{_quoted(row['name'])}"} | counts


async def _shown(conn: Any, row: Mapping[str, Any], after: int, most: int) -> dict[str, Any]:
    told = _summary(row)
    found = await service.receipts(conn, row["id"], after, most)
    last = found[-1]["item"] if found else after
    more = f"{told['url']}?after={last}&limit={most}" if found and last + 1 < row["items"] else None
    return told | {"receipts": found, "next": more}


def _quoted(name: str) -> str:
    return quote(name, safe="")
