"""Tells households page by page, each page with its messages in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from jjm.access import NODE, account_with
from jjm.kit import Problem, WriteConnection
from jjm.ledger import entries, size
from jjm.notify import Contact, Notices, tell
from jjm.registry import Ask, Registry, newest_version, page
from jjm.solutions.quality.homes import points_to_family
from jjm.solutions.quality.households.rules import STEPS, event_of, is_private, words_of
from jjm.solutions.quality.households.store import queries
from jjm.solutions.quality.served.service import served
from jjm.workflow import STEP

_LOCK, _READER = 7_219_281, "households"
_ENTRIES, _PAGE = 20_000, 200
_READS = replace(NODE, purpose="water_quality")
"""The node as a reader of telephone numbers, for the purpose under which that is noted and shown to the family."""
_FIELDS = frozenset({"id", "phone", "language"})


@dataclass
class Counted:
    """Households of one page: told, of which no number is known, to whose number nothing is carried."""

    told: int = 0
    no_contact: int = 0
    no_carrier: int = 0


async def tell_households(registry: Registry, notices: Notices, conn: WriteConnection) -> int:
    """Read on in the ledger, and tell one page of households; 0 where nothing is left to do.

    Begins with what happens from now on. Messages, numbers and where the page ended are written together, and a message
    once under the key of the step, so that a crash tells nobody twice.
    """
    if not await queries.take_turn(conn, key=_LOCK):
        return 0
    passed = await _hear(registry, notices, conn)
    row = await queries.next_telling(conn)
    if row is None:
        return passed
    case = await _newest(registry, conn, "contamination", row["contamination"])
    households, after = await _next_page(registry, conn, case, row["after"])
    counted = await _tell(registry, notices, conn, row, case, households)
    await queries.advance(
        conn, contamination=row["contamination"], step=row["step"], after=list(after), told=counted.told,
        no_contact=counted.no_contact, no_carrier=counted.no_carrier, is_last=not after, now=notices.now(),
    )  # fmt: skip
    return 1


async def _hear(registry: Registry, notices: Notices, conn: WriteConnection) -> int:
    """Note the steps by which households are to be told; how many entries were passed."""
    position, end = await queries.position(conn, name=_READER), await size(conn) - 1
    if position is None:
        await queries.move_reader(conn, name=_READER, position=end)
        return 0
    stop = min(position + _ENTRIES, end)
    if stop <= position:
        return 0
    for piece in await entries(conn, position, stop - position, [STEP]):
        for id, number, action in zip(piece.subjects, piece.versions, piece.changes, strict=True):
            if action in STEPS:
                await _open(registry, notices, conn, id, number, action)
    await queries.move_reader(conn, name=_READER, position=stop)
    return stop - position


async def _open(registry: Registry, notices: Notices, conn: WriteConnection, id: str, step: int, action: str) -> None:
    with suppress(Problem):  # a case of another type, whose action has the same name
        case = await _newest(registry, conn, "contamination", id)
        event = event_of(action, case, registry.catalogue)
        await queries.overtake(conn, contamination=id, step=step, now=notices.now())
        await queries.open_telling(conn, contamination=id, step=step, event=event, now=notices.now())


async def _newest(registry: Registry, conn: WriteConnection, type: str, id: str) -> Mapping[str, Any]:
    return {**(await newest_version(registry, conn.asking, NODE, registry.table(type), id)).data, "id": id}


async def _next_page(
    registry: Registry, conn: WriteConnection, case: Mapping[str, Any], after: Sequence[str]
) -> tuple[Sequence[Mapping[str, Any]], Sequence[str]]:
    """The next households that drink the water, with their numbers, and where the page ended."""
    ids = await _families(registry, conn, case) if points_to_family(case) else []
    if ids:
        ask = Ask(limit=_PAGE, ids=ids, fields=_FIELDS)
    elif is_private(case):
        return (), ()
    else:
        found = await served(registry, conn.asking, case)
        equals = {"village": list(found.villages)}
        if found.habitations:
            equals["habitation"] = list(found.habitations)
        ask = Ask(limit=_PAGE, equals=equals, after=tuple(after), fields=_FIELDS)
    read = await page(registry, conn.asking, _READS, registry.table("household"), ask)
    return read.items, read.next


async def _families(registry: Registry, conn: WriteConnection, case: Mapping[str, Any]) -> list[str]:
    """The household at whose tap the sample was taken, or those that drink from a private source, as far as known."""
    sample = await _newest(registry, conn, "sample", str(case["sample"]))
    if sample.get("families"):
        return [str(id) for id in sample["families"]]
    if not sample.get("tap_connection"):
        return []
    tap = await _newest(registry, conn, "tap_connection", str(sample["tap_connection"]))
    return [str(tap["household"])]


async def _tell(
    registry: Registry, notices: Notices, conn: WriteConnection, row: Any, case: Mapping[str, Any],
    households: Sequence[Mapping[str, Any]],
) -> Counted:  # fmt: skip
    village = await _newest(registry, conn, "village", str(case["village"]))
    words, key = words_of(case, village, registry.catalogue), f"{row['contamination']}/{row['step']}"
    counted = Counted()
    for one in households:
        phone = one.get("phone")
        if not phone:
            counted.no_contact += 1
            continue
        # Whoever has an account is told as they have chosen; their inbox needs no carrier.
        person = await account_with(notices.access, conn.asking, str(phone))
        if person is None and "sms" not in notices.carriers:
            counted.no_carrier += 1
            continue
        to = person or Contact(str(phone), language=one.get("language"))
        await tell(notices, conn, row["event"], to, words, key=key)
        counted.told += 1
    return counted
