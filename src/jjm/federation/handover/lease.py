"""Until a handover is confirmed a State's node writes on a lease: it has to have heard from the Centre lately.

So the Centre can call a handover off by itself. It grants no further lease, waits until the last one has surely ended,
and only then writes again. Both count time as it passes for themselves; no clock has to agree with another.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

QUIET = 5.0
"""Seconds after which what had begun to be written on the older list of nodes has noticed, at the earliest."""
LEASE = 120.0
"""Seconds for which a State's node may write, counted from before it asked."""
SURE = 180.0
"""Seconds after which the Centre takes it for certain that no lease is left, nor anything that was begun under one."""


def running() -> float:
    """The running time of this machine, in seconds; it may stand still while the machine sleeps."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease on the handover that begins at a position: when it was asked for, by running time and clock, its seconds.

    A machine that slept notices it by its clock, since its running time may have stood still.
    """

    begins: int
    since: float
    at: datetime
    seconds: float

    def holds(self, now: datetime) -> bool:
        """True while it lasts."""
        return running() - self.since < self.seconds and now - self.at < timedelta(seconds=self.seconds)

    def is_due(self, now: datetime) -> bool:
        """True if it is time to ask for the next one."""
        third = self.seconds / 3
        return running() - self.since >= third or now - self.at >= timedelta(seconds=third)
