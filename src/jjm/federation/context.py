"""What every use case of the federation needs at hand, and how a call reaches it."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from fastapi import Request

from jjm.federation.network.service import Network
from jjm.registry import Registry

_PATIENCE = 30.0


@dataclass
class Federation:
    """This node among the others; `wires` lead to them, None for the machine's network."""

    registry: Registry
    network: Network
    wires: httpx.AsyncBaseTransport | None = None

    def client(self) -> httpx.AsyncClient:
        """A way to call other nodes."""
        return httpx.AsyncClient(transport=self.wires, follow_redirects=False, timeout=_PATIENCE)


def federation_of(request: Request) -> Federation:
    """The federation of the node that a call has come to."""
    found: Federation = request.app.state.federation
    return found
