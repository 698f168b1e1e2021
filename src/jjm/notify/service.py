"""Somebody is told: written in the caller's transaction, once under its key, and sent behind the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jjm.access import Reached, how_to_reach
from jjm.kit import Minter, Problem, WriteConnection
from jjm.notify import store
from jjm.notify.context import Notices
from jjm.notify.counts import WRITTEN
from jjm.notify.model import Contact, New, Preference, Told
from jjm.notify.rules import address_kind, due, unasked_channels, wanted_channels
from jjm.standards import Channel, Event, names_in, sms_length, values_of, worded

_minter = Minter()


async def tell(
    notices: Notices,
    conn: WriteConnection,
    event: str,
    to: str | Contact,
    data: Mapping[str, object],
    *,
    key: str,
    urgent: bool = False,
    language: str | None = None,
) -> list[Told]:
    """Tell a person (PER-…) or whoever has an address; the messages that were written, none for a closed account.

    The same event is told once under one `key` to each recipient by each channel. Channels that nobody carries here, or
    for which there is no address, are left out. A value of `data` may be titles by language. `urgent` is sent at night
    too, as the event's file may say of all.

    Raises Problem 500 `notice-unknown` or `notice-variables` for what a program did wrong.
    """
    found = notices.event(event)
    _check(found, data)
    if isinstance(to, str):
        reached = (await how_to_reach(notices.access, conn, [to])).get(to)
        if reached is None:
            return []
        wanted = await store.preference(conn, to)
        channels = wanted_channels(found, found.kind in notices.needed, wanted)
    else:
        reached, wanted = Reached(None, to.phone, to.email, to.language), Preference()
        channels = unasked_channels(found)
    spoken = language or wanted.language or reached.language
    quiet = None if urgent or found.urgent else wanted.quiet
    writing = _Writing(notices, found, data, reached, key, spoken, quiet)
    told = [one for channel in channels if (one := await writing.write(conn, channel))]
    notices.news.set()
    return told


def _check(event: Event, data: Mapping[str, object]) -> None:
    missing = [name for name in event.variables if name not in data]
    if missing:
        detail = f"`{event.name}` says {', '.join(missing)}, which was not given."
        raise Problem("notice-variables", 500, "The words of a notice lack a value", detail)


class _Writing:
    """Writes the messages of one telling, channel by channel."""

    def __init__(
        self, notices: Notices, event: Event, data: Mapping[str, object], reached: Reached, key: str,
        spoken: str | None, quiet: Any,
    ) -> None:  # fmt: skip
        self.notices, self.event, self.data, self.reached = notices, event, data, reached
        self.key, self.spoken, self.quiet = key, spoken, quiet

    async def write(self, conn: WriteConnection, channel: Channel) -> Told | None:
        """One message; None where nobody carries it, it has nowhere to go, or it was written before."""
        address = None if channel == "inbox" else getattr(self.reached, address_kind(channel))
        if channel != "inbox" and (address is None or channel not in self.notices.carriers):
            return None
        new = self._new(channel, address, self.notices.now())
        if not await store.add(conn, new):
            return None
        WRITTEN.labels(channel).inc()
        return Told(new.id, channel)

    def _new(self, channel: Channel, address: str | None, now: datetime) -> New:
        event, person = self.event, self.reached.person
        language = event.language(channel, self.spoken)
        wording = event.texts[channel][language]
        values = values_of(event, self.data, language)
        said = worded(wording, values)
        id = _minter.mint("MSG", 1)[0]
        filling = [values[name] for name in names_in(wording.text)]
        words = {"subject": said.subject, "text": said.text, "values": filling}
        vault = self.notices.access.vault
        recipient = person or vault.blind(f"message-{address_kind(channel)}", address or "").hex()
        sealed = store.seal(vault, id, words if person else words | {"to": address})
        is_inbox = channel == "inbox"
        return New(
            id, event.name, event.version, event.kind, channel, recipient, person, self.key, language,
            event.templates.get(channel, {}).get(language), sms_length(said.text).parts if channel == "sms" else None,
            sealed, "delivered" if is_inbox else "waiting", now, now if is_inbox else due(self.quiet, now),
            now + event.life, now + self.notices.kept(event.kind), event.secret, self.quiet,
        )  # fmt: skip
