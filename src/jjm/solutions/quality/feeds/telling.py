"""Who is told that a feed brings too little, and who may see how feeds stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from jjm.access import Actor, Scope, Sender, holders, senders, view_of
from jjm.kit import Problem, ReadConnection, WriteConnection
from jjm.notify import Notices, tell
from jjm.registry import Reach, Registry
from jjm.solutions.quality.feeds.model import Fall, Feed
from jjm.solutions.quality.feeds.words import of_notice
from jjm.standards import NODE_PLACE

EVENT = "feed-shrank"


async def tell_of_fall(registry: Registry, notices: Notices, conn: WriteConnection, feed: Feed) -> int:
    """Tell the officers who answer for the places from which it sends, and the keepers of the node; how many."""
    if EVENT not in registry.catalogue.notices:
        return 0
    sender = (await senders(conn.asking, [feed.sender])).get(feed.sender)
    words = of_notice(feed, sender, registry.catalogue)
    told = 0
    for person in await _officers(registry, conn.asking, feed, sender):
        key = f"{feed.sender}/{feed.type}/{feed.upto}"
        told += bool(await tell(notices, conn, EVENT, person, words, key=key))
    return told


async def _officers(registry: Registry, conn: ReadConnection, feed: Feed, sender: Sender | None) -> list[str]:
    """Those whose role oversees one of the places, or a larger one around it (`oversees` in `standards/roles.yaml`)."""
    roles = [one.name for one in registry.catalogue.roles.values() if one.oversees or "admin" in one.permits]
    reach = Reach(registry)
    places = [NODE_PLACE, *(await reach.around(conn, await areas_of(reach, conn, feed, sender)))]
    found = await holders(conn, roles, places, registry.clock.today())
    return list(dict.fromkeys(one.person for one in found))


async def areas_of(reach: Reach, conn: ReadConnection, feed: Feed | Fall, sender: Sender | None) -> list[str]:
    """The areas from which a feed comes: where its sender may write, else where the participant's records are or the
    person holds roles, else the States in which its records lie."""
    told = sorted(sender.writes_in(feed.type) or sender.places) if sender else []
    named = await _known(reach, conn, [place for place in told if place != NODE_PLACE])
    return named or await _known(reach, conn, [f"state/{code}" for code in feed.states])


async def _known(reach: Reach, conn: ReadConnection, addresses: Sequence[str]) -> list[str]:
    found: list[str] = []
    for address in addresses:
        with suppress(Problem):  # an area that is not known here any more
            found += await reach.ids(conn, address)
    return found


async def visible(
    registry: Registry, conn: ReadConnection, actor: Actor, feeds: Sequence[Feed]
) -> list[tuple[Feed, Sender | None]]:
    """Those of these feeds that an actor may see, with their senders.

    Its own; and for people and tokens those from areas of which they may read all records of the type.
    """
    known: Mapping[str, Sender] = await senders(conn, list({feed.sender for feed in feeds}))
    pairs = [(feed, known.get(feed.sender)) for feed in feeds]
    return [pair for pair in pairs if await _may_see(registry, conn, actor, *pair)]


async def _may_see(registry: Registry, conn: ReadConnection, actor: Actor, feed: Feed, sender: Sender | None) -> bool:
    whose = sender.participant if sender else None
    if actor.has(Scope.ADMIN) or actor.name == feed.sender or (whose is not None and whose in actor.partners):
        return True
    if actor.kind not in ("person", "token"):
        return False
    try:
        within = view_of(actor, registry.catalogue.types[feed.type]).within
    except Problem:
        return False
    if within is None:
        return True
    reach = Reach(registry)
    inside = [id for address in within for id in await reach.ids(conn, address)]
    areas = await areas_of(reach, conn, feed, sender)
    return bool(areas) and await reach.lie_within(conn, areas, inside)
