"""The change feed: every change after a position, in order, once; to its end, or on and on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from jjm.client.core import Core, reading, sent
from jjm.client.model import Change, Position, Stretch
from jjm.client.wire import Flow, Give, Walk

PAGE = 5_000
_LISTS = ("types", "kinds", "fields")


def stretch(core: Core, after: Position, how: Mapping[str, Any]) -> Flow[Stretch]:
    """The changes behind a position. Raises Refused `history-rewritten` where a restore gave it to something else."""
    asked = {name: value for name, value in how.items() if name not in _LISTS}
    asked |= {name: ",".join(how[name]) for name in _LISTS if how.get(name)}
    asked |= {"after": after.number, "epoch": after.epoch, "limit": how.get("limit", PAGE)}
    answer = yield from sent(core, reading("/api/v1/changes", asked, wait=how.get("wait", 0)))
    changes = [Change.of(orjson.loads(line)) for line in answer.content.splitlines()]
    reached = Position(int(answer.headers["x-position"]), answer.headers.get("x-epoch", after.epoch))
    return Stretch(changes, reached, answer.headers.get("x-left-out", ""))


def stretches(core: Core, after: Position, how: Mapping[str, Any]) -> Walk[Stretch]:
    """One stretch after the other, those without changes too where they lead on; without `wait` up to the end."""
    while True:
        found = yield from stretch(core, after, how)
        if found.position != after:
            yield Give([found])
        elif not how.get("wait"):
            return
        after = found.position
