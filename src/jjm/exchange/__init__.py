"""The exchange: what partners are sent as it happens, and what they send in batches.

Webhooks bring the feed to subscribers (`Desk` runs the couriers); batches are taken in through the registry's own
checks, once each. Everything acts in the view and scope of whoever asked for it. `Exchange` is what a use case needs
at hand; calls are declared by `routers`.
"""

from fastapi import APIRouter

from jjm.exchange.context import Exchange
from jjm.exchange.webhooks.api import router as _webhooks
from jjm.exchange.webhooks.desk import Desk


def routers() -> list[APIRouter]:
    """The calls of the exchange."""
    return [_webhooks]


__all__ = ["Desk", "Exchange", "routers"]
