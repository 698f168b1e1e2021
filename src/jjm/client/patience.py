"""When a request is sent again, and after how long: pure decisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_COME_LATER = {408, 425, 502, 503, 504}
_TOO_FAST = 429
_ITEM = re.compile(r";\s*(?P<name>[rt])=(?P<value>\d+)")


@dataclass(frozen=True, slots=True)
class Patience:
    """How patient the client is with one call.

    After a lost connection or a node that is not available a call is made again up to `tries` times in all, with pauses
    that double from `first` to `longest` seconds and are drawn at random, so that many clients do not come back as one.
    Pauses that the node asks for are kept as often as it asks, as long as they are no more than `longest_asked` seconds
    each and `in_all` seconds together.
    """

    tries: int = 6
    first: float = 0.5
    longest: float = 30.0
    longest_asked: float = 120.0
    in_all: float = 900.0

    def pause(self, failed: int, random: Callable[[], float]) -> float:
        """How long to wait after so many tries that failed (1 after the first)."""
        return random() * min(self.longest, self.first * 2 ** (failed - 1))


NONE = Patience(tries=1)
"""Gives up at the first lost connection; a node that asks for a pause is still given it."""


@dataclass
class Tries:
    """The tries of one call so far."""

    patience: Patience
    random: Callable[[], float]
    now: Callable[[], float]
    failed: int = 0
    waited: float = 0.0

    def after_loss(self, *, again: bool) -> float | None:
        """Seconds to wait after a lost connection, or None to give up; `again`: it may be sent again."""
        self.failed += 1
        if not again or self.failed >= self.patience.tries:
            return None
        return self._waiting(self.patience.pause(self.failed, self.random))

    def after(self, status: int, headers: Mapping[str, str], *, again: bool) -> float | None:
        """Seconds to wait after a refusal, or None where it is final."""
        asked = asked_pause(headers, self.now())
        if status == _TOO_FAST:  # never acted upon, so it may be sent again in any case
            return self._kept(asked if asked is not None else 1.0)
        if status not in _COME_LATER:
            return None
        pause = self.after_loss(again=again)
        return pause if pause is None or asked is None else self._kept(asked)

    def _kept(self, asked: float) -> float | None:
        return self._waiting(asked) if asked <= self.patience.longest_asked else None

    def _waiting(self, seconds: float) -> float | None:
        self.waited += seconds
        return seconds if self.waited <= self.patience.in_all else None


def asked_pause(headers: Mapping[str, str], now: float) -> float | None:
    """The pause that an answer asks for: `Retry-After` in seconds or as a date, else a `RateLimit` that is used up."""
    if after := headers.get("retry-after"):
        return _seconds(after, now)
    limits = [dict(_ITEM.findall(item)) for item in headers.get("ratelimit", "").split(",")]
    waits = [float(limit["t"]) for limit in limits if limit.get("r") == "0" and "t" in limit]
    return max(waits, default=None)


def _seconds(text: str, now: float) -> float | None:
    if text.strip().replace(".", "", 1).isdigit():
        return float(text)
    try:
        return max(
            0.0, parsedate_to_datetime(text).astimezone(UTC).timestamp() - datetime.fromtimestamp(now, UTC).timestamp()
        )
    except (ValueError, TypeError):
        return None
