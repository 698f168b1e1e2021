"""pgqueuer under the names of our own tables. Imported when the first job is asked for or done: it takes a second."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from asyncpg import InterfaceError
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.adapters.persistence import qb
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job as Handed
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries

from jjm.kit.database import Database
from jjm.kit.transaction import WriteConnection

# Said in full, so that no environment variable can change one.
NAMES = DBSettings(
    prefix="",
    db_schema="kit",
    channel="jjm_queue",  # pyright: ignore[reportArgumentType]
    function="queue_changed",
    trigger="queue_changed",
    queue_table="queue",
    queue_table_log="queue_log",
    statistics_table="queue_statistics",
    schedules_table="queue_schedule",
    queue_status_type="queue_status",
)


def on_connection(conn: WriteConnection) -> Queries:
    """The queue's statements inside the caller's transaction."""
    return _statements(AsyncpgDriver(cast("Any", conn)))


def on_pool(lending: Lending) -> Queries:
    """The queue's statements, each by itself."""
    return _statements(AsyncpgPoolDriver(cast("Any", lending)))


class Lending:
    """A pool as pgqueuer knows one, which lends what the database lends everybody.

    Asked by itself the pool would wait for connections that the database keeps out of it while nobody uses them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lent: set[Any] = set()

    def end(self) -> None:
        """Cut the connections that were not given back: pgqueuer drops one on which the database ended in mid-work."""
        while self._lent:
            with suppress(InterfaceError):  # it broke, and the pool took it back by itself
                self._lent.pop().terminate()

    async def fetch(self, query: str, *args: object) -> list[Any]:
        async with self._database.read() as conn:
            return await cast("Any", conn).fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        async with self._database.read() as conn:
            return await cast("Any", conn).execute(query, *args)

    async def acquire(self) -> Any:
        conn = await self._database.take()
        self._lent.add(conn)
        return conn

    async def release(self, conn: Any) -> None:
        await self._database.pool.release(conn)
        self._lent.discard(conn)

    def get_max_size(self) -> int:
        return int(cast("Any", self._database.pool).get_max_size())


def _statements(driver: Driver) -> Queries:
    builders = (qb.QueryBuilderEnvironment(NAMES), qb.QueryQueueBuilder(NAMES), qb.QuerySchedulerBuilder(NAMES))
    return Queries(driver, *builders)


class _Manager(QueueManager):
    """Hands over what the queue holds."""

    async def verify_structure(self) -> None:
        """Nothing: the node's migrations make the tables, and two dozen questions at each start would say so again."""


def manager(lending: Lending) -> QueueManager:
    """Hands over what the queue holds."""
    return _Manager(on_pool(lending), NAMES.channel)


__all__ = ["Handed", "Lending", "QueueManager", "manager", "on_connection", "on_pool"]
