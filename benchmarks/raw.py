"""The plainest yardstick: an ASGI application that answers each call with the same small JSON. As a module: PORT."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

BODY = b'{"id":"STA-21","name":"Odisha"}'
START: dict[str, Any] = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())],
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer one call."""
    await receive()
    await send(dict(START))
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    uvicorn.run(
        application, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off"
    )
