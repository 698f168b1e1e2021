"""Lines between nodes that can be cut, and lose three connections in ten: a relay of TCP in a thread of its own."""

from __future__ import annotations

import contextlib
import random
import select
import socket
import threading

from prove.cables import LOSS, State


class Line:
    """Leads from a port of this machine to a node's; what goes through it depends on its state."""

    def __init__(self, target: tuple[str, int], seed: int) -> None:
        self.target = target
        self.state: State = "good"
        self._chance = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where others find the node."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """End the line."""
        self.state = "cut"
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(caller,), daemon=True).start()

    def _relay(self, caller: socket.socket) -> None:
        lost_after = self._chance.randrange(4) if self.state == "lossy" and self._chance.random() < LOSS else None
        with caller, contextlib.suppress(OSError), socket.create_connection(self.target, 5) as node:
            passed = 0
            while self.state != "cut" and (lost_after is None or passed < lost_after):
                ready, _, _ = select.select([caller, node], [], [], 0.2)
                for end in ready:
                    data = end.recv(65_536)
                    if not data:
                        return
                    (node if end is caller else caller).sendall(data)
                    passed += 1
