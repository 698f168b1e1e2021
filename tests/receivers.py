"""Receivers of webhooks for tests: real HTTP servers in threads, which keep what they are sent and answer as told."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

Reply = tuple[int, dict[str, str]]
OK: Reply = (204, {})


@dataclass(frozen=True)
class Received:
    """One call: its header fields in lower case, its body, and what was answered."""

    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in it."""
        found = orjson.loads(self.body)
        return found if isinstance(found, list) else [found]

    @property
    def id(self) -> str:
        """Its `webhook-id`."""
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """A server that answers each call as `reply` says: a status and header fields, after what it takes."""

    reply: Callable[[bytes], Reply] = lambda body: OK
    calls: list[Received] = field(default_factory=list[Received])
    url: str = ""
    news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def taken(self) -> list[Received]:
        """The calls that were answered with success."""
        return [call for call in self.calls if 200 <= call.status < 300]

    @property
    def positions(self) -> list[int]:
        """The positions of the events that were taken, in the order in which they came."""
        return [event["position"] for call in self.taken for event in call.events if "position" in event]

    def until(self, holds: Callable[[Receiver], object], patience: float = 20) -> None:
        """Wait until something holds of what was received."""
        deadline = time.monotonic() + patience
        with self.news:
            while not holds(self):
                left = deadline - time.monotonic()
                assert left > 0, [(call.id, call.status) for call in self.calls]
                self.news.wait(min(left, 0.5))


@contextlib.contextmanager
def receiving(reply: Callable[[bytes], Reply] = lambda body: OK, path: str = "/events") -> Generator[Receiver, None]:
    """A receiver that listens on this machine as long as one is inside."""
    receiver = Receiver(reply)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, headers = receiver.reply(body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", "4")
            self.end_headers()
            if status != 204:
                self.wfile.write(b"told")
            with receiver.news:
                receiver.calls.append(Received({n.lower(): v for n, v in self.headers.items()}, body, status))
                receiver.news.notify_all()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A caller who hangs up is none of ours."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}{path}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
