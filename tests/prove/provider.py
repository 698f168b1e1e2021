"""A provider of SMS in a process of its own: brings what it is given, once under each key, and counts both in files."""

from __future__ import annotations

import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

BROUGHT, GIVEN = "brought", "given"


def main(folder: Path) -> None:
    """Serve until killed; the first line on standard output is the port."""
    known: set[str] = set()
    guard = Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            key = self.headers["idempotency-key"]
            with guard:
                _note(folder / GIVEN, key)
                if key not in known:
                    known.add(key)
                    _note(folder / BROUGHT, key)
            time.sleep(random.random() * 0.5)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


def _note(file: Path, key: str) -> None:
    with file.open("a") as opened:
        opened.write(f"{key}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
