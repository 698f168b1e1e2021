"""How long an address or an account has to wait after attempts that failed, and how long a session lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

_SHORT, _LONGEST = timedelta(seconds=30), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Patience:
    """So many attempts may fail; each further one costs twice the waiting of the one before.

    One failure is forgiven after each stretch of time without another.
    """

    free: int
    forgives: timedelta

    def left(self, failures: int, last: datetime, now: datetime) -> int:
        """How many failures still count."""
        return max(0, failures - int((now - last) / self.forgives))

    def until(self, failures: int, last: datetime) -> datetime:
        """From when on the next attempt is looked at; never more than a quarter of an hour after the last."""
        beyond = failures - self.free
        if beyond < 0:
            return last
        return last + min(_SHORT * 2 ** min(beyond, 10), _LONGEST)


PAIR = Patience(5, timedelta(hours=1))
ADDRESS = Patience(50, timedelta(minutes=2))
ACCOUNT = Patience(30, timedelta(minutes=20))
"""For one account from one address; for an address, behind which a whole office may sit; for an account from all
addresses but those from which it has signed in before, so that strangers cannot keep its owner out."""


@dataclass(frozen=True, slots=True)
class Life:
    """How long a session lasts without use, and in any case."""

    idle: timedelta
    whole: timedelta


OFFICE, FIELD = Life(timedelta(hours=1), timedelta(hours=12)), Life(timedelta(days=1), timedelta(days=7))
"""Of a session begun with a password or at an outside provider; of one begun with a code sent to a telephone."""


def network_of(address: str | None) -> str:
    """The address that attempts are counted by: an IPv6 address by its network, since one caller has all of it."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False).network_address) + (
            "" if found.ipv4_mapped else "/64"
        )
    return str(found)
