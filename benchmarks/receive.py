"""A hundred subscribers in one process, with as little work of its own as possible. Run as a module: PORT HOLE_PORT.

On PORT each POST is counted and answered 200, and a GET is told the count; on HOLE_PORT nobody is ever answered.
"""

from __future__ import annotations

import asyncio
import sys

import uvloop


class Receiver(asyncio.Protocol):
    """One connection: counts the calls that have come in whole."""

    taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody calls."""
        self.transport = transport
        self.held = b""

    def data_received(self, data: bytes) -> None:
        """Answer every call that is there in whole."""
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            head = self.held[:end].lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self.held) < end + 4 + length:
                return
            self.held = self.held[end + 4 + length :]
            if head.startswith(b"get"):
                told = str(Receiver.taken).encode()
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told))
            else:
                Receiver.taken += 1
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def main(port: int, hole: int) -> None:
    """Listen until stopped."""
    loop = asyncio.get_running_loop()
    await loop.create_server(Receiver, "127.0.0.1", port, backlog=1_000)
    await loop.create_server(asyncio.Protocol, "127.0.0.1", hole)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
