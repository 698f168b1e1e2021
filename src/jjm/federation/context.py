"""What every use case of the federation needs at hand, and how a call reaches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from fastapi import Request

from jjm.access import Access
from jjm.federation.handover.asking import Questions
from jjm.federation.network.callers import Callers, SignedByNode
from jjm.federation.network.service import Network
from jjm.registry import Registry

_PATIENCE = 30.0


@dataclass
class Federation:
    """This node among the others; `wires` lead to them, None for the machine's network.

    `wake` tells the ledger's sequencer that something was entered. `questions` wait for nodes that nobody can reach.
    `called_off` tells since when, by the running time of this process, it waits for the end of a handover's last lease.
    """

    registry: Registry
    access: Access
    network: Network
    wires: httpx.AsyncBaseTransport | None = None
    wake: Callable[[], None] = lambda: None
    questions: Questions = field(default_factory=Questions)
    called_off: dict[tuple[str, datetime], float] = field(default_factory=dict[tuple[str, datetime], float])
    callers: Callers = field(init=False)

    def __post_init__(self) -> None:
        self.callers = Callers(self.network)

    def client(self) -> httpx.AsyncClient:
        """A way to call other nodes, each call signed by this one."""
        auth = SignedByNode(self.network.key, self.registry.clock)
        return httpx.AsyncClient(auth=auth, transport=self.wires, follow_redirects=False, timeout=_PATIENCE)


def federation_of(request: Request) -> Federation:
    """The federation of the node that a call has come to."""
    found: Federation = request.app.state.federation
    return found
