"""The yardstick: a bare Starlette route that reads one row by asyncpg and answers it as JSON. Run as a module.

It does what a developer would write by hand for one table: no standard, no versions, no policy, no ETag.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import date
from itertools import count

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TABLE = "select * from bench.household where id = $1"
INSERT = """
insert into bench.household
  (village, head_name, members, has_tap, state,
   id, version, change, valid_from, recorded_at, actor, node, digest, entry)
values ($1, $2, $3, $4, '21', $5, 1, 'create', $6, now(), 'bare', 'bare', $7, 1)
"""
NUMBERS = count(1)
MANY = "select * from bench.household where id = any($1)"


def as_json(row: asyncpg.Record) -> dict[str, object]:
    """A row as JSON values; the point is left out, as it is empty in these rows."""
    return {k: v.hex() if isinstance(v, bytes) else v for k, v in row.items() if v is not None}


async def one(request: Request) -> Response:
    """One row."""
    async with request.app.state.pool.acquire() as conn:
        row = await conn.fetchrow(TABLE, request.path_params["id"])
    if row is None:
        return Response(status_code=404)
    return Response(orjson.dumps(as_json(row)), media_type="application/json")


async def many(request: Request) -> Response:
    """Rows by identifiers."""
    ids = orjson.loads(await request.body())["ids"]
    async with request.app.state.pool.acquire() as conn:
        rows = await conn.fetch(MANY, ids)
    return Response(orjson.dumps({"items": [as_json(r) for r in rows]}), media_type="application/json")


async def insert(request: Request) -> Response:
    """Write one row, durable when answered."""
    data = orjson.loads(await request.body())
    id = f"HH-21-{next(NUMBERS):016d}-0"
    async with request.app.state.pool.acquire() as conn:
        await conn.execute(
            INSERT,
            data["village"],
            data["head_name"],
            data["members"],
            data["has_tap"],
            id,
            date(2026, 1, 1),
            b"x" * 32,
        )
    return Response(orjson.dumps(data | {"id": id}), 201, media_type="application/json")


def application(url: str) -> Starlette:
    """The bare application."""

    async def leave(_: object) -> None:
        return None

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=1, max_size=12, reset=leave) as pool:
            app.state.pool = pool
            yield

    routes = [
        Route("/households/{id}", one),
        Route("/households", insert, methods=["POST"]),
        Route("/many", many, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=life)


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False
    )
