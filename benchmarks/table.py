"""One row of the table of measurements, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table: the value, its yardstick in the same run, their ratio, and the slowest of a hundred."""

    value: float
    unit: str
    baseline: float
    ratio: float
    p99_ms: float | None
    rss_mb: float
    n: int
    what: str


HEAD = f"{'':17} {'value':>12} {'unit':10} {'baseline':>12} {'ratio':>6} {'p99 ms':>9} {'RSS MB':>7}  baseline is"


def line(name: str, m: Measure) -> str:
    """A row as people read it."""
    p99 = f"{m.p99_ms:9.1f}" if m.p99_ms is not None else "        -"
    return f"{name:17} {m.value:12,.0f} {m.unit:10} {m.baseline:12,.0f} {m.ratio:6.2f} {p99} {m.rss_mb:7.0f}  {m.what}"


def villages(n: int) -> int:
    """How many villages go with so many households: 6 lakh with a million of them."""
    return 600_000 if n >= 1_000_000 else max(10_000, n * 6 // 10)


def slowest(spent: Sequence[float]) -> float:
    """The slowest of a hundred of these seconds, in milliseconds."""
    return 1000 * sorted(spent)[min(len(spent) - 1, len(spent) * 99 // 100)]


def timed(unit: str, ours: Sequence[float], bare: Sequence[float], rss_mb: float, n: int, what: str) -> Measure:
    """The row of answers that were asked for one after the other, beside the yardstick's, in seconds each."""
    rate, base = len(ours) / sum(ours), len(bare) / sum(bare)
    return Measure(rate, unit, base, rate / base, slowest(ours), rss_mb, n, what)
