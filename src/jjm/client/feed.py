"""The change feed: every change after a position, in order, once; to its end, or on and on."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from jjm.client.core import Core, reading, sent
from jjm.client.model import Change, Position, Stretch
from jjm.client.wire import Flow, Give, Walk

PAGE = 5_000


def stretch(
    core: Core, after: Position, types: Sequence[str], within: str | None, limit: int, wait: int
) -> Flow[Stretch]:
    """The changes behind a position, at most so many; with `wait` the node keeps the call open until there are some."""
    asked = {"after": after.number, "limit": limit, "types": ",".join(types) or None, "within": within}
    asked |= {"wait": wait or None, "epoch": after.epoch}
    answer = yield from sent(core, reading("/api/v1/changes", asked, wait=wait))
    changes = [Change.of(orjson.loads(line)) for line in answer.content.splitlines()]
    reached = Position(int(answer.headers["x-position"]), answer.headers.get("x-epoch", after.epoch))
    return Stretch(changes, reached)


def stretches(
    core: Core, after: Position, types: Sequence[str], within: str | None, limit: int, wait: int
) -> Walk[Stretch]:
    """One stretch after the other, those without changes too where they lead on; without `wait` up to the end."""
    while True:
        found = yield from stretch(core, after, types, within, limit, wait)
        if found.position != after:
            yield Give([found])
        elif not wait:
            return
        after = found.position
