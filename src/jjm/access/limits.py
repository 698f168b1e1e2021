"""How often somebody may call: buckets that refill steadily, and how full they are in words of HTTP.

The fields `RateLimit-Policy` and `RateLimit` are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import NamedTuple

_MOST_CALLERS = 50_000


class Left(NamedTuple):
    """What a bucket holds after a call: how much of how many, seconds until it is full, and until the next call."""

    left: float
    full: float
    refills: float
    wait: float


@dataclass
class Limiter:
    """Calls a minute for each caller: a bucket that refills steadily and holds a tenth of a minute's calls at least.

    `least` is what a bucket holds in any case.
    """

    per_minute: float
    clock: Callable[[], float] = time.monotonic
    least: float = 20.0
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def take(self, caller: str, per_minute: float | None = None) -> Left:
        """Take one call out of this caller's bucket, if there is one in it; what is left."""
        rate = (per_minute or self.per_minute) / 60
        now, full = self.clock(), max(self.least, rate * 6)
        left, seen = self._buckets.get(caller, (full, now))
        left = min(full, left + (now - seen) * rate)
        if left < 1:
            return Left(left, full, (full - left) / rate, (1 - left) / rate)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.clear()
        self._buckets[caller] = (left - 1, now)
        return Left(left - 1, full, (full - left + 1) / rate, 0.0)

    def look(self, caller: str, per_minute: float | None = None) -> Left:
        """What is in this caller's bucket, without taking anything."""
        rate = (per_minute or self.per_minute) / 60
        now, full = self.clock(), max(self.least, rate * 6)
        left, seen = self._buckets.get(caller, (full, now))
        left = min(full, left + (now - seen) * rate)
        return Left(left, full, (full - left) / rate, max(0.0, (1 - left) / rate))

    def wait(self, caller: str) -> float:
        """Seconds until this caller may call again; 0 takes one call out of the bucket."""
        return self.take(caller).wait


@lru_cache(maxsize=1_000)
def policy_field(name: str, full: float, per_minute: float) -> tuple[bytes, bytes]:
    """The header `RateLimit-Policy`: so many calls in so many seconds."""
    seconds = max(1, round(full * 60 / per_minute))
    return b"ratelimit-policy", f'"{name}";q={int(full)};w={seconds}'.encode()


def left_field(name: str, left: Left) -> tuple[bytes, bytes]:
    """The header `RateLimit`: how many calls are left, and in how many seconds all of them, or the next, are there."""
    return b"ratelimit", f'"{name}";r={int(left.left)};t={ceil(left.wait or left.refills)}'.encode()
