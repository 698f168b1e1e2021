"""What Prometheus is told of calls: counted in plain tables, since each call passes here; in its order when asked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_LABELS = (*map(str, _BOUNDS), "+Inf")


class Counts(Collector):
    """How many calls were answered, by method, area and status, and within how many seconds, by area."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, str, int], int] = {}
        self._within: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def note(self, method: str, area: str, status: int, seconds: float) -> None:
        """Count a call whose answer begins after so many seconds."""
        key = method, area, status
        self._calls[key] = self._calls.get(key, 0) + 1
        if area not in self._within:
            self._within[area], self._seconds[area] = [0] * len(_LABELS), 0.0
        self._within[area][bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[area] += seconds

    def collect(self) -> Iterable[Metric]:
        """The counts as Prometheus takes them."""
        calls = CounterMetricFamily("jjm_http_calls", "Calls answered", labels=["method", "area", "status"])
        for (method, area, status), count in self._calls.items():
            calls.add_metric([method, area, str(status)], count)
        times = HistogramMetricFamily("jjm_http_seconds", "Time to the first byte of the answer", labels=["area"])
        for area, counts in self._within.items():
            upto = list(zip(_LABELS, map(float, accumulate(counts)), strict=True))
            times.add_metric([area], upto, self._seconds[area])
        return calls, times


COUNTS = Counts()
REGISTRY.register(COUNTS)
