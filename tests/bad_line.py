"""A line that breaks: a proxy between a program and a node that cuts a connection after so many bytes, when told so."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class BadLine:
    """A proxy on a port of this machine. It passes bytes on as they are, until one of its cuts is due."""

    target: tuple[str, int]
    listener: socket.socket
    cuts: dict[str, list[int]] = field(default_factory=lambda: {"up": [], "down": []})
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def cut(self, way: str, *after: int) -> None:
        """Cut once so many bytes more have gone `up` to the node or `down` from it; for several, one after another."""
        with self.lock:
            self.cuts[way] += after

    def passed(self, way: str, piece: bytes) -> tuple[bytes, bool]:
        """How much of the piece still goes through, and whether the line is cut then."""
        with self.lock:
            if not (due := self.cuts[way]):
                return piece, False
            if due[0] > len(piece):
                due[0] -= len(piece)
                return piece, False
            self.made += 1
            return piece[: due.pop(0)], True

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()
                continue
            for way, source, sink in (("up", near, far), ("down", far, near)):
                threading.Thread(target=self.pump, args=(way, source, sink), daemon=True).start()

    def pump(self, way: str, source: socket.socket, sink: socket.socket) -> None:
        """Pass on what comes from one side to the other."""
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                passed, cut = self.passed(way, piece)
                sink.sendall(passed)
                if cut:
                    for end in (source, sink):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def bad_line(url: str) -> Iterator[BadLine]:
    """A line to the node at that address."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = BadLine((parts.hostname, parts.port), listener)
        threading.Thread(target=line.serve, daemon=True).start()
        yield line
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
