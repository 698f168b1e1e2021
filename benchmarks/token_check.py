"""Tokens of applications: how many are checked and given a second, beside the same call without one and raw HTTP.

`token_check` is a call with a token that the node has met within five seconds; `token_first` one with a token that must
be looked up with its key and its standing, each used once; `token_issue` a token for a fresh assertion, whose signature
is checked. The baseline of the first is the same call without a token; of all three, raw HTTP is told as well.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import orjson

from benchmarks import load, stand
from benchmarks.table import Measure
from jjm.client import KeyPair

SECONDS, CLIENTS, TOKENS = 3.0, 8, 2_000
PATH = "/api/v1/states/STA-21"
_FORM = "application/x-www-form-urlencoded"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ROWS = ("token_check", "token_first", "token_issue")


async def measured(n: int, wanted: Collection[str]) -> AsyncIterator[tuple[str, Measure]]:
    """Tokens of applications."""
    for name, fields in (await run()).items():
        yield name, Measure(**fields)


async def run() -> dict[str, dict[str, object]]:
    """The three measures, each as the fields of a Measure."""
    with tempfile.TemporaryDirectory(prefix="jjm-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        async with stand.served(folder) as node:
            raw_port = stand.free_port()
            raw = stand.start("benchmarks.raw", str(raw_port))
            try:
                await asyncio.sleep(1)
                return await _measure(node, raw_port)
            finally:
                raw.terminate()
                raw.wait(30)


async def _measure(node: stand.Stand, raw_port: int) -> dict[str, dict[str, object]]:
    application, key = await partner(node, "write")
    asked = [ask(node, application, key) for _ in range(TOKENS + 4_000)]
    tokens = await tokens_of(node, asked[:TOKENS])
    with_token, without, raw = itertools.repeat(load.get(PATH, tokens[0])), itertools.repeat(load.get(PATH)), []
    a, b = [], []
    for _ in range(3):  # in turns, the better of each, so that a passing disturbance hits neither alone
        a.append(await load.run(node.port, with_token, clients=CLIENTS, seconds=SECONDS))
        b.append(await load.run(node.port, without, clients=CLIENTS, seconds=SECONDS))
        raw.append(await load.run(raw_port, without, clients=CLIENTS, seconds=SECONDS))
    known, plain, bare = (max(found, key=lambda x: x.per_second) for found in (a, b, raw))
    first = await _once(node.port, [load.get(PATH, token) for token in tokens[1:]])
    issue = await _once(node.port, asked[TOKENS:])
    return {
        "token_check": _as_measure(node, known, "calls/s", plain.per_second, "the same call without a token", bare),
        "token_first": _as_measure(node, first, "calls/s", plain.per_second, "the same call without a token", bare),
        "token_issue": _as_measure(node, issue, "tokens/s", bare.per_second, "raw HTTP", bare),
    }


async def _once(port: int, requests: list[bytes]) -> load.Load:
    """Each request once; what is asked for is at an end before the time is."""
    began = time.perf_counter()
    found = await load.run(port, iter(requests), clients=CLIENTS, seconds=600, warm=0)
    spent = time.perf_counter() - began
    return load.Load(found.calls / spent, found.p50_ms, found.p99_ms, found.calls, found.failed, found.bytes)


async def partner(node: stand.Stand, *scopes: str) -> tuple[str, KeyPair]:
    """A vendor's application with these scopes, and its key."""
    key = KeyPair.generate("bench")
    program = {"name": "Bench", "scopes": scopes, "keys": {"jwks": key.public}}
    contact = {"name": "Nobody", "email": "nobody@bench.example"}
    asked = {"kind": "vendor", "name": "Bench", "about": "Measures tokens", "contact": contact, "application": program}
    async with node.client as client:
        made = (await client.post("/api/v1/participants", json=asked)).raise_for_status().json()
        (await client.post(f"/api/v1/participants/{made['id']}:approve", json={})).raise_for_status()
    return made["application"], key


def ask(node: stand.Stand, application: str, key: KeyPair) -> bytes:
    """The call by which it asks for a token."""
    now = int(time.time())
    claims = {"iss": application, "sub": application, "aud": f"http://127.0.0.1:{node.port}"}
    assertion = key.signed(orjson.dumps({**claims, "iat": now, "exp": now + 900, "jti": uuid4().hex}))
    form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION, "client_assertion": assertion}
    body = urlencode(form).encode()
    head = f"POST /oauth/token HTTP/1.1\r\nHost: bench\r\nContent-Type: {_FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def tokens_of(node: stand.Stand, asked: list[bytes]) -> list[str]:
    """Tokens got one after the other, as their answers must be read."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{node.port}") as client:
        found: list[str] = []
        for request in asked:
            answer = await client.post(
                "/oauth/token", content=request.partition(b"\r\n\r\n")[2], headers={"content-type": _FORM}
            )
            found.append(answer.raise_for_status().json()["access_token"])
    return found


def _as_measure(
    node: stand.Stand, found: load.Load, unit: str, baseline: float, what: str, raw: load.Load
) -> dict[str, object]:
    assert found.failed == 0, f"{found.failed} of {found.calls} calls failed"
    share = found.per_second / raw.per_second
    return {
        "value": found.per_second,
        "unit": unit,
        "baseline": baseline,
        "ratio": found.per_second / baseline,
        "p99_ms": found.p99_ms,
        "rss_mb": node.rss_mb(),
        "n": found.calls,
        "what": f"{what}; {share:.2f} of raw HTTP ({raw.per_second:,.0f}/s)",
    }
