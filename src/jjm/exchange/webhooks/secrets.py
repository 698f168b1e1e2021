"""The secrets of subscriptions: sealed by the vault of the node, each of use for its subscription alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from jjm.access import Vault
from jjm.exchange.context import Exchange
from jjm.exchange.webhooks.signing import FormerSeal
from jjm.exchange.webhooks.store import queries
from jjm.kit import Holding, Problem, SealedRows

_log = logging.getLogger(__name__)


def close(vault: Vault, secret: bytes, subscription: str) -> bytes:
    """A secret as it is kept."""
    return vault.seal(_bound(subscription), secret)


def opened(vault: Vault, sealed: Sequence[bytes], subscription: str) -> tuple[bytes, ...]:
    """The secrets; those that do not open are left out."""
    found: list[bytes] = []
    for box in sealed:
        try:
            found.append(vault.open(_bound(subscription), box))
        except Problem:
            _log.warning("a secret of %s does not open; rotate it", subscription)
    return tuple(found)


async def bring_secrets(exchange: Exchange) -> int:
    """Bring what the node's signing key has closed under the vault, at start; how many secrets it was.

    One that does not open, since the key is another one by now, is taken away: it could sign nothing.
    """
    former, done = FormerSeal(exchange.access.key.private), 0
    async with exchange.access.database.write() as conn:
        async for row in queries.former_secrets(conn):
            about = {"subscription": row["subscription"], "number": row["number"]}
            secret = former.open(row["sealed"], row["subscription"])
            if secret is None:
                _log.warning("a secret of %s does not open and is taken away; rotate it", row["subscription"])
                await queries.drop_secret(conn, **about)
            else:
                sealed = close(exchange.access.vault, secret, row["subscription"])
                await queries.seal_secret(conn, **about, sealed=sealed)
                done += 1
    return done


def holding(exchange: Exchange) -> Holding:
    """The secrets of webhooks."""
    box = exchange.access.vault.box
    return SealedRows("webhook secrets", box, queries.secrets_to_wrap, queries.wrap_secrets)


def _bound(subscription: str) -> str:
    return f"webhook:{subscription}"
