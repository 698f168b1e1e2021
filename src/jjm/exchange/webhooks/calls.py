"""Events made into calls: which go together, and what is posted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_POSITION = re.compile(rb'"id":"(\d+)","position":')
_MOST_BYTES = 1_000_000
ONE, SEVERAL = "application/cloudevents+json", "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True)
class Event:
    """A CloudEvent as JSON, and its position."""

    position: int
    content: bytes

    @classmethod
    def of(cls, line: bytes) -> Event:
        """A line of the feed."""
        found = _POSITION.search(line)
        assert found is not None, "every line of the feed has its position"
        return cls(int(found[1]), line.rstrip(b"\n"))


@dataclass(frozen=True, slots=True)
class Call:
    """Events that are posted together; `alone` as one event rather than as a batch."""

    events: Sequence[Event]
    alone: bool

    @property
    def first(self) -> int:
        """Position of its first event."""
        return self.events[0].position

    @property
    def last(self) -> int:
        """Position of its last event."""
        return self.events[-1].position

    @property
    def kind(self) -> str:
        """Its content type."""
        return ONE if self.alone else SEVERAL

    @property
    def body(self) -> bytes:
        """What is posted."""
        if self.alone:
            return self.events[0].content
        return b"[" + b",".join(event.content for event in self.events) + b"]"

    def id(self, epoch: str) -> str:
        """The same for the same events, however often they are sent; no other events bear it."""
        return f"msg_{epoch}_{self.first}" + ("" if self.alone else f"-{self.last}")


def calls(events: Sequence[Event], batch: int, pending_to: int | None, singly_to: int) -> Iterator[Call]:
    """Events as calls of up to `batch`; one that failed ends where it did, those up to `singly_to` go one by one."""
    if batch == 1:
        yield from (Call([event], True) for event in events)
        return
    held: list[Event] = []
    size = 0
    for event in events:
        apart = event.position <= singly_to or bool(held and held[-1].position <= singly_to)
        full = len(held) >= batch or size + len(event.content) > _MOST_BYTES
        ends = pending_to is not None and held and held[-1].position <= pending_to < event.position
        if held and (apart or full or ends):
            yield Call(held, False)
            held, size = [], 0
        held.append(event)
        size += len(event.content)
    if held:
        yield Call(held, False)
