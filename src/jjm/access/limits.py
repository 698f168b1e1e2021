"""How often somebody may call: buckets that refill steadily."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST_CALLERS = 50_000


@dataclass
class Limiter:
    """Calls a minute for each caller: a bucket that refills steadily and holds a tenth of a minute's calls at least.

    `least` is what a bucket holds in any case.
    """

    per_minute: float
    clock: Callable[[], float] = time.monotonic
    least: float = 20.0
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def wait(self, caller: str) -> float:
        """Seconds until this caller may call again; 0 takes one call out of the bucket."""
        now, rate = self.clock(), self.per_minute / 60
        left, seen = self._buckets.get(caller, (self._full, now))
        left = min(self._full, left + (now - seen) * rate)
        if left < 1:
            return (1 - left) / rate
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.clear()
        self._buckets[caller] = (left - 1, now)
        return 0.0

    @property
    def _full(self) -> float:
        return max(self.least, self.per_minute / 10)
