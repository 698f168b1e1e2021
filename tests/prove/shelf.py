"""A registry for machines of hypothesis, whose rules are not themselves coroutines."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from shipped import rules, shipped

from jjm.kit import Database, DatabaseUrl, SetClock
from jjm.registry import Registry

T = TypeVar("T")
START = datetime(2026, 4, 1, 6, tzinfo=UTC)


class Shelf:
    """A registry on a loop of its own, for tests that are not themselves coroutines."""

    def __init__(self, url: DatabaseUrl) -> None:
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.clock = SetClock(START)
        self.database = self.run(Database.connect(url, size=2))
        catalogue = shipped()
        self.registry = Registry(self.database, catalogue, rules(catalogue), "IN-TEST", self.clock)
        self.table = self.registry.table("village")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it, and wait for its end."""
        return self.runner.run(work)

    def close(self) -> None:
        """Let go of the database."""
        self.run(self.database.close())
        self.runner.close()
