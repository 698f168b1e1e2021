"""A load of HTTP calls from several clients on kept-alive connections, with as little work of its own as possible."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What a load measured: calls a second, the slowest of a hundred, and calls that did not succeed."""

    per_second: float
    p50_ms: float
    p99_ms: float
    calls: int
    failed: int
    bytes: int


Request = Callable[[], bytes]


def get(path: str, token: str | None = None) -> bytes:
    """The bytes of a GET."""
    auth = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{auth}\r\n".encode()


def post(path: str, body: bytes, token: str | None = None) -> bytes:
    """The bytes of a POST of JSON."""
    auth = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\n{auth}Content-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


async def run(port: int, requests: Iterator[bytes], *, clients: int, seconds: float, warm: float = 0.5) -> Load:
    """Send requests from so many clients for so long, after a short warm-up that is not counted."""
    times: list[float] = []
    counts = {"failed": 0, "bytes": 0}
    begin = time.perf_counter() + warm
    await asyncio.gather(*(_client(port, requests, begin, begin + seconds, times, counts) for _ in range(clients)))
    spent = time.perf_counter() - begin
    ordered = sorted(times)
    return Load(
        len(times) / spent,
        1000 * ordered[len(ordered) // 2],
        1000 * ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
        len(times),
        counts["failed"],
        counts["bytes"],
    )


async def _client(
    port: int, requests: Iterator[bytes], begin: float, end: float, times: list[float], counts: dict[str, int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    while (start := time.perf_counter()) < end:
        request = next(requests, None)
        if request is None:
            break
        writer.write(request)
        status, size = await _answer(reader)
        if start >= begin:
            times.append(time.perf_counter() - start)
            counts["failed"] += status >= 400
            counts["bytes"] += size
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        size = int(lower[at + 15 : lower.index(b"\r", at)])
        await reader.readexactly(size)
        return status, size
    size = 0
    while (chunk := int((await reader.readline()).strip() or b"0", 16)) > 0:
        await reader.readexactly(chunk + 2)
        size += chunk
    await reader.readline()
    return status, size
