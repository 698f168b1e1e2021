"""By which channels somebody is told, when, and what follows from how a try went; quiet hours are in Indian time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from jjm.kit import IST
from jjm.notify.model import OUTSIDE, Claimed, Outcome, Preference, Settled, Status
from jjm.standards import Channel, Event

PAUSES = (10, 30, 120, 600, 1_800, 3_600)
"""Seconds until the next try, each give or take a fifth; the last again and again until the message is of no use."""
ASKED_FOR: tuple[Channel, ...] = ("whatsapp",)
"""Channels by which nobody is told who has not asked for them: WhatsApp's terms want consent [verify]."""
_ADDRESS = {"email": "email", "sms": "phone", "whatsapp": "phone"}


def address_kind(channel: Channel) -> str:
    """Which address of a person a channel needs: `phone` or `email`."""
    return _ADDRESS[channel]


def wanted_channels(event: Event, needed: bool, preference: Preference) -> list[Channel]:
    """The channels by which a person is told: those chosen for the kind; of what the law needs, none is switched off.

    The inbox is always among them where the event has words for it.
    """
    usual = [c for c in OUTSIDE if c not in ASKED_FOR]
    chosen: Collection[str] = preference.choices.get(event.kind, usual)
    kept = {*chosen, *usual} if needed else set(chosen)
    return [c for c in event.texts if c == "inbox" or c in kept]


def unasked_channels(event: Event) -> list[Channel]:
    """The channels by which somebody without an account is told, who could not ask for any."""
    return [c for c in event.texts if c != "inbox" and c not in ASKED_FOR]


def quiet_end(quiet: tuple[time, time] | None, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies; None outside of them, and where there are none."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    begins, ends = quiet
    here = now.astimezone(IST)
    clock = here.time()
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not inside:
        return None
    day = here.date() if clock < ends else here.date() + timedelta(days=1)
    return datetime.combine(day, ends, IST).astimezone(now.tzinfo)


def due(quiet: tuple[time, time] | None, at: datetime) -> datetime:
    """When a message may be sent that is ready at an instant."""
    return quiet_end(quiet, at) or at


def pause_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many tries; `chance`, from 0 to 1, spreads those that failed together."""
    return timedelta(seconds=PAUSES[min(attempts, len(PAUSES)) - 1] * (0.8 + 0.4 * chance))


def after(message: Claimed, outcome: Outcome, now: datetime, chance: float) -> Settled:
    """How a message stands after a try."""
    if outcome.verdict != "later":
        ends: dict[str, Status] = {"sent": "sent", "refused": "failed", "unclear": "unknown"}
        return Settled(ends[outcome.verdict], now, None, outcome.reason, outcome.reference)
    wait = max(pause_after(message.attempts, chance), outcome.pause or timedelta())
    again = due(message.quiet, now + wait)
    if again >= message.expires_at:
        return Settled("failed", now, None, f"given up after {message.attempts} tries: {outcome.reason}")
    return Settled("waiting", now, again, outcome.reason)


def of_orphan(keeps_keys: bool, now: datetime) -> Settled:
    """How a message stands whose node ended while it was sent: sent again only by who knows that it is the same."""
    if keeps_keys:
        return Settled("waiting", now, now, "the node ended while it was sent; sent again under the same key")
    return Settled("unknown", now, None, "the node ended while it was sent; the carrier keeps no keys")


def offered(kinds: Sequence[str], needed: Collection[str], preference: Preference) -> dict[str, list[Channel]]:
    """The channels outside of the node that are on for each kind."""
    usual = [c for c in OUTSIDE if c not in ASKED_FOR]
    found: dict[str, list[Channel]] = {}
    for kind in kinds:
        chosen: Collection[str] = preference.choices.get(kind, usual)
        found[kind] = [c for c in OUTSIDE if c in chosen or (kind in needed and c in usual)]
    return found
