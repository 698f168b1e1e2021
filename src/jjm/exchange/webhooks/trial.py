"""A test event: posted and signed like any other, so that a subscriber can see whether it is set up."""

from __future__ import annotations

import secrets as chance
import time
from typing import Any

from jjm.access import Actor
from jjm.exchange.context import Exchange
from jjm.exchange.guard import target_of
from jjm.exchange.posting import Line
from jjm.exchange.webhooks import service, store
from jjm.exchange.webhooks.calls import ONE, SEVERAL
from jjm.exchange.webhooks.secrets import opened as secrets_in
from jjm.exchange.webhooks.signing import signed_headers
from jjm.kit.http import dumps

TYPE = "in.jjm.subscription.test"


async def try_out(exchange: Exchange, actor: Actor, id: str) -> dict[str, Any]:
    """Post a test event for a subscription; what came of it."""
    async with exchange.registry.database.read() as conn:
        found = await service.subscription(conn, actor, id)
        sealed = (await store.sealed_secrets(conn, [id], exchange.now()))[id]
    at, name = exchange.now(), f"msg_test_{chance.token_hex(8)}"
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": name,
        "source": f"/nodes/{exchange.registry.node}",
        "type": TYPE,
        "subject": f"subscriptions/{id}",
        "time": at,
        "datacontenttype": "application/json",
        "data": {"subscription": id},
    }
    alone = found.wanted.batch == 1
    body = dumps(event if alone else [event])
    opened = secrets_in(exchange.access.vault, sealed, id)
    headers = signed_headers(name, at, body, opened, exchange.access.key.private)
    line = Line(target_of(found.wanted.url, private=exchange.private), exchange.private)
    begun = time.perf_counter()
    answer = await line.post(headers | {"Content-Type": ONE if alone else SEVERAL}, body, failing=True)
    line.close()
    is_good = answer.status is not None and 200 <= answer.status < 300
    ms = round(1_000 * (time.perf_counter() - begun))
    return {"id": name, "status": answer.status, "ms": ms, "error": None if is_good else answer.text}
