"""Answers packed by gzip for callers who take them so."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

_LEAST, _APART = 1_400, 50_000
# Twice as fast as the usual level, for a tenth more bytes: the feed is drained by machines.
_LEVEL = 1
_GZIP = 31


async def packed(request: Request, answer: Response) -> Response:
    """The answer, packed if that is worth it and the caller takes gzip (RFC 9110, section 12.5.3)."""
    body = bytes(answer.body)
    if len(body) < _LEAST:
        return answer
    answer.headers["Vary"] = "Accept-Encoding"
    if not takes_gzip(request.headers):
        return answer
    answer.body = await asyncio.to_thread(_pack, body) if len(body) > _APART else _pack(body)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """True if `Accept-Encoding` names gzip, or anything, and does not weigh it nothing."""
    weights: dict[str, float] = {}
    for part in headers.get("accept-encoding", "").split(","):
        coding, _, weight = part.partition(";")
        try:
            weights[coding.strip().lower()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
    return weights.get("gzip", weights.get("*", 0)) > 0


def _pack(body: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    return packer.compress(body) + packer.flush()
