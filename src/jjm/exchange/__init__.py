"""The exchange: what partners are sent as it happens, and what they send in batches.

Webhooks bring the feed to subscribers (`Desk` runs the couriers); batches are taken in through the registry's own
checks, once each. Everything acts in the view and scope of whoever asked for it. `Exchange` is what a use case needs
at hand; calls are declared by `routers`.
"""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter

from jjm.exchange.batches.api import router as _batches
from jjm.exchange.batches.bodies import bring_bodies as _bring_bodies
from jjm.exchange.batches.bodies import holding as _bodies
from jjm.exchange.batches.service import JOB as _BATCH
from jjm.exchange.batches.service import queries as _batch_queries
from jjm.exchange.batches.service import work as _work
from jjm.exchange.context import Exchange
from jjm.exchange.webhooks.api import router as _webhooks
from jjm.exchange.webhooks.desk import Desk
from jjm.exchange.webhooks.health import Health
from jjm.exchange.webhooks.secrets import bring_secrets
from jjm.exchange.webhooks.secrets import holding as _secrets
from jjm.kit import Holding, WriteConnection


def routers() -> list[APIRouter]:
    """The calls of the exchange."""
    return [_webhooks, _batches]


def begin(exchange: Exchange) -> None:
    """Say who takes in large batches, and who knows how deliveries fare."""
    exchange.access.deliveries = Health(exchange.registry)
    exchange.jobs.register(_BATCH, partial(_work, exchange))


async def bring_sealed(exchange: Exchange) -> int:
    """Bring what earlier releases kept otherwise under the node's vault, at start; how many things it was."""
    return await bring_secrets(exchange) + await _bring_bodies(exchange)


def holdings(exchange: Exchange) -> Sequence[Holding]:
    """All that the exchange keeps sealed."""
    return [_secrets(exchange), _bodies(exchange)]


async def tidy(exchange: Exchange, conn: WriteConnection) -> None:
    """Let go of nonces that are too old to be used again."""
    await _batch_queries.forget_nonces(conn, now=exchange.now())


__all__ = ["Desk", "Exchange", "begin", "bring_sealed", "bring_secrets", "holdings", "routers", "tidy"]
