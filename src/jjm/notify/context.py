"""What every use case of notices needs at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import Request

from jjm.access import Access
from jjm.kit import Problem
from jjm.notify.carriers import Carrier
from jjm.standards import NOTICE_KINDS, Channel, Code, Event

_KEPT = timedelta(days=180)


@dataclass
class Notices:
    """How one node tells people: who carries its messages, and who waits to hear what came of one."""

    access: Access
    carriers: Mapping[Channel, Carrier] = field(default_factory=dict[Channel, Carrier])
    news: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[str, asyncio.Future[bool | None]] = field(default_factory=dict[str, "asyncio.Future[bool | None]"])

    def now(self) -> datetime:
        """The instant, by the node's clock."""
        return self.access.clock.now()

    def event(self, name: str) -> Event:
        """An event that is declared. Raises Problem 500 `notice-unknown`: who tells of it is a program."""
        found = self.access.catalogue.notices.get(name)
        if found is None:
            detail = f"There is no standards/notices/{name}.yaml."
            raise Problem("notice-unknown", 500, "Nobody can be told of this", detail)
        return found

    @property
    def kinds(self) -> Mapping[str, Mapping[str, str]]:
        """The kinds of events, with their titles by language."""
        return {code.code: code.title for code in self._codes()}

    @property
    def needed(self) -> frozenset[str]:
        """The kinds that nobody switches off."""
        return frozenset(code.code for code in self._codes() if code.extra.get("needed") == "yes")

    def kept(self, kind: str) -> timedelta:
        """For how long the words of a kind are kept."""
        code = next((code for code in self._codes() if code.code == kind), None)
        return timedelta(days=int(code.extra["keep_days"])) if code else _KEPT

    def _codes(self) -> Collection[Code]:
        known = self.access.catalogue.codelists.get(NOTICE_KINDS)
        return known.codes.values() if known else ()


def notices_of(request: Request) -> Notices:
    """The notices of the node that a call has come to."""
    found: Notices = request.app.state.notices
    return found
