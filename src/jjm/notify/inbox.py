"""A person's own messages, and what they want to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple

from jjm.access import Actor, own_account
from jjm.kit import Fault, ReadConnection, WriteConnection, invalid, not_found
from jjm.notify import store
from jjm.notify.context import Notices
from jjm.notify.model import OUTSIDE, Preference, Shown

END = (datetime(9999, 1, 1, tzinfo=UTC), "")
"""Behind which the newest message stands."""


class Inbox(NamedTuple):
    """Messages, how many are unread in all, and behind which one the next page begins."""

    messages: Sequence[Shown]
    unread: int
    next: tuple[datetime, str] | None


async def own_messages(
    notices: Notices,
    conn: ReadConnection,
    actor: Actor,
    before: tuple[datetime, str] = END,
    *,
    unread: bool = False,
    most: int = 50,
) -> Inbox:
    """The messages of who is signed in, the newest first. Raises Problem 401 or 403 for anybody else."""
    person = own_account(actor)
    found = await store.inbox(conn, notices.access.vault, person, before, unread, most)
    count = await store.queries.unread(conn, person=person)
    last = (found[-1].made_at, found[-1].id) if len(found) == most else None
    return Inbox(found, count, last)


async def own_message(notices: Notices, conn: ReadConnection, actor: Actor, id: str) -> Shown:
    """One of them. Raises Problem 401, 403, 404."""
    found = await store.in_inbox(conn, notices.access.vault, own_account(actor), id)
    if found is None:
        raise _unknown(id)
    return found


async def mark(notices: Notices, conn: WriteConnection, actor: Actor, id: str, *, read: bool) -> None:
    """Mark one of the own messages as read, or as unread again. Raises Problem 401, 403, 404."""
    at = notices.now() if read else None
    if await store.queries.mark(conn, id=id, person=own_account(actor), read_at=at) is None:
        raise _unknown(id)


async def mark_all(notices: Notices, conn: WriteConnection, actor: Actor) -> None:
    """Mark all own messages as read. Raises Problem 401 or 403."""
    await store.queries.mark_all(conn, person=own_account(actor), read_at=notices.now())


async def own_preference(notices: Notices, conn: ReadConnection, actor: Actor) -> Preference:
    """What who is signed in wants. Raises Problem 401 or 403."""
    return await store.preference(conn, own_account(actor))


async def prefer(notices: Notices, conn: WriteConnection, actor: Actor, wanted: Preference) -> Preference:
    """Keep what who is signed in wants. Raises Problem 401, 403, 422 `bad-preference`."""
    faults = list(_faults(notices, wanted))
    if faults:
        raise invalid("What you want to be told was not kept.", faults, "bad-preference")
    await store.set_preference(conn, own_account(actor), wanted, notices.now())
    return wanted


def quiet_from(begins: str, ends: str) -> tuple[time, time]:
    """Quiet hours from two texts such as `21:00`. Raises Problem 422 `bad-preference`."""
    try:
        return time.fromisoformat(begins).replace(second=0, microsecond=0), time.fromisoformat(ends).replace(
            second=0, microsecond=0
        )
    except ValueError as error:
        fault = Fault("these are no times of the day", "Write hours and minutes, as in 21:00.", "/quiet")
        raise invalid("What you want to be told was not kept.", [fault], "bad-preference") from error


def _faults(notices: Notices, wanted: Preference) -> Sequence[Fault]:
    found: list[Fault] = []
    for kind, channels in wanted.choices.items():
        at = f"/choices/{kind}"
        if kind not in notices.kinds:
            found.append(Fault(f"`{kind}` is no kind of event", f"Known: {', '.join(notices.kinds)}.", at))
            continue
        found += [
            Fault(f"`{c}` is no channel", f"Known: {', '.join(OUTSIDE)}.", at) for c in channels if c not in OUTSIDE
        ]
        usual = _usual(notices)
        if kind in notices.needed and not usual <= set(channels):
            remedy = f"Leave on: {', '.join(sorted(usual))}. The law has people told of this."
            found.append(Fault(f"`{kind}` cannot be switched off", remedy, at))
    if wanted.language is not None and wanted.language not in languages(notices):
        remedy = f"Known: {', '.join(languages(notices))}."
        found.append(Fault(f"no message is written in `{wanted.language}`", remedy, "/language"))
    return found


def _usual(notices: Notices) -> set[str]:
    return {"email", "sms"}


def languages(notices: Notices) -> Mapping[str, None]:
    """The languages in which messages are written here."""
    events = notices.access.catalogue.notices.values()
    return dict.fromkeys(lang for event in events for words in event.texts.values() for lang in words)


def _unknown(id: str) -> Exception:
    return not_found(f"You have no message {id}.", "message-unknown")
