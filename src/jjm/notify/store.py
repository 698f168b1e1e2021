"""Messages and preferences in their tables: the one place that speaks SQL, and that opens what is sealed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import orjson

from jjm.access import Vault
from jjm.kit import ReadConnection, WriteConnection, load_queries
from jjm.notify.model import Claimed, New, Preference, Settled, Shown
from jjm.standards import Channel

queries = load_queries("jjm.notify")


def seal(vault: Vault, id: str, words: Mapping[str, object]) -> bytes:
    """The words of a message as they are kept."""
    return vault.seal(f"message:{id}", orjson.dumps(dict(words)))


def unseal(vault: Vault, id: str, sealed: bytes) -> dict[str, Any]:
    """The words again. Raises Problem `seal-broken`."""
    return orjson.loads(vault.open(f"message:{id}", sealed))


async def add(conn: WriteConnection, new: New) -> bool:
    """Keep a new message; False where the same was told before."""
    quiet = new.quiet or (None, None)
    row = await queries.add(
        conn, id=new.id, event=new.event, version=new.version, kind=new.kind, channel=new.channel,
        recipient=new.recipient, person=new.person, key=new.key, language=new.language, template=new.template,
        parts=new.parts, sealed=new.sealed, status=new.status, made_at=new.made_at, due_at=new.due_at,
        expires_at=new.expires_at, erase_at=new.erase_at, is_secret=new.secret, quiet_from=quiet[0], quiet_to=quiet[1],
        settled_at=new.made_at if new.status == "delivered" else None,
    )  # fmt: skip
    return row is not None


async def claim(conn: WriteConnection, claim: str, now: datetime, most: int) -> list[Claimed]:
    """Take messages that are due, so that no other sends them."""
    return [_claimed(row) async for row in queries.claim(conn, claim=claim, now=now, most=most)]


async def settle(conn: WriteConnection, id: str, claim: str, settled: Settled, carrier: str | None) -> Channel | None:
    """Keep how a message stands, if it is still this claim's; its channel. By itself it is all of a transaction."""
    found = await queries.settle(
        conn.by_itself, id=id, claim=claim, status=settled.status, due_at=settled.due_at, reason=settled.reason,
        reference=settled.reference, counts=settled.counts, carrier=carrier, now=settled.at,
    )  # fmt: skip
    return cast("Channel | None", found)


async def preference(conn: ReadConnection, person: str) -> Preference:
    """What a person wants."""
    row = await queries.preference(conn, person=person)
    if row is None:
        return Preference()
    return Preference(row["language"], (row["quiet_from"], row["quiet_to"]), orjson.loads(row["choices"]))


async def set_preference(conn: WriteConnection, person: str, wanted: Preference, now: datetime) -> None:
    """Keep what a person wants."""
    choices = orjson.dumps({kind: list(channels) for kind, channels in wanted.choices.items()}).decode()
    await queries.set_preference(
        conn, person=person, language=wanted.language, quiet_from=wanted.quiet[0], quiet_to=wanted.quiet[1],
        choices=choices, now=now,
    )  # fmt: skip


async def inbox(
    conn: ReadConnection, vault: Vault, person: str, before: tuple[datetime, str], unread: bool, most: int
) -> Sequence[Shown]:
    """Messages of a person's inbox, the newest first, behind one of them."""
    rows = queries.inbox(conn, person=person, before_at=before[0], before_id=before[1], unread=unread, most=most)
    return [_shown(vault, row) async for row in rows]


async def in_inbox(conn: ReadConnection, vault: Vault, person: str, id: str) -> Shown | None:
    """One message of a person's inbox."""
    row = await queries.in_inbox(conn, person=person, id=id)
    return None if row is None else _shown(vault, row)


def _shown(vault: Vault, row: Any) -> Shown:
    words = unseal(vault, row["id"], row["sealed"])
    return Shown(
        row["id"], row["event"], row["kind"], row["language"], words["subject"], words["text"], row["made_at"],
        row["read_at"],
    )  # fmt: skip


def _claimed(row: Any) -> Claimed:
    quiet = (row["quiet_from"], row["quiet_to"]) if row["quiet_from"] is not None else None
    return Claimed(
        row["id"], row["event"], row["channel"], row["person"], row["language"], row["template"], row["sealed"],
        row["attempts"], row["expires_at"], row["is_secret"], quiet,
    )  # fmt: skip
